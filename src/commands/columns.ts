import type { Host } from '../core/ports/host.ts'
import { charactersOf, columnsOf, type Health, type Look, leadOf, lookOf, painted, wrap } from '../core/words/look.ts'

type Cells = readonly string[]

const widthsOf = (rows: readonly Cells[]): number[] =>
  Array.from({ length: Math.max(0, ...rows.map((row) => row.length)) }, (_, index) =>
    Math.max(...rows.map((row) => columnsOf(row[index] ?? ''))),
  )

export const padded = (text: string, width = 0): string => text + ' '.repeat(Math.max(0, width - columnsOf(text)))

/** Rows one below the other, the heading first, in columns that fit what is in them: for pipes. */
export function table(heading: Cells, body: readonly Cells[]): string {
  const widths = widthsOf([heading, ...body])
  const line = (row: Cells) =>
    `${row
      .map((cell, at) => padded(cell, (widths[at] ?? 0) + 2))
      .join('')
      .trimEnd()}\n`
  return [heading, ...body].map(line).join('')
}

/** One source, on a terminal. */
export interface BoardRow {
  /** Its mark; without, all is said in words. */
  readonly health?: Health | undefined
  readonly name: string
  /** In columns, but for the last one, which may be long. */
  readonly cells: Cells
}

/** Sources, below what holds for all of them. */
export interface Group {
  readonly titles: Cells
  readonly entries: readonly BoardRow[]
}

/** Where rows for a terminal are shown; undefined where there is none. */
export const shownLook = (host: Host): Look | undefined => (host.isShown ? lookOf(host) : undefined)

/** A last column that is narrower than this would be a ribbon. */
const narrowest = 24

/** For a terminal: one line a source, in columns, or where it is too narrow for that, one block. Nothing is wider than it. */
export function board(groups: readonly Group[], look: Look): string {
  const entries = groups.flatMap((group) => group.entries)
  // A longer name has a line of its own.
  const longest = Math.floor(look.width * 0.4)
  const aligned = entries.map(({ name, cells }) => [columnsOf(name) > longest ? '' : name, ...cells.slice(0, -1)])
  const widths = widthsOf(aligned)
  const indent = Math.max(0, ...entries.map((one) => columnsOf(lead(one, look))))
  const roomOf = ({ cells }: BoardRow) =>
    widths.slice(0, cells.length).reduce((room, width) => room - width - 2, look.width - indent)
  const isNarrow = entries.some((one) => roomOf(one) < Math.min(narrowest, columnsOf(one.cells.at(-1) ?? '')))
  const shown = (one: BoardRow) => (isNarrow ? severalLines(one, look) : oneLine(one, widths, roomOf(one), look))
  return groups
    .filter((group) => group.entries.length > 0)
    .map(({ titles, entries: own }) => [...titles.map((title) => titleLine(title, look)), ...own.map(shown)])
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n')
}

const titleLine = (title: string, look: Look): string => painted(look, 'dim', fitted(title, look.width - 2, '  ', look))

const lead = ({ health }: BoardRow, look: Look): string => (health === undefined ? '' : leadOf(look, health))

function oneLine(one: BoardRow, widths: readonly number[], room: number, look: Look): string {
  const [width = 0, ...others] = widths
  const start = lead(one, look)
  const name = nameIn(one, look)
  const pad = ' '.repeat(columnsOf(start) + width)
  const first = columnsOf(name) > width ? `${start}${name}\n${pad}` : start + padded(name, width)
  const cells = one.cells.slice(0, -1).map((cell, at) => padded(cell, others[at]))
  const last = fitted(one.cells.at(-1) ?? '', room, ' '.repeat(look.width - room), look)
  return [first, ...cells, last].join('  ').trimEnd()
}

const severalLines = (one: BoardRow, look: Look): string =>
  [
    lead(one, look) + nameIn(one, look),
    ...one.cells.filter((cell) => cell !== '').map((cell) => `    ${fitted(cell, look.width - 4, '    ', look)}`),
  ].join('\n')

const nameIn = (one: BoardRow, look: Look): string =>
  painted(look, 'bold', withoutMiddle(one.name, look.width - columnsOf(lead(one, look)), look))

/** Lines of at most `room` columns, the later ones indented; a word that is wider loses its middle. */
export const fitted = (text: string, room: number, indent: string, look: Pick<Look, 'unicode'>): string => {
  const words = text.split(' ').map((word) => withoutMiddle(word, room, look))
  return wrap(words.join(' '), room).replaceAll('\n', `\n${indent}`)
}

function withoutMiddle(word: string, room: number, { unicode }: Pick<Look, 'unicode'>): string {
  if (columnsOf(word) <= room) return word
  const left = Math.max(0, room - 1)
  const end = Math.floor(left / 2)
  const parts = charactersOf(word)
  const [start, last] = [upTo(parts, left - end), upTo(parts.toReversed(), end).toReversed()]
  return start.join('') + (unicode ? '…' : '~') + last.join('')
}

/** The first of some characters, up to so many columns. */
function upTo(parts: readonly string[], room: number): readonly string[] {
  let used = 0
  const end = parts.findIndex((part) => {
    used += columnsOf(part)
    return used > room
  })
  return parts.slice(0, end)
}
