import type { Option, Options } from '../commands/options.ts'
import { type Command, ownOptions } from './command.ts'

export type Values = Readonly<Record<string, unknown>>

/** A command line as words, options and what stands after `--`; no option is refused here. */
export interface Parsed {
  /** The line as it was typed, without what stands after `--`. */
  readonly argv: readonly string[]
  readonly words: readonly string[]
  readonly values: Values
  readonly rest: readonly string[] | undefined
  readonly valueless: string | undefined
}

/** Of several commands and their actions, by name. */
export const optionsOfAll = (commands: readonly Command[]): Options =>
  Object.assign({}, ...commands.map(({ options, actions = [] }) => ({ ...options, ...optionsOfAll(actions) })))

/** An option may stand before its command, too: where two commands have one of the same name, the command's own counts. */
export async function parseLine(argv: readonly string[], commands: readonly Command[]): Promise<Parsed> {
  // yargs takes a word without a dash as it is, and takes a while to load.
  if (argv.every((word) => !word.startsWith('-')))
    return { argv, words: argv, values: {}, rest: undefined, valueless: undefined }
  const [plain, ...others] = commands
  const all = { ...optionsOfAll(others), ...plain?.options, ...ownOptions }
  const parsed = await parseBy(argv, all)
  const named = others.find(({ name }) => name === parsed.words[0])
  return named === undefined ? parsed : parseBy(argv, { ...all, ...optionsOfAll([named]), ...ownOptions })
}

/** What stands after `--` is another program's. */
const beforeRest = (argv: readonly string[]): string[] => argv.slice(0, [...argv, '--'].indexOf('--'))

/** Each option of a line with the words that follow it. */
function partsOf(argv: readonly string[]): string[][] {
  const starts = argv.flatMap((word, at) => (word.startsWith('-') ? [at] : []))
  return starts.map((start, at) => argv.slice(start, starts[at + 1]))
}

/** The sources that an option names; undefined where it is another one. */
function sourcesIn([option = '', ...words]: readonly string[]): string[] | undefined {
  const [found, attached] = /^(?:-s|--source)(?:=(.*))?$/.exec(option) ?? []
  return found === undefined ? undefined : [attached ?? [], words].flat()
}

/**
 * An option that takes several values takes a command that follows them, too: the lines that may be meant, with that command first.
 * The first of them that is one counts: of what stands after the command, more are its words in earlier lines, and more are sources in later ones.
 */
export async function unswallowed(argv: readonly string[], commands: readonly Command[]) {
  const before = beforeRest(argv)
  const parts = partsOf(before)
  const taken = parts.flatMap((part) => sourcesIn(part) ?? [])
  const names = commands.map(({ name }) => name)
  const from = taken.findIndex((word) => names.includes(word))
  if (from === -1 || (await parseLine(argv, commands)).words.length > 0) return []
  const others = [...parts.filter((part) => sourcesIn(part) === undefined).flat(), ...argv.slice(before.length)]
  const lines = taken.slice(from).map((_, less) => {
    const to = taken.length - less
    const sources = [...taken.slice(0, from), ...taken.slice(to)]
    return [...taken.slice(from, to), '-s', ...(sources.length > 0 ? sources : ['NAME']), ...others]
  })
  // Not every command is about sources.
  return [...lines, [...taken.slice(from), ...others]]
}

async function parseBy(argv: readonly string[], options: Options): Promise<Parsed> {
  const { default: Parser } = await import('yargs-parser')
  const named = (is: (option: Option) => unknown): string[] =>
    Object.entries(options).flatMap(([name, option]) => (is(option) ? [name] : []))
  const single = named(({ type, array }) => type !== 'boolean' && array === undefined)
  const before = beforeRest(argv)
  const { argv: found, error } = Parser.detailed(before, {
    boolean: named(({ type }) => type === 'boolean'),
    string: named(({ type }) => type !== 'boolean'),
    array: named(({ array }) => array),
    narg: Object.fromEntries(single.map((name) => [name, 1])),
    alias: Object.fromEntries(named(({ alias }) => alias).map((name) => [name, [options[name]?.alias ?? '']])),
    configuration: {
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'strip-aliased': true,
    },
  })
  const { _: typed, ...values } = found
  // To yargs an option `_` is a word.
  const words = typed.filter((word) => typeof word === 'string' && before.includes(word)).map(String)
  return {
    argv: before,
    words,
    values: words.length < typed.length ? { ...values, _: true } : values,
    rest: before.length < argv.length ? argv.slice(before.length + 1) : undefined,
    valueless: error?.message.replace(/^.*: /, ''),
  }
}
