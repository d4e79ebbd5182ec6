import type { Option, Options } from '../../commands/options.ts'
import type { Shell } from '../../core/ports/shell.ts'
import { grouped } from '../../core/words/group.ts'
import { fishQuote, posixQuote } from '../../core/words/quote.ts'
import { type Command, ownOptions } from '../command.ts'
import cases from './cases.bash'
import bash from './completion.bash'
import fish from './completion.fish'
import powershell from './completion.ps1'
import zsh from './completion.zsh'

/** A word that may come next, and what it is. */
type Item = readonly [word: string, says: string]

/** What may come next where some commands stand before: `''`, `'status'`, `'sources add'`. */
interface CommandPlace {
  readonly at: string
  readonly words: readonly Item[]
  readonly options: Options
}

const items = (commands: readonly Command[]): Item[] => commands.map(({ name, describe }) => [name, describe])

function commandPlaces({ options, words = {}, actions = [], ...command }: Command, before: string): CommandPlace[] {
  const at = `${before}${command.name}`
  const choices = Object.values(words).flatMap(({ choices: list = [], describe }) =>
    list.map((word): Item => [word, describe]),
  )
  const place = { at, words: [...items(actions), ...new Map(choices)], options: { ...options, help: ownOptions.help } }
  return [place, ...actions.flatMap((one) => commandPlaces(one, `${at} `))]
}

function placesOf(commands: readonly Command[]): CommandPlace[] {
  const named = commands
    .flatMap((one) => commandPlaces(one, ''))
    .map((place) => (place.at === 'help' ? { ...place, words: items(commands) } : place))
  return [{ at: '', words: items(commands), options: { ...named[0]?.options, ...ownOptions } }, ...named]
}

const dashes = (name: string, { alias }: Option) => [`--${name}`, ...(alias === undefined ? [] : [`-${alias}`])]

/** How a shell writes a part of its script. */
interface Syntax {
  readonly text: string
  /** Several words, one of which is meant. */
  readonly any: (words: readonly string[]) => string
  /** What is done where one of some texts is there. */
  readonly when: (texts: readonly string[], act: string) => string
  readonly kind: (kind: string) => string
  readonly list: (items: readonly Item[]) => string
}

const doubled = (word: string): string => `'${word.replaceAll("'", "''")}'`

const posixSyntax: Pick<Syntax, 'any' | 'when' | 'kind'> = {
  any: (words) => words.map(posixQuote).join('|'),
  when: (texts, act) => `      ${texts.map(posixQuote).join('|')}) ${act} ;;`,
  kind: (kind) => `kind=${kind}`,
}

const syntaxes: Record<'bash' | 'zsh' | 'powershell', Syntax> = {
  bash: {
    ...posixSyntax,
    text: bash.replace('@cases@\n', () => cases),
    list: (list) => `list=${posixQuote(list.map(([word]) => word).join('\n'))}`,
  },
  zsh: {
    ...posixSyntax,
    text: zsh.replace('@cases@\n', () => cases),
    list: (list) => `list=(${list.map(([word, says]) => posixQuote(`${word}:${says}`)).join(' ')})`,
  },
  powershell: {
    text: powershell,
    any: (words) => `@(${words.map(doubled).join(', ')})`,
    when: (texts, act) => `      { ${`@(${texts.map(doubled).join(', ')})`} -ccontains $_ } { ${act} }`,
    kind: (kind) => `$kind = '${kind}'`,
    list: (list) => `$list = @(${list.map((item) => doubled(item.join('\t'))).join(', ')})`,
  },
}

const optionItems = (options: Options): Item[] =>
  Object.entries(options).flatMap(([name, option]) => dashes(name, option).map((word): Item => [word, option.describe]))

function valueAct({ kind, list }: Syntax, { type, choices, offers, describe }: Option): string | undefined {
  if (type === 'boolean') return undefined
  if (choices !== undefined) return list(choices.map((word) => [word, describe]))
  return offers === undefined ? ':' : kind(offers)
}

interface PlacedOption {
  readonly at: string
  readonly name: string
  readonly option: Option
}

const allOptions = (places: readonly CommandPlace[]): PlacedOption[] =>
  places.flatMap(({ at, options }) => Object.entries(options).map(([name, option]) => ({ at, name, option })))

const valuedWords = (options: readonly PlacedOption[]): string[] => [
  ...new Set(options.flatMap(({ name, option }) => (option.type === 'boolean' ? [] : dashes(name, option)))),
]

const pathWords = (places: readonly CommandPlace[]): string[] =>
  places.filter(({ at }) => at !== '').map(({ at }) => (at.includes(' ') ? at : ` ${at}`))

const filled = (text: string, parts: Readonly<Record<string, string>>): string =>
  text.replaceAll(/@(\w+)@/g, (_, name: string) => parts[name] ?? '')

function caseScript(syntax: Syntax, places: readonly CommandPlace[]): string {
  const { text, any, when, list } = syntax
  const options = allOptions(places)
  const valued = grouped(options, ({ option }) => valueAct(syntax, option) ?? '').filter(([act]) => act !== '')
  const texts = (found: readonly PlacedOption[]) =>
    found.flatMap(({ at, name, option }) => dashes(name, option).map((word) => `${at} ${word}`))
  return filled(text, {
    valued: any(valuedWords(options)),
    paths: any(pathWords(places)),
    values: valued.map(([act, found]) => when(texts(found), act)).join('\n'),
    options: places.map(({ at, options: its }) => when([at], list(optionItems(its)))).join('\n'),
    words: places.flatMap(({ at, words }) => (words.length > 0 ? [when([at], list(words))] : [])).join('\n'),
  })
}

const fishOffers = {
  folder: "-x -a '(__fish_complete_directories (commandline -ct))'",
  file: '-r -F',
  source: "-x -a '(__ca_sync_offer source)'",
  profile: "-x -a '(__ca_sync_offer profile)'",
}

function fishValue({ type, choices, offers }: Option): string {
  if (type === 'boolean') return ''
  if (choices !== undefined) return ` -x -a ${fishQuote(choices.join(' '))}`
  return ` ${offers === undefined ? '-x' : fishOffers[offers]}`
}

const fishLine = (ats: readonly string[], what: string, says: string): string =>
  `complete -c ca-sync -n ${fishQuote(`__ca_sync_is ${ats.map((at) => `"${at}"`).join(' ')}`)} ${what} -d ${fishQuote(says)}`

function fishScript(places: readonly CommandPlace[]): string {
  const options = allOptions(places)
  const short = ({ alias }: Option) => (alias === undefined ? '' : ` -s ${alias}`)
  const what = ({ name, option }: PlacedOption) => `-l ${name}${short(option)}${fishValue(option)}`
  const optionLines = grouped(options, (one) => what(one) + one.option.describe).map(([, found]) => {
    const ats = found.map(({ at }) => at)
    return fishLine(ats, what(found[0]), found[0].option.describe)
  })
  const wordLines = places.flatMap(({ at, words }) => words.map(([word, says]) => fishLine([at], `-a ${word}`, says)))
  return filled(fish, {
    valued: valuedWords(options).map(fishQuote).join(' '),
    paths: pathWords(places).map(fishQuote).join(' '),
    lines: [...wordLines, ...optionLines].join('\n'),
  })
}

/** The completion of a shell, whole: all that it offers but names of sources and profiles is written into it. */
export function completionScript(shell: Shell, commands: readonly Command[]): string {
  const places = placesOf(commands)
  return shell === 'fish' ? fishScript(places) : caseScript(syntaxes[shell], places)
}
