import type { Context } from '../context.ts'
import type { Keeping } from '../core/memory/keeping.ts'
import type { State } from '../core/memory/state.ts'
import type { Place } from '../core/plan/target.ts'

/** Poetry's config folder as an earlier run saw it, while our own rule still gives what it gave then. */
export function rememberedDir({ poetry }: Context, { projects }: State, folder: string): string | undefined {
  const records = [projects[folder], ...Object.values(projects)]
  return records.find((record) => record?.poetry.ruledDir === poetry.configDir())?.poetry.configDir
}

/** Of the files that ca-sync writes, those that are not there yet. */
export const absentFiles = ({ poetry, exists }: Context, configDir: string): readonly string[] =>
  poetry.written(configDir).filter((path) => !exists(path))

/** @param configDir - Poetry's config folder */
export const placeOf = ({ poetry }: Context, { store, share }: Keeping, configDir: string): Place =>
  store === 'plaintext' ? { plaintextFile: poetry.authFile(configDir) } : { share }
