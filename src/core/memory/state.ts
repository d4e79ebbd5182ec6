import { isTable } from '../project/document.ts'
import { type Repository, repositoryKey } from '../repository/source.ts'
import type { Shaped } from './shape.ts'
import type { entry, login, poetry, project, ready, source, state, token } from './tables.ts'

/** What ca-sync remembers between runs; its tables say what each part is. */
export type State = Shaped<typeof state>
export type ProjectRecord = Shaped<typeof project>
export type SourceRecord = Shaped<typeof source>
export type PoetryRecord = Shaped<typeof poetry>
export type TokenRecord = Shaped<typeof token>
export type EntryRecord = Shaped<typeof entry>
export type ReadyRecord = Shaped<typeof ready>
export type LoginRecord = Shaped<typeof login>

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

/** Where Poetry finds the token: in its keyring, in plain text in its auth.toml, or in what `ca-sync exec` gives it. */
export const stores = ['keyring', 'plaintext', 'exec'] as const
export type Store = (typeof stores)[number]

/** What keyring entries are under: the host of the domain, or the URLs of the repository too. */
export const shares = ['host', 'url'] as const

export interface Keeping {
  readonly store: Store
  readonly share: (typeof shares)[number]
  /** Its `repositories.<name>` are in the project's own poetry.toml. */
  readonly local?: true
}

/** What a run asks for; without it the project stays as it is. */
export type KeepingWish = { readonly [K in 'store' | 'share']?: Keeping[K] | undefined } & {
  readonly local?: boolean | undefined
}

export const knownFolders = ({ projects, served }: State): string[] => [
  ...new Set([...Object.keys(projects), ...Object.keys(served)]),
]

/** The entries of a table that are given a value. */
export const mapTable = <T, U>(table: Readonly<Record<string, T>>, value: (entry: T, key: string) => U | undefined) =>
  Object.fromEntries(
    Object.entries(table).flatMap(([key, entry]) => {
      const mapped = value(entry, key)
      return mapped === undefined ? [] : [[key, mapped]]
    }),
  )
