import type { Option, Options } from '../commands/option.ts'
import { wrap } from '../core/words/look.ts'
import { type Command, groups, ownOptions, type Path, spelled, valueName } from './command.ts'

export interface Page {
  /** Of the terminal, in columns. */
  readonly width: number
  /** Where the documentation is. */
  readonly docs: string
}

type HelpRow = readonly [left: string, right: string]

/** Two columns, the second wrapped; what is too long for the first has its line alone. */
function sideBySide(rows: readonly HelpRow[], width: number, share = 0.35): string {
  const widest = Math.max(0, ...rows.map(([left]) => left.length))
  const indent = Math.min(widest, Math.floor(width * share)) + 4
  return rows
    .map(([left, right]) => {
      const pad = ' '.repeat(indent)
      const start =
        left.length + 4 > indent ? `  ${wrap(left, width - 2, '      ')}\n${pad}` : `  ${left.padEnd(indent - 2)}`
      return `${start}${wrap(right, width - indent).replaceAll('\n', `\n${pad}`)}\n`
    })
    .join('')
}

const section = (title: string, rows: readonly HelpRow[], width: number, share?: number): string =>
  rows.length === 0 ? '' : `\n${title}\n${sideBySide(rows, width, share)}`

/** `-s, --source NAME…` */
function optionName(name: string, option: Option): string {
  const short = option.alias === undefined ? '    ' : `-${option.alias}, `
  if (option.type === 'boolean') return `${short}--${name}`
  const value = option.value ?? (longChoices(option) ? name.toUpperCase() : valueName(name, option))
  return `${short}--${name} ${value}${option.array ? '…' : ''}`
}

const longChoices = ({ choices = [] }: Option): boolean => choices.join('|').length > 24

function optionRow([name, option]: readonly [string, Option]): HelpRow {
  const { describe, choices = [], default: given } = option
  const list = longChoices(option) ? `: ${choices.join(', ')}` : ''
  return [
    optionName(name, option),
    describe + list + (given === undefined ? '' : ` (default: ${[given].flat().join(' ')})`),
  ]
}

const optionRows = (options: Options): HelpRow[] => Object.entries(options).map(optionRow)

function wordName([name, { demandOption, array, choices }]: readonly [string, Option]): string {
  const shown = (choices?.join('|') ?? name.toUpperCase()) + (array ? '…' : '')
  return demandOption ? shown : `[${shown}]`
}

/** The first lines of every help. */
const helpStart = (usage: string, about: string, { width }: Page): string =>
  `${wrap(`Usage: ${usage}`, width, '       ')}\n\n${wrap(about, width)}\n`

/** Whose first example stands in the help of the program. */
const tasters = ['sync', 'doctor', 'exec']
/** What plain `ca-sync` takes, in short: its own help has the rest. */
const everyday = ['project', 'source', 'profile', 'dry-run', 'json']

/** The help of the program, on one screen. */
function top(commands: readonly Command[], page: Page): string {
  const { options = {} } = commands[0] ?? {}
  const examples = commands.flatMap((one) => (tasters.includes(one.name) ? one.examples.slice(0, 1) : []))
  const rows = (names: readonly string[]) =>
    optionRows(Object.fromEntries(names.flatMap((name) => (options[name] ? [[name, options[name]]] : []))))
  const others = Object.keys(options).filter((name) => !everyday.includes(name))
  const short = ([name, { alias }]: readonly [string, Option]) =>
    alias === undefined ? `--${name}` : `-${alias} --${name}`
  const rest = [
    ...others.map((name) => [name, options[name] ?? { describe: '' }] as const),
    ...Object.entries(ownOptions),
  ].map(short)
  return [
    helpStart('ca-sync [COMMAND] [OPTIONS]', 'Makes plain Poetry work with AWS CodeArtifact.', page),
    ...groups.map((group) =>
      section(
        group,
        commands.filter((one) => one.group === group).map(({ name, describe }) => [name, describe]),
        page.width,
      ),
    ),
    section('Options', [...rows(everyday), ['others', rest.join(', ')]], page.width),
    section('Examples', examples, page.width, 0.6),
    `\n${wrap(`More on each: ca-sync help COMMAND. Docs: ${page.docs}`, page.width)}\n`,
  ].join('')
}

/** @param path - the command that is asked about; none: the whole program */
export function help(commands: readonly Command[], path: Path, page: Page): string {
  const command = path.at(-1)
  if (command === undefined) return top(commands, page)
  const { words = {}, actions = [], options, examples, runs, describe, about } = command
  const usage = [
    spelled(path),
    ...(actions.length > 0 ? ['[COMMAND]'] : []),
    ...Object.entries(words).map(wordName),
    '[OPTIONS]',
    ...(runs ? ['-- COMMAND [ARGUMENT…]'] : []),
  ]
  const wordRows = Object.entries(words).map(
    ([name, word]): HelpRow => [word.choices ? wordName([name, word]) : name.toUpperCase(), word.describe],
  )
  return [
    helpStart(usage.join(' '), `${describe}.${about === undefined ? '' : ` ${about}`}`, page),
    section(
      'Commands',
      actions.map(({ name, describe: does }) => [name, does]),
      page.width,
    ),
    section('Words', wordRows, page.width),
    section('Options', optionRows({ ...options, help: ownOptions.help }), page.width),
    section('Examples', examples, page.width, 0.6),
    `\n${wrap(`Docs: ${page.docs}`, page.width)}\n`,
  ].join('')
}
