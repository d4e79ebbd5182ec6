import { hostOf } from './endpoint.ts'
import { credentialsOf } from './plan.ts'
import {
  type EntryRecord,
  endpointKey,
  type ProjectRecord,
  type State,
  type TokenRecord,
  writtenUrls,
} from './state.ts'
import { hidingUrls, type Target } from './target.ts'
import { textStamp } from './text-stamp.ts'
import type { Token } from './token.ts'

/** A token, and the sources whose keyring entries are to hold it. */
export interface Handed {
  readonly key: string
  readonly targets: readonly [Target, ...Target[]]
  readonly token: Token
}

/** How a claim is made. */
export interface Moment {
  /** Stamp of the access key in the environment. */
  readonly credentials: string | undefined
  /** From 0 to 1. */
  readonly random: number
}

/** A token that was in the vault keeps what was recorded when it was issued. */
function tokenRecord({ token, targets }: Handed, before: TokenRecord | undefined, moment: Moment): TokenRecord {
  const { issuedAt, expiresAt, loginEndsAt } = token
  if (before?.issuedAt === issuedAt) return before
  const stamp = credentialsOf(targets[0], moment.credentials)
  return {
    ...{ issuedAt, expiresAt, spread: moment.random },
    ...(loginEndsAt !== undefined && { loginEndsAt }),
    ...(stamp !== undefined && { credentials: stamp }),
    ...(targets[0].plaintextFile !== undefined && { stamp: textStamp(token.value) }),
  }
}

/** Readers that were seen to get this very token stay; a new token has none yet. */
function entryRecord({ key, token: { issuedAt } }: Handed, before: EntryRecord | undefined): EntryRecord {
  const same = before?.token === key && before.issuedAt === issuedAt
  return { token: key, issuedAt, readers: same ? before.readers : [] }
}

/** Projects whose hosts get a new token or other entries: their records do not hold any more, and their next run looks closer. */
function distrusted({ projects }: State, handed: readonly Handed[]): State['projects'] {
  const hosts = new Set(handed.flatMap(({ targets }) => targets.map(({ url }) => hostOf(url))))
  const shares = ({ sources }: ProjectRecord) => sources.some(({ url }) => hosts.has(hostOf(url)))
  return Object.fromEntries(
    Object.entries(projects).map(([folder, record]) => [folder, shares(record) ? { ...record, renewAt: 0 } : record]),
  )
}

/**
 * What a run is about to own. It is recorded before anything is written: a kill never leaves entries that nobody cleans up,
 * and the next run finishes the job.
 */
export function claim(state: State, targets: readonly Target[], handed: readonly Handed[], moment: Moment): State {
  const tokens = handed.map((one) => [one.key, tokenRecord(one, state.tokens[one.key], moment)])
  const entries = handed.flatMap((one) =>
    one.targets.flatMap(({ services }) =>
      services.map((service) => [service, entryRecord(one, state.entries[service])]),
    ),
  )
  const names = targets.map(({ name, url }) => [name, [...new Set([...writtenUrls(state, name), url])]])
  return {
    ...state,
    projects: distrusted(state, handed),
    tokens: { ...state.tokens, ...Object.fromEntries(tokens) },
    entries: { ...state.entries, ...Object.fromEntries(entries) },
    endpoints: {
      ...state.endpoints,
      ...Object.fromEntries(targets.map((one) => [endpointKey(one, one.api), one.url])),
    },
    names: { ...state.names, ...Object.fromEntries(names) },
  }
}

/** The reader was given these sources' tokens back, asked in Poetry's order; so what would have hidden them is gone. */
export function confirm(state: State, targets: readonly Target[], reader: string): State {
  const gone = new Set(targets.flatMap(hidingUrls))
  const seen = new Set(targets.flatMap(({ services }) => services))
  const entries = Object.entries(state.entries)
    .filter(([service]) => !gone.has(service))
    .map(([service, entry]) => [service, seen.has(service) ? readBy(entry, reader) : entry])
  return { ...state, entries: Object.fromEntries(entries) }
}

const readBy = (entry: EntryRecord, reader: string): EntryRecord => ({
  ...entry,
  readers: [...new Set([...entry.readers, reader])],
})

/** config.toml has these URLs now: what it had before is nobody's any more. */
export const settle = (state: State, targets: readonly Target[]): State => ({
  ...state,
  names: { ...state.names, ...Object.fromEntries(targets.map(({ name, url }) => [name, [url]])) },
})
