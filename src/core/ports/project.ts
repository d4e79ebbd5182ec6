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
  readonly unfit: readonly UnfitSource[]
  /** Every `[[tool.poetry.source]]` that has a URL, CodeArtifact's or not. */
  readonly declarations: readonly Declaration[]
  /** The whole of its pyproject.toml. */
  readonly document: unknown
  /** It starts with a byte-order mark. */
  readonly isMarked?: boolean
  /** What the user should know of, as whole sentences. */
  readonly warnings: readonly string[]
}

export type ProjectPlace = Pick<Project, 'folder' | 'file'>
