import { isTable, own, type Table } from '../project/document.ts'
import { tableOf } from './shape.ts'
import type { State } from './state.ts'
import { path, poetry, state, stateTables } from './tables.ts'

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

/** As it is read where nothing is written. */
export const emptyState = {
  version: 1,
  ...Object.fromEntries(Object.keys(stateTables).map((name) => [name, {}])),
} as State

export interface Reading {
  readonly state: State
  /** What was wrong in it, and is left out or taken as unknown, e.g. `projects /home/me/app`. */
  readonly damage: readonly string[]
  /** One of its tables is none: what was in there cannot be known. */
  readonly isLost: boolean
}

/** @returns undefined for what is no state; `newer` for one of a version that is not ours to read */
export function readState(written: unknown): Reading | 'newer' | undefined {
  if (!isTable(written)) return undefined
  const version = own(written, 'version')
  if (typeof version === 'number' && version > 1) return 'newer'
  const document = renames(written) as Table
  const read = state(document)
  return (
    read && {
      state: { ...read, leaving: { ...poetriesOf(document, read), ...read.leaving } },
      damage: damageOf(document, read),
      isLost: Object.keys(stateTables).some((name) => Object.hasOwn(document, name) && !isTable(own(document, name))),
    }
  )
}

/** Of projects whose record cannot be used, the Python stays known that wrote their entries. */
function poetriesOf(document: Table, { projects }: State): State['leaving'] {
  const poetries = tableOf(path, (one) => (isTable(one) ? poetry(own(one, 'poetry')) : undefined))(
    own(document, 'projects'),
  )
  return Object.fromEntries(Object.entries(poetries ?? {}).filter(([folder]) => !Object.hasOwn(projects, folder)))
}

function damageOf(before: Table, after: object): string[] {
  return Object.entries(before).flatMap(([name, value]) => {
    const read = own(after as Table, name)
    if (read === value) return []
    if (!isTable(value) || !isTable(read)) return [name]
    return Object.keys(value).flatMap((one) => (own(read, one) === value[one] ? [] : [`${name} ${one}`]))
  })
}
