import { isTable, type Table } from '../project/document.ts'

type Change = (value: unknown) => unknown

const each =
  (change: Change): Change =>
  (value) => {
    if (Array.isArray(value)) return value.map(change)
    return isTable(value) ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, change(one)])) : value
  }

const under =
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

const stampOfKeys = renamed('credentials', 'keysStamp')
const inSources = under('sources', each(all(stampOfKeys, renamed('api', 'apiStamp'))))
const readiness = renamed('environment', 'environmentStamp')
const itsKey = renamed('token', 'tokenKey')

/** Until November 2026 stamps, and keys of tokens, were called by the names of what they stand for. */
const renames = all(
  under('projects', each(all(inSources, readiness))),
  under('tokens', each(stampOfKeys)),
  under('entries', each(itsKey)),
  under('served', each(all(inSources, under('ready', all(readiness, under('logins', each(itsKey))))))),
)

/** A state as it is written today. */
export const asToday = (document: Table): Table => renames(document) as Table
