import type { Host } from '../core/ports/host.ts'
import type { PoetryKeyring, PoetryProgram, PoetrySite } from '../core/ports/poetry-python.ts'
import type { Surroundings } from '../files/places.ts'
import type { Around } from '../programs/environment.ts'
import { configDir } from './files/files.ts'
import { findPoetry } from './find/find.ts'
import { poetrySiteOf } from './find/site.ts'
import { openHandover, openInspection } from './keyring/handover.ts'

interface KeyringOptions extends Around, Pick<Host, 'early'> {
  /** Milliseconds that the keyring may take in a run. */
  readonly budgetMs: number
  readonly onWaiting: () => void
}

/** Looking prompts for nothing; the slowest part is an index that does not answer. */
const INSPECT_MS = 30_000

/** Finds Poetry. Throws CaSyncError POETRY_NOT_FOUND, POETRY_BROKEN. */
export function createFinder(around: Around & Surroundings) {
  const sites = new Map<string, PoetrySite>()
  return {
    /** @param first - whether PATH or what an earlier run found comes first */
    find: (projectDir: string, remembered: PoetryProgram | undefined, first: 'path' | 'recorded') =>
      findPoetry({ ...around, projectDir, remembered, rememberedFirst: first === 'recorded' }),
    site(program: PoetryProgram): PoetrySite {
      const known = sites.get(program.python) ?? poetrySiteOf(program, around, configDir(around))
      sites.set(program.python, known)
      return known
    },
  }
}

export function createKeyring({ budgetMs, onWaiting, ...around }: KeyringOptions): PoetryKeyring {
  const talk = { ...around, now: () => performance.now() }
  return {
    open: (python, projects, unattended, env = around.env) =>
      openHandover({ ...talk, env, ...python, projects, unattended, budgetMs, onWaiting }),
    inspect: (python, project) =>
      openInspection({ ...talk, ...python, projects: [project], unattended: true, budgetMs: INSPECT_MS }),
  }
}
