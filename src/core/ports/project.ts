import type { Declaration, Source } from '../repository/source.ts'

/** One start of ca-sync on one project: what its pyproject.toml names. */
export interface Project {
  /** The folder of pyproject.toml. */
  readonly folder: string
  readonly file: string
  readonly sources: readonly Source[]
  /** Every `[[tool.poetry.source]]` that has a URL, CodeArtifact's or not. */
  readonly declarations: readonly Declaration[]
  /** What the user should know of, as whole sentences. */
  readonly warnings: readonly string[]
}
