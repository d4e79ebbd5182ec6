import type { Option, Options } from '../commands/options.ts'
import { type Look, painted, wrap } from '../core/words/look.ts'
import { type Command, groups, ownOptions, type Path, spelled, valueName } from './command.ts'

export interface Page {
  /** Of the terminal, in columns. */
  readonly width: number
  readonly docs: string
  /** Of a terminal: headings stand out. */
  readonly look?: Look | undefined
}

type HelpRow = readonly [left: string, right: string]

const widestOf = (rows: readonly HelpRow[]): number => Math.max(0, ...rows.map(([left]) => left.length))

/** Two columns, the second wrapped; what is too long for the first has its line alone. */
function sideBySide(rows: readonly HelpRow[], width: number, share: number, widest = widestOf(rows)): string {
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

const section = (title: string, rows: readonly HelpRow[], { width, look }: Page, share = 0.35, widest?: number) =>
  rows.length === 0 ? '' : `${painted(look, 'bold', title)}\n${sideBySide(rows, width, share, widest)}`

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

const helpStart = (usage: string, about: string, { width }: Page): string =>
  `${wrap(`Usage: ${usage}`, width, '       ')}\n${wrap(about, width)}\n`

const paragraphs = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join('\n')

/** Whose first example stands in the help of the program. */
const tasters = ['sync', 'doctor', 'exec']
/** What plain `ca-sync` takes, in short: its own help has the rest. */
const everyday = ['project', 'source', 'profile', 'dry-run']

/** The help of the program, on one screen. */
function top(commands: readonly Command[], page: Page): string {
  const { options = {} } = commands[0] ?? {}
  const examples = commands.flatMap((one) => (tasters.includes(one.name) ? one.examples.slice(0, 1) : []))
  const rowsOf = (of: readonly Command[]): HelpRow[] => of.map(({ name, describe }) => [name, describe])
  const widest = widestOf(rowsOf(commands))
  const all = Object.entries({ ...options, ...ownOptions } as Options)
  const rest = all
    .filter(([name]) => !everyday.includes(name))
    .map(([name, { alias }]) => (alias === undefined ? `--${name}` : `-${alias} --${name}`))
  return paragraphs(
    helpStart('ca-sync [COMMAND] [OPTIONS]', 'Makes plain Poetry work with AWS CodeArtifact.', page),
    groups
      .map((group) => section(group, rowsOf(commands.filter((one) => one.group === group)), page, 0.35, widest))
      .join(''),
    section('Options', optionRows(Object.fromEntries(all.filter(([name]) => everyday.includes(name)))), page) +
      `${wrap(`  and ${rest.join(', ')}`, page.width, '  ')}\n`,
    section('Examples', examples, page, 0.6),
    `${wrap(`More on each: ca-sync help COMMAND. Docs: ${page.docs}`, page.width)}\n`,
  )
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
  const actionRows = actions.map(({ name, describe: does }): HelpRow => [name, does])
  return paragraphs(
    helpStart(usage.join(' '), `${describe}.${about === undefined ? '' : ` ${about}`}`, page),
    section('Commands', actionRows, page),
    section('Words', wordRows, page),
    section('Options', optionRows({ ...options, help: ownOptions.help }), page),
    section('Examples', examples, page, 0.6),
    `${wrap(`Docs: ${page.docs}`, page.width)}\n`,
  )
}
