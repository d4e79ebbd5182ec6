import Parser from 'yargs-parser'
import type { Option, Options } from '../commands/option.ts'
import { type Command, ownOptions } from './command.ts'

export type Values = Readonly<Record<string, unknown>>

/** A command line as words, options and what stands after `--`; no option is refused here. */
export interface Parsed {
  readonly argv: readonly string[]
  readonly words: readonly string[]
  readonly values: Values
  readonly rest: readonly string[] | undefined
  /** The option that lacks its value. */
  readonly valueless: string | undefined
}

/** Of several commands and their actions, by name. */
export const optionsOfAll = (commands: readonly Command[]): Options =>
  Object.assign({}, ...commands.map(({ options, actions = [] }) => ({ ...options, ...optionsOfAll(actions) })))

/** An option may stand before its command, too: where two commands have one of the same name, the command's own counts. */
export function parseLine(argv: readonly string[], commands: readonly Command[]): Parsed {
  const [plain, ...others] = commands
  const all = { ...optionsOfAll(others), ...plain?.options, ...ownOptions }
  const parsed = parseBy(argv, all)
  const named = others.find(({ name }) => name === parsed.words[0])
  return named === undefined ? parsed : parseBy(argv, { ...all, ...optionsOfAll([named]), ...ownOptions })
}

/** An option that takes several values takes a command that follows them, too: the same line with that command first. */
export function unswallowed(argv: readonly string[], commands: readonly Command[]): readonly string[] | undefined {
  const { words, values } = parseLine(argv, commands)
  const taken = [values['source']].flat().map(String)
  const name = words.length > 0 ? undefined : taken.find((word) => commands.some((one) => one.name === word))
  if (name === undefined) return undefined
  const from = argv.indexOf(name)
  const end = argv.findIndex((word, at) => at > from && word.startsWith('-'))
  const to = end === -1 ? argv.length : end
  const before = argv.slice(0, from)
  const isBare = /^(?:-s|--source)$/.test(before.at(-1) ?? '')
  return [...argv.slice(from, to), ...before, ...(isBare ? ['NAME'] : []), ...argv.slice(to)]
}

function parseBy(argv: readonly string[], options: Options): Parsed {
  const named = (is: (option: Option) => unknown): string[] =>
    Object.entries(options).flatMap(([name, option]) => (is(option) ? [name] : []))
  const single = named(({ type, array }) => type !== 'boolean' && array === undefined)
  const { argv: found, error } = Parser.detailed([...argv], {
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
      'populate--': true,
      'strip-aliased': true,
    },
  })
  const { _: words, '--': rest, ...values } = found
  return {
    argv,
    words: words.map(String),
    values,
    rest: argv.includes('--') ? (rest ?? []).map(String) : undefined,
    valueless: error?.message.replace(/^.*: /, ''),
  }
}
