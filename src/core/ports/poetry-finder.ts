/** The Poetry of a project. */
export interface PoetryProgram {
  /** What a shell would run as `poetry`. */
  readonly poetry: string
  /** The interpreter it runs on. */
  readonly python: string
}

/** Finds Poetry. Throws CaSyncError POETRY_NOT_FOUND, POETRY_BROKEN. */
export interface PoetryFinder {
  /** @param first - whether PATH or what an earlier run found comes first */
  find(project: string, recorded: PoetryProgram | undefined, first: 'path' | 'recorded'): Promise<PoetryProgram>
}
