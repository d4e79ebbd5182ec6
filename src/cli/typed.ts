import type { Option, Options } from '../commands/options.ts'
import { CaSyncError } from '../core/words/errors.ts'
import { quote, shellWord } from '../core/words/quote.ts'
import { closest } from '../core/words/suggest.ts'
import { type Called, type Command, ownOptions, type Path, spelled, valueName } from './command.ts'
import { foreign } from './foreign.ts'
import { optionsOfAll, type Parsed, parseLine, type Values } from './line.ts'

/** What a command line asks for. */
export type TypedLine =
  | { readonly asks: 'help' | 'version'; readonly path: Path; readonly json: boolean }
  | { readonly asks: 'run'; readonly command: Command; readonly args: Called }

const usage = (message: string, path: Path, hint = `Type: ${spelled(path)} --help`): CaSyncError =>
  new CaSyncError('USAGE', message, { hint })

const listedWords = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`

/** ` Did you mean status?`, or nothing. */
function meantText(word: string, known: readonly string[], shown = (name: string) => name): string {
  const starts = known.filter((name) => word.length > 2 && name.startsWith(word))
  const near = closest(word, known) ?? (starts.length === 1 ? starts[0] : undefined)
  return near === undefined ? '' : ` Did you mean ${shown(near)}?`
}

/** @throws CaSyncError USAGE */
export async function typed(argv: readonly string[], commands: readonly Command[]): Promise<TypedLine> {
  const parsed = await parseLine(argv, commands)
  const { values } = parsed
  if (parsed.rest !== undefined) checkRest(parsed)
  const isHelp = values['help'] === true || parsed.words[0] === 'help'
  const words = parsed.words[0] === 'help' ? parsed.words.slice(1) : parsed.words
  const { path, left } = walk(words, commands)
  const asked = path[0]?.load === undefined ? path[0]?.name : undefined
  const json = values['json'] === true
  if (isHelp || asked === 'help') return { asks: 'help', path, json }
  // Its --version is that of the command that was meant.
  if (path.at(-1)?.runs && left.length > 0) checkRest(parsed)
  if (values['version'] || asked === 'version') return { asks: 'version', path, json: json && asked !== undefined }
  const command = path.at(-1) ?? commands[0]
  if (command === undefined) throw usage('There is no command.', path)
  checkOptions(parsed, command, path, commands)
  const taken = {
    ...optionValues(parsed.values, command, path),
    ...wordValues(command.runs ? [] : left, command, path),
  }
  if (command.runs) checkRest(parsed)
  return { asks: 'run', command, args: { ...taken, command: parsed.rest } as unknown as Called }
}

/** The commands that the words name, and the words that are left for the last of them. */
function walk(words: readonly string[], commands: readonly Command[]) {
  const path: Command[] = []
  let left = words
  for (let known = commands; known.length > 0 && left.length > 0; known = path.at(-1)?.actions ?? []) {
    const next = known.find(({ name }) => name === left[0])
    if (next === undefined) throw noCommand(left, path, known)
    path.push(next)
    left = left.slice(1)
  }
  return { path, left }
}

function noCommand([word = '', ...after]: readonly string[], path: Path, known: readonly Command[]) {
  const answer = path.length === 0 ? foreign(word) : undefined
  if (answer !== undefined) {
    return usage(answer.says, path, `Type: ${answer.type(after.map(shellWord).join(' '))}`)
  }
  const names = known.map(({ name }) => name)
  const did = meantText(word, names)
  const near = known.find(({ name }) => did.endsWith(` ${name}?`))
  const what = path.length === 0 ? 'There is no command' : `${spelled(path)} has no command`
  const choices = path.length > 0 && near === undefined ? ` It has ${listedWords(names)}.` : ''
  return usage(`${what} ${quote(word)}.${did}${choices}`, near === undefined ? path : [...path, near])
}

/** What stands after `--` is another program's: dropped, it would look as if that had run. */
function checkRest({ words: [first, ...after], rest }: Parsed): void {
  const isExec = first === 'exec'
  if (isExec ? rest?.length && after.length === 0 : rest === undefined) return
  const message = isExec ? 'The command to run stands after --.' : 'The words after -- are for exec.'
  // The words after `--`, or where there are none those after `exec`, are the command that was meant.
  const meant = [...(isExec ? after : []), ...(rest ?? [])].map(shellWord).join(' ') || 'poetry install'
  throw usage(message, [], `Type: ca-sync exec -- ${meant}`)
}

function checkOptions(parsed: Parsed, command: Command, path: Path, commands: readonly Command[]): void {
  const { argv: words, values, valueless } = parsed
  const known = { ...command.options, ...ownOptions }
  const noOption = (name: string, word = words.find((one) => bareName(one) === name) ?? dashed(name)) =>
    unknownOption(word, command, path, commands)
  const group = words.find((word) => isGroup(word) && !isGroupOf(known, word))
  if (group !== undefined) throw noOption(bareName(group), group.replace(/=.*/s, ''))
  const unknown = Object.keys(values).find((name) => !Object.hasOwn(known, name))
  if (unknown !== undefined) throw noOption(unknown)
  const flag = words.find((word) => word.includes('=') && isFlagWithValue(word, known))
  if (flag !== undefined) throw usage(`The value of ${quote(flag)} is neither true nor false.`, path)
  if (valueless === undefined) return
  const own = Object.entries(command.options).find(([name, { alias }]) => [name, alias].includes(valueless))
  if (own === undefined) throw noOption(valueless)
  throw needsValue(...own, path)
}

const bareName = (word: string): string => word.replace(/^-+|=.*/gs, '')

const isGroup = (word: string): boolean => /^-\w[\w.]/.test(word)

/**
 * One letter an option, and only the last with a value. yargs takes -force for -f -o -r -c -e, -sdev for a -v, and -n5 for no -n.
 */
function isGroupOf(known: Options, word: string): boolean {
  const letters = (isFlag: boolean) =>
    Object.values(known).flatMap(({ alias, type }) => ((type === 'boolean') === isFlag ? (alias ?? []) : []))
  const [flags, others] = [`[${letters(true).join('')}]`, `[${letters(false).join('')}]`]
  return new RegExp(`^-${flags}*(?:${flags}(?:=.*)?|${others}(?:\\d+|[^\\w.].*)?)$`, 's').test(word)
}

/** yargs takes whatever is not `true` for false: `--dry-run=1` would write. */
function isFlagWithValue(word: string, known: Options): boolean {
  const [, long, short, value = ''] = /^(?:--([^=]+)|-[^-=]*([^-=]))=(.*)$/s.exec(word) ?? []
  const [, option] =
    Object.entries(known).find(([name, { alias }]) => (short === undefined ? name === long : alias === short)) ?? []
  return option?.type === 'boolean' && value !== 'true' && value !== 'false'
}

const dashed = (name: string): string => (name.length === 1 ? `-${name}` : `--${name}`)

function unknownOption(word: string, { options }: Command, path: Path, commands: readonly Command[]) {
  const name = bareName(word)
  const others = commands.filter((one) => Object.hasOwn(optionsOfAll([one]), name)).map((one) => one.name)
  if (others.length > 0 && !isGroup(word))
    return usage(`${spelled(path)} has no option ${dashed(name)}: it is one of ${listedWords(others)}.`, path)
  const names = [options, ownOptions, optionsOfAll(commands)].map((one) => Object.keys(one))
  const did = meantText(name, names.slice(0, 2).flat(), dashed) || meantText(name, names.flat(), dashed)
  const verb = commands.some((one) => one.name === name) ? ` Did you mean ${name}?` : ''
  return usage(`There is no option ${word}.${did || verb || attached(word, options)}`, path)
}

/** `-sdev` is `-s dev` elsewhere. */
function attached(word: string, options: Options): string {
  const [, letter, value = ''] = /^-(\w)(\W.*|.{3,})$/s.exec(word) ?? []
  const takes = Object.values(options).some(({ alias, type }) => alias === letter && type !== 'boolean')
  return takes && letter ? ` Did you mean -${letter} ${shellWord(value)}?` : ''
}

const needsValue = (name: string, option: Option | undefined, path: Path): CaSyncError =>
  usage(`The option --${name} needs a value: --${name} ${valueName(name, option)}`.replace(/\w$/, '$&.'), path)

const camel = (name: string): string => name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())

/** The value of each option of a command, by the name that the command knows it by. */
function optionValues(values: Values, { options }: Command, path: Path): Values {
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => [camel(name), optionValue(name, option, values[name], path)]),
  )
}

function optionValue(name: string, option: Option, given: unknown, path: Path): unknown {
  if (option.type === 'boolean') return [given].flat().at(-1) === true
  if (given === undefined) return option.default
  if (option.repeats) return [given].flat().map(String)
  if (!option.array) {
    if (Array.isArray(given)) throw usage(`--${name} is given more than once.`, path)
    return checkedChoice(`--${name}`, String(given), option, path)
  }
  const list = [given].flat().flatMap((text) => String(text).split(','))
  if (list.length === 0) throw needsValue(name, option, path)
  return list.map((text) => checkedChoice(`--${name}`, text, option, path))
}

function checkedChoice(what: string, value: string, { choices }: Option, path: Path): string {
  if (choices === undefined || choices.includes(value)) return value
  throw usage(
    `${quote(value)} is no value of ${what}.${meantText(value, choices)} It is one of ${listedWords(choices)}.`,
    path,
  )
}

const missingWord = (name: string, { choices }: Option, path: Path): string =>
  choices === undefined
    ? `A word is missing: ${spelled(path)} ${name.toUpperCase()}`
    : `What is ${spelled(path)} to do? Give one of ${listedWords(choices)}.`

function wordValues(given: readonly string[], { words = {} }: Command, path: Path): Values {
  let left = given
  const values: Record<string, unknown> = {}
  for (const [name, word] of Object.entries(words)) {
    const taken = word.array ? left : left.slice(0, 1)
    left = left.slice(taken.length)
    const whole = taken.map((text) => checkedChoice(spelled(path), text, word, path))
    if (whole.length === 0 && word.demandOption) throw usage(missingWord(name, word, path), path)
    values[name] = word.array ? (whole.length > 0 ? whole : undefined) : whole[0]
  }
  if (left[0] === undefined) return values
  throw usage(`${quote(left[0])} is one word too many for ${spelled(path)}.`, path)
}
