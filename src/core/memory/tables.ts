import { rules } from '../project/fields.ts'
import { roleArnPattern } from '../project/settings.ts'
import type { Identity } from '../repository/identity.ts'
import type { ErrorCode } from '../words/errors.ts'
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

// What ca-sync remembers between runs: by these tables it is read, and its types (state.ts) follow from them. No secret is in it. Times are
// ISO 8601 UTC, `…At` in seconds are epoch seconds.

const word = matching(/^\S/)
/** The key of a table, but none that every object inherits. */
const key = (pattern: RegExp) => text((one) => pattern.test(one) && !(one in {}))
// Every call of the system refuses a path with a NUL.
export const path = text((one) => /^(?:\/|[A-Za-z]:[\\/]|\\\\)/.test(one) && one.length < 4096 && !one.includes('\0'))
const url = matching(/^https?:\/\/[^\s/?#]+\/\S*$/)
const name = key(rules.name.pattern)
const seconds = numberWithin(0, never)
const time = text((one) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(one) && !Number.isNaN(Date.parse(one)))
const unknownTime = new Date(0).toISOString()
const stamps = tableOf(path, text())
const yes = oneOf<true>(true)

const plainBase = record({ kind: oneOf('default' as const, 'environment' as const) })
const profileBase = record({ kind: oneOf('profile' as const), profile: word })
const base: Shape<Identity['base']> = (value) => plainBase(value) ?? profileBase(value)

// Without one of its parts an identity would be another one, and so would the source.
export const source = whole(
  record({
    name,
    domain: matching(rules.domain.pattern),
    owner: matching(rules.owner.pattern),
    region: matching(/^[a-z0-9-]{1,32}$/),
    repository: matching(rules.repository.pattern),
    url,
    identity: record({ base, roleArn: maybe(matching(roleArnPattern)) }),
    /** Stamp of an overridden AWS endpoint. */
    apiStamp: maybe(word),
    /** The pyproject names no owner: this one is the identity's own account. */
    ownAccount: maybe(yes),
    /** Stamp of the environment's access key, when that is the identity. */
    keysStamp: maybe(word),
  }),
)

const pathOrNone: Shape<string> = (value) => oneOf('')(value) ?? path(value)

/** Its Python is run. Where no keyring is used there may be none. */
export const poetry = record({
  poetry: pathOrNone,
  python: pathOrNone,
  start: optional(record({ flags: listOf(word), path: listOf(path), variables: tableOf(text(), text()) })),
  configDir: path,
  /** What our own rule said at that time: another answer now means another folder. */
  ruledDir: path,
  /** Poetry's version, when its Python was asked last. */
  version: optional(matching(/^\d/)),
})

/** When it was first met: the same one again is no news. */
const met = { code: matching(/^[A-Z_]+$/) as Shape<ErrorCode>, message: text(), since: time }

export const failure = record({
  ...met,
  /** The sources that it hit, where it did not hit all. */
  names: optional(listOf(name)),
  others: optional(listOf(record({ name, code: met.code, message: text(), hint: text() }))),
  hint: text(),
  count: numberWithin(1, never),
  /** When another try is useful. */
  retryAt: seconds,
  /** What only a person can mend, where something else (no network, for one) came after it: met again, it is no news. */
  behind: optional(record(met)),
})

export const project = record({
  sources: listOf(source),
  poetry,
  /** Stamps of the files this project's readiness rests on, by path. */
  inputs: or(stamps, {}),
  /** Stamp of the environment variables that matter; empty when a plain run there would be another identity, bring back what was logged out, or has to warn of a variable. */
  environmentStamp: or(text(), ''),
  /** When a run is useful next. 0 when the last run left something to do. */
  renewAt: or(seconds, 0),
  /** When the first of its tokens expires; 0 where it has none. */
  expiresAt: or(seconds, 0),
  /** Where its tokens live, as the user asked; in the keyring where nothing is said. */
  store: optional(oneOf('plaintext' as const, 'exec' as const)),
  /** Keyring entries are under the URLs of its repositories, too. */
  share: optional(oneOf('url' as const)),
  /** Its `repositories.<name>` are in its own poetry.toml, as the user asked. */
  local: optional(yes),
  /** None of its sources was ready yet: nobody but a person in its folder is to hear of it. */
  untried: optional(yes),
  /** What a run by hand has to warn of, as long as nothing changes. */
  notes: optional(listOf(text())),
  /** Sources that are for installing or publishing only, in words. */
  partly: optional(listOf(text())),
  /** How many of those are for neither. */
  unusable: optional(numberWithin(1, never)),
  /** Names of sources that were logged out: jobs leave them alone, a run by hand does not. */
  without: optional(listOf(name)),
  failure: optional(failure),
  /** When the last run that looked closer ended. */
  ranAt: optional(time),
})

/** All sources of the project, with the key of each one's token. */
export const login = record({ name, url, tokenKey: word })
export const ready = record({ inputs: stamps, environmentStamp: text(), renewAt: seconds, logins: listOf(login) })

/** What we own is known by its key, whatever is left of its record: it is renewed, or removed. */
const owned =
  <T>(shape: Shape<T>): Shape<T> =>
  (value) =>
    shape(value) ?? shape({})

const ownedToken = owned(
  record({
    issuedAt: or(time, unknownTime),
    expiresAt: or(time, unknownTime),
    spread: optional(numberWithin(0, 1)),
    loginEndsAt: optional(time),
    /** Of the token itself, where it is kept in plain text. */
    stamp: optional(word),
    /** Of the environment's access key, when that is the identity. */
    keysStamp: optional(word),
    /** The vault was seen to give it back. */
    inVault: optional(yes),
  }),
)

/** One that lived longer would be renewed too late. */
export const token: typeof ownedToken = (value) => {
  const read = ownedToken(value)
  const life = read && Date.parse(read.expiresAt) - Date.parse(read.issuedAt)
  if (read === undefined || life === undefined || life <= longestLifeSeconds * 1000) return read
  return { ...read, issuedAt: unknownTime, expiresAt: unknownTime }
}

export const entry = owned(
  record({
    tokenKey: or(text(), ''),
    issuedAt: or(time, unknownTime),
    /** The readers (Python and backend) that gave this token back when asked as Poetry asks. */
    readers: or(listOf(word), []),
  }),
)
const mark = or(yes, true)

const tables = <T>(at: Shape<string>, one: Shape<T>) => or(tableOf(at, one), {})
export const stateTables = {
  projects: tables(path, project),
  /** By token key: the tokens in the vault, or in Poetry's auth.toml. */
  tokens: tables(key(/^\d{12}\/\S+ \S/), token),
  /** By keyring service: which token Poetry's entry holds. */
  entries: tables(key(/^\S+$/), entry),
  /** By endpoint key: a repository's URL, as GetRepositoryEndpoint gave it or, where that is denied, as AWS's rule makes it. */
  endpoints: tables(key(/^\d{12}\/\S/), url),
  /** By Poetry's repository name: the URLs we wrote, the newest last; none where the line was there before. */
  names: tables(name, or(listOf(url), [])),
  /** By path of a project's poetry.toml, by name: the URLs we wrote there. */
  locals: tables(path, tableOf(name, listOf(url))),
  /** By Poetry's repository name: those whose user name we wrote. */
  usernames: tables(name, mark),
  /** By project folder: what `exec` and `env` served since it was last synced, if it ever was. By `ready`, the next plain `exec` knows what to set. */
  served: tables(path, record({ sources: listOf(source), ready: optional(whole(ready)) })),
  /** By path: Poetry's files that were not there before ca-sync. */
  created: tables(path, mark),
  /** By project folder: the Poetry of projects that were logged out, until nothing of theirs is left. */
  leaving: tables(path, poetry),
  /** By project folder: since when its pyproject.toml has been gone; empty where its place cannot be seen. */
  away: tables(path, or(time, '')),
}
export const state = record({ version: oneOf<1>(1), ...stateTables })
