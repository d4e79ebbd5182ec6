import type { PythonStart } from '../ports/poetry-finder.ts'
import { rules } from '../project/fields.ts'
import { roleArnPattern } from '../project/settings.ts'
import type { Identity } from '../repository/identity.ts'
import type { ErrorCode } from '../words/errors.ts'
import type { Failure } from './failure.ts'
import { longestLifeSeconds, never } from './freshness.ts'
import {
  listOf,
  matching,
  maybe,
  numberWithin,
  oneOf,
  optional,
  or,
  record,
  type Shape,
  tableOf,
  text,
  whole,
} from './shape.ts'
import type {
  EntryRecord,
  LoginRecord,
  PoetryRecord,
  ProjectRecord,
  ReadyRecord,
  ServedRecord,
  SourceRecord,
  TokenRecord,
} from './state.ts'

const word = matching(/^\S/)
/** The key of a table, but none that every object inherits. */
export const key = (pattern: RegExp) => text((one) => pattern.test(one) && !(one in {}))
// Every call of the system refuses a path with a NUL.
export const path = text((one) => /^(?:\/|[A-Za-z]:[\\/]|\\\\)/.test(one) && one.length < 4096 && !one.includes('\0'))
export const url = matching(/^https?:\/\/[^\s/?#]+\/\S*$/)
export const name = key(rules.name.pattern)
const seconds = numberWithin(0, never)
export const time = text(
  (one) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(one) && !Number.isNaN(Date.parse(one)),
)
const unknownTime = new Date(0).toISOString()
const stamps = tableOf(path, text())

const plainShape = record<{ kind: 'default' | 'environment' }>({ kind: oneOf('default', 'environment') })
const profileShape = record<{ kind: 'profile'; profile: string }>({ kind: oneOf('profile'), profile: word })
const identityBase: Shape<Identity['base']> = (value) => plainShape(value) ?? profileShape(value)

// Without one of its parts an identity would be another one, and so would the source.
const source = whole(
  record<SourceRecord>({
    name,
    domain: matching(rules.domain.pattern),
    owner: matching(rules.owner.pattern),
    region: matching(/^[a-z0-9-]{1,32}$/),
    repository: matching(rules.repository.pattern),
    url,
    identity: record<Identity>({ base: identityBase, roleArn: maybe(matching(roleArnPattern)) }),
    apiStamp: maybe(word),
    ownAccount: maybe(oneOf<true>(true)),
    keysStamp: maybe(word),
  }),
)

/** Its Python is run. Where no keyring is used there may be none. */
export const poetry = record<PoetryRecord>({
  poetry: (value) => oneOf('')(value) ?? path(value),
  python: (value) => oneOf('')(value) ?? path(value),
  start: optional(record<PythonStart>({ flags: listOf(word), path: listOf(path), variables: tableOf(text(), text()) })),
  configDir: path,
  ruledDir: path,
  version: optional(matching(/^\d/)),
})

const behind = { code: matching(/^[A-Z_]+$/) as Shape<ErrorCode>, message: text(), since: time }
const failure = record<Failure>({
  ...behind,
  names: optional(listOf(name)),
  hint: text(),
  count: numberWithin(1, never),
  retryAt: seconds,
  behind: optional(record<NonNullable<Failure['behind']>>(behind)),
})

export const project = record<ProjectRecord>({
  sources: listOf(source),
  poetry,
  inputs: or(stamps, {}),
  environmentStamp: or(text(), ''),
  renewAt: or(seconds, 0),
  expiresAt: or(seconds, 0),
  store: optional(oneOf<NonNullable<ProjectRecord['store']>>('plaintext', 'exec')),
  share: optional(oneOf<'url'>('url')),
  local: optional(oneOf<true>(true)),
  untried: optional(oneOf<true>(true)),
  notes: optional(listOf(text())),
  partly: optional(listOf(text())),
  without: optional(listOf(name)),
  failure: optional(failure),
  ranAt: optional(time),
})

const ready = record<ReadyRecord>({
  inputs: stamps,
  environmentStamp: text(),
  renewAt: seconds,
  logins: listOf(record<LoginRecord>({ name, url, tokenKey: word })),
})
export const served = record<ServedRecord>({ sources: listOf(source), ready: optional(whole(ready)) })

/** What we own is known by its key, whatever is left of its record: it is renewed, or removed. */
const owned =
  <T>(shape: Shape<T>): Shape<T> =>
  (value) =>
    shape(value) ?? shape({})

const ownedToken = owned(
  record<TokenRecord>({
    issuedAt: or(time, unknownTime),
    expiresAt: or(time, unknownTime),
    spread: optional(numberWithin(0, 1)),
    loginEndsAt: optional(time),
    stamp: optional(word),
    keysStamp: optional(word),
    inVault: optional(oneOf<true>(true)),
  }),
)

/** One that lived longer would be renewed too late. */
export const token: Shape<TokenRecord> = (value) => {
  const read = ownedToken(value)
  const life = read && Date.parse(read.expiresAt) - Date.parse(read.issuedAt)
  if (read === undefined || life === undefined || life <= longestLifeSeconds * 1000) return read
  return { ...read, issuedAt: unknownTime, expiresAt: unknownTime }
}

export const entry = owned(
  record<EntryRecord>({
    tokenKey: or(text(), ''),
    issuedAt: or(time, unknownTime),
    readers: or(listOf(word), []),
  }),
)
export const mark = or(oneOf<true>(true), true)
