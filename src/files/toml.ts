import type { JsonMap, parse as parseOfPackage } from '@iarna/toml'
import parser from '@iarna/toml/parse-string.js'
import { type Statement, scan, type ValueSpan } from '../core/toml/scan.ts'
import { quote } from '../core/words/quote.ts'

const parse = parser as typeof parseOfPackage

/** Thrown for text that is not TOML. Positions count from 0, as @iarna/toml's do. */
export interface TomlError extends Error {
  readonly line?: number
  readonly col?: number
  /** The line of the first mark of a merge that was not finished. */
  readonly conflictLine?: number
}

/** What to say of a text that is not TOML; with what to do where it has the marks of a merge. */
export function tomlWords(error: unknown): { readonly problem: string; readonly advice?: string } {
  const { conflictLine, line } = error as TomlError
  if (conflictLine === undefined)
    return { problem: `is not valid TOML${line === undefined ? '' : ` (line ${line + 1})`}` }
  const problem = `has the marks of a merge that is not finished (<<<<<<<, line ${conflictLine + 1})`
  return { problem, advice: 'Choose what stays, and take them out' }
}

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length - 1

const inherited = Object.getOwnPropertyNames(Object.prototype).filter((name) => name !== '__proto__')

/**
 * Parses TOML.
 * @throws TomlError
 */
export function parseToml(text: string): JsonMap {
  // @iarna/toml refuses a line-end escape before CRLF.
  const lines = text.replaceAll('\r\n', '\n')
  refuseInherited(lines)
  try {
    return parse(lines)
  } catch (error) {
    const quoted = withDatesQuoted(lines)
    if (quoted !== lines) return parse(quoted)
    const mark = /^<{7}(?: .*)?$[\s\S]*^>{7}(?: .*)?$/m.exec(lines)
    throw mark === null ? error : Object.assign(error as TomlError, { conflictLine: lineAt(lines, mark.index) })
  }
}

const localDate = /^(?:\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?)?|\d\d:\d\d:\d\d(?:\.\d+)?)$/

/** @iarna/toml stumbles over a local date or time right before a comma or a bracket. None of ours is one: a text of the same length does. */
function withDatesQuoted(text: string): string {
  try {
    const spans = scan(text).flatMap(({ pair }) => (pair === undefined ? [] : leavesOf(pair.value)))
    const dates = spans.filter(({ start, end }) => localDate.test(text.slice(start, end)))
    const parts = dates.map(
      ({ start, end }, at) => `${text.slice(dates[at - 1]?.end ?? 0, start)}"${text.slice(start + 2, end)}"`,
    )
    return parts.join('') + text.slice(dates.at(-1)?.end ?? 0)
  } catch {
    return text // it is no TOML, as the parser said
  }
}

const leavesOf = (value: ValueSpan): readonly ValueSpan[] => {
  const inner = [...(value.pairs ?? []).map((pair) => pair.value), ...(value.items ?? [])]
  return inner.length === 0 ? [value] : inner.flatMap(leavesOf)
}

/** @iarna/toml takes a table called as a property that every object inherits for that property, and writes into JavaScript's own objects. */
function refuseInherited(text: string): void {
  const plain = withoutEscapes(text)
  if (!inherited.some((name) => plain.includes(name))) return
  for (const statement of scan(text)) {
    const name = tableNames(statement).find((part) => inherited.includes(part))
    if (name !== undefined) throw tomlRefusal(text, statement.start, name)
  }
}

const withoutEscapes = (text: string): string =>
  text.replaceAll(/\\(?:u([\da-fA-F]{4})|U([\da-fA-F]{8}))/g, (whole, short?: string, long?: string) => {
    const code = Number.parseInt(short ?? long ?? '', 16)
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })

/** The names that a statement makes tables of. */
function tableNames({ path, table, pair }: Statement): readonly string[] {
  return pair === undefined ? path : [...path.slice(table.length, -1), ...namesWithin(pair.value, path.length)]
}

const namesWithin = ({ pairs = [], items = [] }: ValueSpan, outer: number): readonly string[] => [
  ...pairs.flatMap(({ path, value }) => [...path.slice(outer, -1), ...namesWithin(value, path.length)]),
  ...items.flatMap((item) => namesWithin(item, 0)),
]

function tomlRefusal(text: string, at: number, name: string): TomlError {
  return Object.assign(new Error(`No table can be called ${quote(name)}`), { line: lineAt(text, at), col: 0 })
}
