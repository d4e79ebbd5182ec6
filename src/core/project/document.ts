import { CaSyncError } from '../words/errors.ts'
import { printable } from '../words/quote.ts'

/** A TOML table. Its keys are a stranger's (`__proto__`, `constructor`): read them with `own`. */
export type Table = Readonly<Record<string, unknown>>

const isDate = (value: unknown): boolean => Object.prototype.toString.call(value) === '[object Date]'

export const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isDate(value)

export const isText = (value: unknown): value is string => typeof value === 'string'

export const own = (table: Table, key: string): unknown => (Object.hasOwn(table, key) ? table[key] : undefined)

/** The value under keys of a parsed file; undefined where there is none. */
export const valueAt = (document: unknown, ...keys: readonly string[]): unknown =>
  keys.reduce((table: unknown, key) => (isTable(table) ? own(table, key) : undefined), document)

/** What a TOML value is, in words. */
export function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'an array'
  if (isDate(value)) return 'a date'
  if (typeof value === 'object') return 'a table'
  return { string: 'a string', boolean: 'true or false' }[typeof value as string] ?? 'a number'
}

/** The table under `keys`, or undefined where one of them is missing. Throws CaSyncError SOURCE_INVALID where one is no table. */
export function tableAt(document: unknown, keys: readonly string[], file: string): Table | undefined {
  let table: unknown = document
  for (const [depth, key] of keys.entries()) {
    table = isTable(table) ? own(table, key) : undefined
    if (table === undefined) return undefined
    if (!isTable(table)) {
      const name = keys.slice(0, depth + 1).join('.')
      const what = `${printable(file)}: ${name} is ${kindOf(table)}, not a table.`
      throw new CaSyncError('SOURCE_INVALID', what, { hint: `Write it as [${name}].` })
    }
  }
  return isTable(table) ? table : undefined
}

/** The array of tables under `keys`; empty where it is missing. Throws CaSyncError SOURCE_INVALID where it is something else. */
export function tablesAt(document: unknown, keys: readonly [...string[], string], file: string): readonly Table[] {
  const parent = tableAt(document, keys.slice(0, -1), file)
  const list = parent === undefined ? undefined : own(parent, keys.at(-1) ?? '')
  if (list === undefined) return []
  const name = keys.join('.')
  const refuse = (what: string): CaSyncError =>
    new CaSyncError('SOURCE_INVALID', `${printable(file)}: ${what}.`, {
      hint: `Start each source with a line [[${name}]].`,
    })
  if (!Array.isArray(list)) throw refuse(`${name} is ${kindOf(list)}, not an array of tables`)
  return list.map((entry: unknown, index) => {
    if (!isTable(entry)) throw refuse(`source ${index + 1} of ${name} is ${kindOf(entry)}, not a table`)
    return entry
  })
}

/** A document with another value under keys, or without one; a table that has nothing in it then says as much as none, and goes. */
export function withValue(document: Table, [key = '', ...deeper]: readonly string[], value: unknown): Table {
  const { [key]: inner, ...rest } = document
  const kept = deeper.length === 0 ? value : withValue(isTable(inner) ? inner : {}, deeper, value)
  return kept === undefined || isBareTable(kept) ? rest : { ...rest, [key]: kept }
}

/** Without the empty tables on the way to what is under keys: whether one goes with its last key depends on how it was written. */
export const pruned = (document: Table, keys: readonly string[]): Table =>
  withValue(document, keys, valueAt(document, ...keys))

const isBareTable = (value: unknown): boolean => isTable(value) && Object.keys(value).length === 0
