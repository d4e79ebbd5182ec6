import type { Keeping } from '../core/memory/keeping.ts'
import type { State } from '../core/memory/state.ts'
import type { TokenPlace } from '../core/plan/services.ts'
import type { Machine } from '../machine.ts'

type Parts = Pick<Machine, 'poetryFiles'>

/** Poetry's config folder as an earlier run saw it, while our own rule still gives what it gave then. */
export function rememberedDir({ poetryFiles }: Parts, { projects }: State, folder: string): string | undefined {
  const records = [projects[folder], ...Object.values(projects)]
  // Where no Poetry was asked, its folder is our own rule's.
  return records.find((one) => one?.poetry.python && one.poetry.ruledDir === poetryFiles.configDir())?.poetry.configDir
}

/** @param configDir - Poetry's config folder */
export const placeOf = ({ poetryFiles }: Parts, keeping: Keeping, configDir: string): TokenPlace => ({
  ...keeping,
  file: poetryFiles.authFile(configDir),
})
