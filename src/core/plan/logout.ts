import {
  knownFolders,
  mapTable,
  type ProjectRecord,
  type SourceRecord,
  type State,
  usedSources,
} from '../memory/state.ts'
import { sharedBy, type Use, usesEndpoint, usesEntry, usesName, usesOf, usesToken } from '../memory/uses.ts'

/** What is logged out: every project, or the one in a folder, or some of its sources. */
export interface Scope {
  readonly folder: string | undefined
  readonly names?: readonly string[] | undefined
}

/** Keys of the state's tables. */
export interface Things {
  readonly tokens: readonly string[]
  /** Services of Poetry's keyring. */
  readonly entries: readonly string[]
  /** Poetry's repository names. */
  readonly names: readonly string[]
}

export type Logout = ReturnType<typeof planLogout>

type Stays = (folder: string, source: Pick<SourceRecord, 'name'>) => boolean

const isIn = ({ folder, names }: Scope, project: string, name: string): boolean =>
  folder === undefined || (folder === project && (names?.includes(name) ?? true))

const sourcesIn = (state: State, scope: Scope): SourceRecord[] =>
  knownFolders(state).flatMap((folder) => usedSources(state, folder).filter(({ name }) => isIn(scope, folder, name)))

/**
 * What a logout removes, by the records of the projects.
 * @param isGone - whether a project is one no more: it uses nothing
 */
export function planLogout(state: State, scope: Scope, isGone: (folder: string) => boolean) {
  const stays: Stays = (folder, { name }) => !isIn(scope, folder, name) && (folder === scope.folder || !isGone(folder))
  const uses = usesOf(state).filter(({ folder, source }) => stays(folder, source))
  const unused = (table: keyof Things, isUsed: (use: Use, key: string, state: State) => boolean): string[] =>
    Object.keys(state[table]).filter((key) => !uses.some((use) => isUsed(use, key, state)))
  const sources = sourcesIn(state, scope)
  const entries = unused('entries', usesEntry)
  const marked = markLeaving(state, uses, stays, entries)
  const here = scope.folder === undefined ? undefined : state.projects[scope.folder]
  return {
    sources,
    /** Other projects that are none any more: they are forgotten, too. */
    gone: scope.folder === undefined ? [] : knownFolders(state).filter((one) => one !== scope.folder && isGone(one)),
    /** All that no project uses any more; also what deleted projects and unfinished logouts left. */
    goes: { tokens: unused('tokens', usesToken), entries, names: unused('names', usesName) },
    /** Names whose login in auth.toml goes: another project may have the name for another repository. */
    usernames: Object.keys(state.usernames).filter((name) => !uses.some(({ source }) => source.name === name)),
    locals: mapTable(state.locals, (lines, path) => {
      const going = mapTable(lines, (urls, name) =>
        uses.some((use) => usesLocal(use, path, name, state)) ? undefined : urls,
      )
      return Object.keys(going).length === 0 ? undefined : going
    }),
    kept: sharedBy(uses, sources, state),
    /** Whose Poetry wrote that, by project folder. */
    poetries: { ...marked.leaving, ...(scope.folder && here && { [scope.folder]: here.poetry }) },
    /** The state while it is being done: the records go before anything else, so that no job puts anything back. */
    marked,
  }
}

const usesLocal = ({ folder, source }: Use, path: string, name: string, { projects }: State): boolean =>
  projects[folder]?.local === true &&
  source.name === name &&
  ['/', '\\', ''].some((sep) => path === `${folder}${sep}poetry.toml`)

/** @param goes - entries that may be gone from now on: killed, the next run is to look for itself */
function markLeaving(state: State, uses: readonly Use[], stays: Stays, goes: readonly string[]): State {
  const kept = mapTable(state.projects, (record, folder) => projectWithout(record, folder, stays))
  const served = mapTable(state.served, (record, folder) => servedWithout(record, folder, stays))
  const left = mapTable(state.projects, ({ poetry }, folder) => (Object.hasOwn(kept, folder) ? undefined : poetry))
  return {
    ...state,
    projects: kept,
    served,
    entries: mapTable(state.entries, (entry, key) => (goes.includes(key) ? { ...entry, readers: [] } : entry)),
    endpoints: mapTable(state.endpoints, (url, key) => (uses.some((use) => usesEndpoint(use, key)) ? url : undefined)),
    leaving: { ...state.leaving, ...left },
    away: mapTable(state.away, (since, folder) =>
      Object.hasOwn(kept, folder) || Object.hasOwn(served, folder) ? since : undefined,
    ),
  }
}

/** A project without the sources that go; undefined when none is left. */
function projectWithout(record: ProjectRecord, folder: string, stays: Stays): ProjectRecord | undefined {
  const sources = record.sources.filter((source) => stays(folder, source))
  if (sources.length === 0) return undefined
  if (sources.length === record.sources.length) return record
  const out = record.sources.filter((source) => !stays(folder, source)).map(({ name }) => name)
  // The next run by hand looks closer, and brings it back.
  return { ...record, sources, environmentStamp: '', without: [...(record.without ?? []), ...out] }
}

function servedWithout(record: State['served'][string], folder: string, stays: Stays) {
  const sources = record.sources.filter((source) => stays(folder, source))
  if (sources.length === 0) return undefined
  return sources.length === record.sources.length ? record : { sources }
}

/** The state after it. What could not be removed stays known, and whose Poetry wrote it: the next logout removes it. */
export function loggedOut(
  { marked, goes, usernames, locals }: Logout,
  left: Things,
  files: readonly string[] = [],
): State {
  const without = <T>(table: Readonly<Record<string, T>>, kind: keyof Things): Record<string, T> =>
    mapTable(table, (entry, key) => (goes[kind].includes(key) && !left[kind].includes(key) ? undefined : entry))
  const names = without(marked.names, 'names')
  return {
    ...marked,
    tokens: without(marked.tokens, 'tokens'),
    entries: without(marked.entries, 'entries'),
    names,
    usernames: mapTable(marked.usernames, (entry, name) =>
      usernames.includes(name) && !left.names.includes(name) ? undefined : entry,
    ),
    locals: mapTable(marked.locals, (lines, path) => {
      const gone = files.includes(path) ? {} : (locals[path] ?? {})
      const kept = mapTable(lines, (urls, name) => (Object.hasOwn(gone, name) ? undefined : urls))
      return Object.keys(kept).length === 0 ? undefined : kept
    }),
    created: Object.keys(names).length === 0 ? {} : marked.created,
    leaving: Object.values(left).every((keys) => keys.length === 0) ? {} : marked.leaving,
  }
}
