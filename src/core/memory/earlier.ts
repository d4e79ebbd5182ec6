import { isTable, type Table } from '../project/document.ts'

type Change = (value: unknown) => unknown

const each =
  (change: Change): Change =>
  (value) => {
    if (Array.isArray(value)) return value.map(change)
    return isTable(value) ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, change(one)])) : value
  }

const at =
  (key: string, change: Change): Change =>
  (value) =>
    isTable(value) && Object.hasOwn(value, key) ? { ...value, [key]: change(value[key]) } : value

const all =
  (...changes: readonly Change[]): Change =>
  (value) =>
    changes.reduce((one, change) => change(one), value)

/** What had another name. */
const renamed =
  (before: string, now: string): Change =>
  (value) => {
    if (!isTable(value) || !Object.hasOwn(value, before)) return value
    const { [before]: one, ...rest } = value
    return { ...rest, [now]: one }
  }

const token = renamed('credentials', 'keysStamp')
const sources = at('sources', each(all(token, renamed('api', 'apiStamp'))))
const read = renamed('environment', 'environmentStamp')
const tokenKey = renamed('token', 'tokenKey')

/** Until November 2026 stamps, and keys of tokens, were called by the names of what they stand for. */
const renames = all(
  at('projects', each(all(sources, read))),
  at('tokens', each(token)),
  at('entries', each(tokenKey)),
  at('served', each(all(sources, at('ready', all(read, at('logins', each(tokenKey))))))),
)

/** A state as it is written today. */
export const asToday = (document: Table): Table => renames(document) as Table
