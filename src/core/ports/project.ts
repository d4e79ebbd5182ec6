import type { Presence } from '../memory/absence.ts'
import type { ReadSources } from '../plan/conflicts.ts'
import type { Declaration, Source } from '../repository/source.ts'
import type { CaSyncError } from '../words/errors.ts'

/** An entry that cannot be served, as far as it can be read; what cannot is empty. */
export interface UnfitSource {
  readonly source: Source
  readonly error: CaSyncError
}

/** One start of ca-sync on one project: what its pyproject.toml names. */
export interface Project {
  readonly folder: string
  readonly file: string
  readonly sources: readonly Source[]
  /** Entries that cannot be served, and why; the others can. */
  readonly unfit: readonly UnfitSource[]
  /** Every `[[tool.poetry.source]]` that has a URL, CodeArtifact's or not. */
  readonly declarations: readonly Declaration[]
  /** What the user should know of, as whole sentences. */
  readonly warnings: readonly string[]
}

export type ProjectPlace = Pick<Project, 'folder' | 'file'>

/** Poetry's projects on this machine. A folder is named from the current one. */
export interface Projects {
  /** The project whose pyproject.toml is the nearest, from a folder upwards. Throws CaSyncError PROJECT_NOT_FOUND. */
  find(folder: string | undefined): ProjectPlace
  /** The real path of a folder; what is none keeps the path it was named by. Throws CaSyncError PROJECT_NOT_FOUND where the current one is gone. */
  folder(named: string | undefined): { readonly path: string; readonly isFolder: boolean }
  presence(folder: string): Presence
  hasLock(folder: string): boolean
  /** Throws CaSyncError PYPROJECT_INVALID, SOURCE_INVALID, NO_SOURCES. */
  read(place: ProjectPlace): Project
  /** The same for a project that may have no source yet. */
  readAny(place: ProjectPlace): Project
  /** What a project names; looked at once, until `forget`. */
  reading(folder: string): ReadSources
  forget(): void
}
