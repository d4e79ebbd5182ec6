import type { Variables } from '../variables/names.ts'

/** What a launcher does so that its Python finds Poetry. */
export interface PythonStart {
  /** Python's own options (`-sP`). */
  readonly flags: readonly string[]
  /** The whole of `sys.path`, where the launcher makes its own; else empty. */
  readonly path: readonly string[]
  /** What it sets of the variables that matter to Poetry and its keyring. */
  readonly variables: Variables
}

/** The interpreter that Poetry runs on. */
export interface PoetryPython {
  readonly python: string
  /** Where starting it is not enough. */
  readonly start?: PythonStart
}

/** The Poetry of a project. */
export interface PoetryProgram extends PoetryPython {
  /** What a shell would run as `poetry`. */
  readonly poetry: string
}

/** Finds Poetry. Throws CaSyncError POETRY_NOT_FOUND, POETRY_BROKEN. */
export interface PoetryFinder {
  /** @param first - whether PATH or what an earlier run found comes first */
  find(project: string, recorded: PoetryProgram | undefined, first: 'path' | 'recorded'): Promise<PoetryProgram>
}
