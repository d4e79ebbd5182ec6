import { scan, type TomlPath } from './scan.ts'
import { dotted, isWithin, joined, lineEnd, splice, tomlString } from './table.ts'

/** One table of an array of tables, its keys in the order in which they are written. */
export type Entry = Readonly<Record<string, string | true>>

// Lines of comment right below a table are its own, unless they run into what comes next.
const ownComments = /(?:[ \t]*#[^\n]*(?:\n|$))+(?=[ \t]*(?:\r?\n|$))/y
const blankLine = /(?:^|\n)[ \t]*\r?\n$/

/**
 * Adds tables to an array of tables: after its last one, else at the end of the text. Every other byte stays as it is.
 * The caller parses the result and compares: text that TOML does not allow to be extended comes out wrong, not refused.
 *
 * @param text - a valid TOML document, without byte-order mark
 * @param array - path of the array, e.g. `['tool', 'poetry', 'source']`
 */
export function addTables(text: string, array: TomlPath, entries: readonly Entry[]): string {
  if (entries.length === 0) return text
  const eol = lineEnd(text)
  const at = endOf(text, array)
  const before = text.slice(0, at)
  const open = before === '' || before.endsWith('\n') ? '' : eol
  const apart = before === '' || blankLine.test(before) ? '' : eol
  const rest = at === text.length || /^[ \t]*\r?\n/.test(text.slice(at)) ? '' : eol
  return splice(text, at, at, `${open}${apart}${tablesText(array, entries).replaceAll('\n', eol)}${rest}`)
}

/** The tables as they are written, one below the other. */
export const tablesText = (array: TomlPath, entries: readonly Entry[]): string =>
  entries.map((entry) => `[[${dotted(array)}]]\n${Object.entries(entry).map(line).join('')}`).join('\n')

const line = ([key, value]: readonly [string, string | true]): string =>
  `${dotted([key])} = ${value === true ? 'true' : tomlString(value)}\n`

/** The end of an array's last table; that of the text where there is none. */
function endOf(text: string, array: TomlPath): number {
  const last = scan(text).findLast(({ path }) => isWithin(path, array))
  if (last === undefined) return text.length
  ownComments.lastIndex = last.end
  return last.end + (ownComments.exec(text)?.[0].length ?? 0)
}

/**
 * Removes tables of an array of tables, each with what is in it and the comments right below it. Every other byte stays as it is.
 * @param at - which of them, from 0
 */
export function removeTables(text: string, array: TomlPath, at: readonly number[]): string {
  const within = scan(text).filter(({ path }) => isWithin(path, array))
  const heads = within.filter(({ pair, path }) => !pair && path.length === array.length)
  return heads.reduceRight((rest, { start }, index) => {
    if (!at.includes(index)) return rest
    const next = heads[index + 1]?.start ?? Number.POSITIVE_INFINITY
    const last = within.findLast((one) => one.start >= start && one.start < next)?.end ?? start
    ownComments.lastIndex = last
    const end = last + (ownComments.exec(rest)?.[0].length ?? 0)
    return joined(rest.slice(0, start), rest.slice(end))
  }, text)
}
