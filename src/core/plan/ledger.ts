import { isDeepStrictEqual } from 'node:util'
import {
  type EntryRecord,
  endpointKey,
  mapTable,
  type ProjectRecord,
  type ReadyRecord,
  type State,
  usedSources,
  writtenUrls,
} from '../memory/state.ts'
import { hostOf } from '../repository/endpoint.ts'
import { present } from '../words/present.ts'
import { entryRecord, type Handed, type Moment, sourceRecord, tokenRecord } from './kept.ts'
import type { PlannedSource } from './plan.ts'
import { storeRules } from './stores.ts'
import { hidingUrls, type Target } from './target.ts'

/** Projects whose hosts get a new token or other entries: their records do not hold any more, and their next run looks closer. */
function distrusted({ projects }: State, handed: readonly Handed[]): State['projects'] {
  const hosts = new Set(handed.flatMap(({ targets }) => targets.map(({ url }) => hostOf(url))))
  const shares = ({ sources }: ProjectRecord) => sources.some(({ url }) => hosts.has(hostOf(url)))
  return mapTable(projects, (record) => (shares(record) ? { ...record, renewAt: 0 } : record))
}

/**
 * What a run is about to own. It is recorded before anything is written: a kill never leaves entries that nobody cleans up,
 * and the next run finishes the job.
 */
export function claim(
  state: State,
  planned: readonly PlannedSource[],
  handed: readonly Handed[],
  moment: Moment,
): State {
  const entries = handed.flatMap((one) =>
    one.targets.flatMap(({ services }) =>
      services.map((service) => [service, entryRecord(one, state.entries[service])]),
    ),
  )
  return {
    ...state,
    projects: distrusted(state, handed),
    tokens: { ...state.tokens, ...tokensOf(state, handed, moment) },
    entries: { ...state.entries, ...Object.fromEntries(entries) },
    endpoints: { ...state.endpoints, ...endpointsOf(planned.map(({ target }) => target)) },
    names: { ...state.names, ...writtenNames(state, planned) },
    locals: localsOf(state, planned, moment),
    usernames: { ...state.usernames, ...usernamesOf(planned) },
  }
}

/** What is ours by a state, whichever tokens it is that there are now. A token in a file is known by its stamp. */
const belongings = ({ tokens, entries, names, locals, usernames, created }: State) => ({
  tokens: mapTable(tokens, ({ stamp = '' }) => stamp),
  entries: mapTable(entries, ({ tokenKey }) => tokenKey),
  ...{ names, locals, usernames, created },
})

/** Whether a claim is of something that was not ours before. A project that is new is. */
export const claimsMore = (before: State, claimed: State, folder: string): boolean =>
  before.projects[folder] === undefined || !isDeepStrictEqual(belongings(before), belongings(claimed))

/** Of Poetry's files, those that are not there yet are about to be ours. */
export const create = (state: State, absent: readonly string[]): State => ({
  ...state,
  created: { ...state.created, ...Object.fromEntries(absent.map((path) => [path, true as const])) },
})

const tokensOf = (state: State, handed: readonly Handed[], moment: Moment): State['tokens'] =>
  Object.fromEntries(handed.map((one) => [one.tokenKey, tokenRecord(one, state.tokens[one.tokenKey], moment)]))

const endpointsOf = (targets: readonly Target[]): State['endpoints'] =>
  Object.fromEntries(targets.map((one) => [endpointKey(one, one.apiStamp), one.url]))

/** A line that was there before is its writer's; what goes elsewhere, or nowhere, is none of ours in config.toml. */
const writtenNames = (state: State, planned: readonly PlannedSource[]): State['names'] =>
  Object.fromEntries(
    planned.flatMap(({ target: { name, url, urlHome }, steps }) => {
      const written = writtenUrls(state, name)
      if (urlHome !== undefined) return []
      return [[name, steps.includes('url') ? [...new Set([...written, url])] : written]]
    }),
  )

/** The lines that a project's poetry.toml is about to have of us. */
function localsOf(state: State, planned: readonly PlannedSource[], { projectFile = '' }: Moment): State['locals'] {
  const before = state.locals[projectFile] ?? {}
  const due = planned.filter(({ target, steps }) => target.urlHome === 'project' && steps.includes('url'))
  const lines = due.map(({ target: { name, url } }) => [name, [...new Set([...(before[name] ?? []), url])]])
  return lines.length === 0
    ? state.locals
    : { ...state.locals, [projectFile]: { ...before, ...Object.fromEntries(lines) } }
}

/** None of them is in there any more. */
export function withoutLocals(state: State, projectFile: string): State {
  const [{ [projectFile]: _, ...locals }, { [projectFile]: __, ...created }] = [state.locals, state.created]
  return { ...state, locals, created }
}

const usernamesOf = (planned: readonly PlannedSource[]): State['usernames'] =>
  Object.fromEntries(
    planned.flatMap(({ target, steps }) => (steps.includes('username') ? [[target.name, true as const]] : [])),
  )

export interface Served {
  readonly targets: readonly Target[]
  /** Tokens that the vault was seen to give back. */
  readonly kept: readonly Handed[]
  readonly named: readonly Target[]
  readonly ready: ReadyRecord | undefined
}

/** What `exec` and `env` leave: nothing in Poetry's keyring, but names that are taken, and what need not be asked again. */
export function serve(state: State, folder: string, { targets, kept, named, ready }: Served, moment: Moment): State {
  const known = usedSources(state, folder)
  const sources = targets.map((target) => sourceRecord(target, moment.keysStamp))
  const fresh = sources.filter((one) => !known.some((other) => isDeepStrictEqual(one, other)))
  const before = state.served[folder]
  const others = (before?.sources ?? []).filter(({ name }) => !fresh.some((one) => one.name === name))
  const still = ready ?? (fresh.length === 0 ? before?.ready : undefined)
  const record = present({ sources: [...others, ...fresh], ready: still || undefined })
  const planned = named.map((target): PlannedSource => ({ target, steps: ['url'] }))
  return {
    ...state,
    tokens: seenInVault({ ...state.tokens, ...tokensOf(state, kept, moment) }, kept),
    endpoints: { ...state.endpoints, ...endpointsOf(targets) },
    names: { ...state.names, ...writtenNames(state, planned) },
    ...((fresh.length > 0 || ready) && { served: { ...state.served, [folder]: record } }),
  }
}

/** The readers were given these sources' tokens back, asked in Poetry's order; so what would have hidden them is gone. */
export function confirm(state: State, targets: readonly Target[], ...readers: readonly string[]): State {
  const gone = new Set(targets.flatMap(hidingUrls))
  const seen = new Set(targets.flatMap(({ services }) => services))
  const entries = mapTable(state.entries, (entry, service) =>
    gone.has(service) ? undefined : seen.has(service) ? readBy(entry, readers) : entry,
  )
  const inVault = targets.filter(({ store }) => storeRules[store].reads === 'vault')
  return { ...state, entries, tokens: seenInVault(state.tokens, inVault) }
}

function seenInVault(tokens: State['tokens'], seen: readonly Pick<Handed, 'tokenKey'>[]): State['tokens'] {
  const keys = seen.map(({ tokenKey }) => tokenKey)
  return mapTable(tokens, (token, key) => (keys.includes(key) ? { ...token, inVault: true as const } : token))
}

const readBy = (entry: EntryRecord, readers: readonly string[]): EntryRecord => ({
  ...entry,
  readers: [...new Set([...entry.readers, ...readers])],
})

/** config.toml has these URLs now: what it had before is nobody's any more. */
export const settle = (state: State, targets: readonly Target[]): State => ({
  ...state,
  names: {
    ...state.names,
    ...Object.fromEntries(
      targets.flatMap(({ name, url, urlHome }) =>
        urlHome === undefined ? [[name, writtenUrls(state, name).filter((one) => one === url)]] : [],
      ),
    ),
  },
})
