import { dotted, tomlString } from './key.ts'
import { type Pair, type Statement, scan, type TomlPath } from './scan.ts'

/**
 * Gives one key of one table a value, and leaves every other byte as it is: changed in place where the key is there, added in
 * the shape in which the table is there (header, dotted keys, inline), else as a table of its own after its siblings.
 * The caller parses the result and compares: text that TOML does not allow to be extended comes out wrong, not refused.
 *
 * @param text - a valid TOML document
 * @param table - path of the table, e.g. `['repositories', 'dev']`
 */
export function setKey(text: string, table: TomlPath, key: string, value: string): string {
  const statements = scan(text)
  const path = [...table, key]
  const { pair } = innermost(statements, path)
  if (pair && same(pair.path, path)) return splice(text, pair.value.start, pair.value.end, tomlString(value))
  if (pair) return addInline(text, pair, `${dotted(path.slice(pair.path.length))} = ${tomlString(value)}`)

  const header = statements.find((s) => !s.pair && same(s.path, table))
  if (header) return addLine(text, header.end, `${dotted([key])} = ${tomlString(value)}`)

  const sibling = statements.findLast((s) => s.pair && isWithin(s.path, table) && s.table.length < table.length)
  if (sibling) return addLine(text, sibling.end, `${dotted(path.slice(sibling.table.length))} = ${tomlString(value)}`)

  return addTable(text, statements, table, `${dotted([key])} = ${tomlString(value)}`)
}

/** Removes the header of a table that has no key of its own, where it stands as `setKey` writes it. */
export function removeHeader(text: string, table: TomlPath): string {
  const statements = scan(text)
  const header = statements.find((s) => !s.pair && same(s.path, table))
  const isOurs = header && text.slice(header.start, header.end).trimEnd() === `[${dotted(table)}]`
  return isOurs && !statements.some((s) => s.pair && same(s.table, table)) ? cutLines(text, header) : text
}

/** Removes a key, or a table with all that is in it (but comments on lines of their own stay). What is not there is no error. */
export function removeKey(text: string, path: TomlPath): string {
  const statements = scan(text)
  const { pair, among } = innermost(statements, path)
  if (pair && among && same(pair.path, path)) return cutInline(text, among, pair)
  return statements.filter((s) => isWithin(s.path, path)).reduceRight(cutLines, text)
}

const same = (a: TomlPath, b: TomlPath): boolean => a.length === b.length && isWithin(a, b)

const isWithin = (path: TomlPath, table: TomlPath): boolean => table.every((part, i) => path[i] === part)

interface Found {
  /** The one of a path, or the innermost inline table that would hold it. */
  readonly pair?: Pair
  /** What is in the inline table that the pair stands in. */
  readonly among?: readonly Pair[]
}

function innermost(statements: readonly Statement[], path: TomlPath): Found {
  const within = (pairs: readonly Pair[], found: Found, among?: readonly Pair[]): Found => {
    const pair =
      pairs.find((one) => same(one.path, path)) ?? pairs.find((one) => one.value.pairs && isWithin(path, one.path))
    if (pair === undefined) return found
    const here = among ? { pair, among } : { pair }
    return same(pair.path, path) ? here : within(pair.value.pairs ?? [], here, pair.value.pairs)
  }
  return within(
    statements.flatMap((s) => s.pair ?? []),
    {},
  )
}

function addInline(text: string, { value }: Pair, line: string): string {
  const first = value.pairs?.[0]
  if (first) return splice(text, first.start, first.start, `${line}, `)
  const space = text.slice(value.start + 1, value.end - 1)
  return splice(text, value.start, value.end, `{${space}${line}${space}}`)
}

function cutInline(text: string, among: readonly Pair[], pair: Pair): string {
  const i = among.indexOf(pair)
  if (among.length === 1) return text.slice(0, pair.start) + text.slice(pair.value.end).trimStart()
  const next = among[i + 1]
  return splice(text, next ? pair.start : (among[i - 1]?.value.end ?? pair.start), next?.start ?? pair.value.end, '')
}

/** A file whose last line has no end stays one: so `remove` finds back to what was. */
function addLine(text: string, at: number, line: string): string {
  const eol = lineEnd(text)
  const isOpen = at > 0 && text[at - 1] !== '\n'
  return splice(text, at, at, isOpen ? `${eol}${line}` : `${line}${eol}`)
}

/** Where Poetry itself puts a new table: after its siblings, else at the end. */
function addTable(text: string, statements: readonly Statement[], table: TomlPath, line: string): string {
  const sibling = statements.findLastIndex((s) => s.path[0] === table[0])
  const next = statements.findIndex((s, i) => i > sibling && !s.pair)
  const at = sibling < 0 || next < 0 ? text.length : (statements[next - 1]?.end ?? 0)
  const header = addLine(text, at, `${at > 0 ? lineEnd(text) : ''}[${dotted(table)}]`)
  return addLine(header, at + header.length - text.length, line)
}

function cutLines(text: string, { start, end, pair }: Statement): string {
  const [before, after] = [text.slice(0, start), text.slice(end)]
  const rest = pair ? before + after : joined(before, after)
  return after === '' && !text.endsWith('\n') ? rest.replace(/\r?\n$/, '') : rest
}

/** The blank line that sets a table off goes with it. */
const joined = (before: string, after: string): string =>
  before === '' ? after.replace(/^\r?\n/, '') : before.replace(/(\n)\r?\n$/, '$1') + after

const lineEnd = (text: string): string => /\r?\n/.exec(text)?.[0] ?? '\n'

const splice = (text: string, start: number, end: number, insert: string): string =>
  text.slice(0, start) + insert + text.slice(end)

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
