import type { PoetryProgram } from '../ports/poetry-finder.ts'
import { isTable } from '../project/document.ts'
import type { Identity } from '../repository/identity.ts'
import { type Repository, repositoryKey } from '../repository/source.ts'
import type { Failure } from './failure.ts'
import type { Lifetime } from './freshness.ts'
import type { Store } from './keeping.ts'

/** What ca-sync remembers between runs. No secret is in it. Times are ISO 8601 UTC, `…At` in seconds are epoch seconds. */
export interface State {
  readonly version: 1
  /** By project folder. */
  readonly projects: Readonly<Record<string, ProjectRecord>>
  /** By token key: the tokens in the vault, or in Poetry's auth.toml. */
  readonly tokens: Readonly<Record<string, TokenRecord>>
  /** By keyring service: which token Poetry's entry holds. */
  readonly entries: Readonly<Record<string, EntryRecord>>
  /** By endpoint key: a repository's URL, as GetRepositoryEndpoint gave it or, where that is denied, as AWS's rule makes it. */
  readonly endpoints: Readonly<Record<string, string>>
  /** By Poetry's repository name: the URLs we wrote, the newest last; none where the line was there before. */
  readonly names: Readonly<Record<string, readonly string[]>>
  /** By path of a project's poetry.toml, by name: the URLs we wrote there. */
  readonly locals: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
  /** By Poetry's repository name: those whose user name we wrote. */
  readonly usernames: Readonly<Record<string, true>>
  /** By project folder: what `exec` and `env` served since it was last synced, if it ever was. */
  readonly served: Readonly<Record<string, ServedRecord>>
  /** By path: Poetry's files that were not there before ca-sync. */
  readonly created: Readonly<Record<string, true>>
  /** By project folder: the Poetry of projects that were logged out, until nothing of theirs is left. */
  readonly leaving: Readonly<Record<string, PoetryRecord>>
  /** By project folder: since when its pyproject.toml has been gone; empty where its place cannot be seen. */
  readonly away: Readonly<Record<string, string>>
}

export interface ServedRecord {
  readonly sources: readonly SourceRecord[]
  /** By this, the next plain `exec` knows at once what to set. Absent when the last run left something to do. */
  readonly ready?: ReadyRecord
}

export interface ReadyRecord extends Pick<ProjectRecord, 'inputs' | 'environmentStamp' | 'renewAt'> {
  /** All sources of the project, with the key of each one's token. */
  readonly logins: readonly LoginRecord[]
}

export interface LoginRecord {
  readonly name: string
  readonly url: string
  readonly tokenKey: string
}

export interface ProjectRecord {
  readonly sources: readonly SourceRecord[]
  readonly poetry: PoetryRecord
  /** Stamps of the files this project's readiness rests on, by path. */
  readonly inputs: Readonly<Record<string, string>>
  /** Stamp of the environment variables that matter; empty when a plain run there would be another identity, bring back what was logged out, or has to warn of a variable. */
  readonly environmentStamp: string
  /** When a run is useful next, in epoch seconds. 0 when the last run left something to do. */
  readonly renewAt: number
  /** When the first of its tokens expires, in epoch seconds; 0 where it has none. */
  readonly expiresAt: number
  /** Where its tokens live, as the user asked; in the keyring where nothing is said. */
  readonly store?: Exclude<Store, 'keyring'>
  /** Keyring entries are under the URLs of its repositories, too. */
  readonly share?: 'url'
  /** Its `repositories.<name>` are in its own poetry.toml, as the user asked. */
  readonly local?: true
  /** What a run by hand has to warn of, as long as nothing changes. */
  readonly notes?: readonly string[]
  /** Sources that are for installing or publishing only, in words. */
  readonly partly?: readonly string[]
  /** None of its sources was ready yet: nobody but a person in its folder is to hear of it. */
  readonly untried?: true
  /** Names of sources that were logged out: jobs leave them alone, a run by hand does not. */
  readonly without?: readonly string[]
  /** Why the last run failed, if it did. */
  readonly failure?: Failure
  /** When the last run that looked closer ended. ISO 8601 UTC. */
  readonly ranAt?: string
}

export interface SourceRecord extends Repository {
  readonly name: string
  readonly url: string
  readonly identity: Identity
  /** Stamp of an overridden AWS endpoint. */
  readonly apiStamp?: string
  /** The pyproject names no owner: this one is the identity's own account. */
  readonly ownAccount?: true
  /** Stamp of the environment's access key, when that is the identity. */
  readonly keysStamp?: string
}

export interface PoetryRecord extends PoetryProgram {
  readonly configDir: string
  /** What our own rule said at that time: another answer now means another folder. */
  readonly ruledDir: string
  /** Poetry's version, when its Python was asked last. */
  readonly version?: string
}

export interface TokenRecord extends Lifetime {
  /** The vault was seen to give it back. */
  readonly inVault?: true
  /** Stamp of the token itself, where it is kept in plain text. */
  readonly stamp?: string
  /** Stamp of the environment's access key, when that is the identity. */
  readonly keysStamp?: string
}

export interface EntryRecord {
  readonly tokenKey: string
  readonly issuedAt: string
  /** The readers (Python and backend) that gave this token back when asked as Poetry asks. */
  readonly readers: readonly string[]
}

export const emptyState: State = {
  version: 1,
  projects: {},
  tokens: {},
  entries: {},
  endpoints: {},
  names: {},
  locals: {},
  usernames: {},
  served: {},
  created: {},
  leaving: {},
  away: {},
}

/** Nothing is remembered, not even what a newer version added. */
export const isEmpty = ({ version: _, ...tables }: State): boolean =>
  Object.values<unknown>(tables).every((table) => isTable(table) && Object.keys(table).length === 0)

/** What a repository's URL is remembered under; `apiStamp` as in `tokenKey`. */
export const endpointKey = (repository: Repository, apiStamp: string): string =>
  apiStamp === '' ? repositoryKey(repository) : `${repositoryKey(repository)} ${apiStamp}`

/** The URLs that we wrote for a repository name. A name may be that of an inherited property, such as `constructor`. */
export const writtenUrls = ({ names }: State, name: string): readonly string[] =>
  Object.hasOwn(names, name) ? (names[name] ?? []) : []

/** The projects that jobs, hooks and `--all` are about: those of which a source was ready once. */
export const knownProjects = ({ projects }: Pick<State, 'projects'>): readonly (readonly [string, ProjectRecord])[] =>
  Object.entries(projects).filter(([, { untried }]) => !untried)

/** The sources of a project as they were used last. */
export function usedSources({ projects, served }: State, folder: string): readonly SourceRecord[] {
  const newer = served[folder]?.sources ?? []
  const older = projects[folder]?.sources ?? []
  return [...newer, ...older.filter(({ name }) => !newer.some((one) => one.name === name))]
}
