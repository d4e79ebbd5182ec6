import { type JsonMap, parse } from '@iarna/toml'
import { type Statement, scan, type ValueSpan } from '../core/toml/scan.ts'
import { quote } from '../core/words/quote.ts'

/** Thrown for text that is not TOML. Positions count from 0, as @iarna/toml's do. */
export interface TomlError extends Error {
  readonly line?: number
  readonly col?: number
}

const inherited = new Set(Object.getOwnPropertyNames(Object.prototype).filter((name) => name !== '__proto__'))
const mention = new RegExp(`(${[...inherited].join('|')})`)

/**
 * Parses TOML.
 * @throws TomlError
 */
export function parseToml(text: string): JsonMap {
  // @iarna/toml refuses a line-end escape before CRLF.
  const lines = text.replaceAll('\r\n', '\n')
  refuseInherited(lines)
  return parse(lines)
}

/** @iarna/toml takes a table called as a property that every object inherits for that property, and writes into JavaScript's own objects. */
function refuseInherited(text: string): void {
  if (!mention.test(withoutEscapes(text))) return
  for (const statement of scan(text)) {
    const name = tableNames(statement).find((part) => inherited.has(part))
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
  const line = text.slice(0, at).split('\n').length - 1
  return Object.assign(new Error(`No table can be called ${quote(name)}`), { line, col: 0 })
}
