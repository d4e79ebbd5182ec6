import type { Store } from '../memory/state.ts'
import type { Rival } from '../variables/names.ts'
import type { Complaint } from '../words/errors.ts'

export interface PoetryNames {
  /** config.toml: repositories.<name>.url */
  readonly urls: ReadonlyMap<string, string>
  /** The project's poetry.toml: repositories.<name>.url */
  readonly localUrls?: ReadonlyMap<string, string>
  /** auth.toml: http-basic.<name>.username */
  readonly usernames: ReadonlyMap<string, string>
  /** auth.toml: http-basic.<name>.password, as its stamp. */
  readonly passwords: ReadonlyMap<string, string>
  /** Its owner made auth.toml, or its folder, read-only: it is left alone. */
  readonly isAuthFrozen?: boolean
}

export const noNames = { urls: new Map(), usernames: new Map(), passwords: new Map() } as const satisfies PoetryNames

/** What stands in Poetry's files and environment for our names. */
export interface PoetrySettings {
  readonly names: PoetryNames
  /** The two files that `repositories.<name>` may go to, and whether their owner made them, or their folder, read-only. */
  readonly homes: Readonly<Record<'config' | 'project', { readonly path: string; readonly isFrozen: boolean }>>
  /** What Poetry takes `repositories.<name>` for, by its variables and files. */
  publishUrl(name: string): string | undefined
  /** `repositories.<name>` of all its files, and where each stands. */
  readonly repositories: readonly Rival[]
  /** Its files in which a value quotes an `http-basic` entry, which may be ours. */
  readonly quoting: readonly string[]
  /** What Poetry would use instead of what we set up for a source. */
  shadows(source: ShadowedSource): readonly Shadow[]
}

/** What Poetry finds by name, and where its token lives. */
export interface ShadowedSource {
  readonly name: string
  /** What ca-sync writes to `repositories.<name>.url`. */
  readonly url: string
  readonly store: Store
  readonly file?: string
}

/** A setting that makes Poetry pass by what ca-sync sets up for a source. */
export interface Shadow extends Complaint {
  readonly kind:
    | 'password'
    | 'username'
    | 'pypi-token'
    | 'repository-url'
    | 'repositories-hidden'
    | 'keyring-disabled'
    | 'keyring-backend'
    /** Poetry does not find the session bus from here, where ca-sync does. */
    | 'bus'
    | 'netrc'
  /** The file's path, or the name of the environment variable. */
  readonly where: string
  /** A variable of this shell; what stands in a file lasts. */
  readonly passing: boolean
}

export interface PoetryChanges {
  /** Names whose plaintext password goes from auth.toml. */
  readonly plaintext: readonly string[]
  /** auth.toml: http-basic.<name>.password, for who asked for plain text. */
  readonly passwords?: Readonly<Record<string, string>>
  /** Names that get `username = "aws"` in auth.toml. */
  readonly usernames: readonly string[]
  /** config.toml: repositories.<name>.url */
  readonly urls: Readonly<Record<string, string>>
  /** The same for the project's poetry.toml. */
  readonly localUrls?: Readonly<Record<string, string>>
}

/** What became of a file: one that was there before ca-sync stays, even if it is empty now. */
export type Forgotten = 'cleaned' | 'removed'

/** What of Poetry's files goes, where it still is as ca-sync wrote it. */
export interface PoetryLeftovers {
  readonly urls: Readonly<Record<string, readonly string[]>>
  /** Names whose `http-basic` user name was written. */
  readonly usernames: readonly string[]
  readonly stamps: readonly string[]
  /** Paths of the files that were not there before: they go with the last that is in them. */
  readonly created: readonly string[]
}
