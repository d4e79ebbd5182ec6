import { readFileSync, statSync } from 'node:fs'
import { delimiter, dirname, isAbsolute, join } from 'node:path'
import { nothingToDoText } from '../core/duration.ts'
import type { ProjectRecord, State } from '../core/state.ts'
import { type Surroundings, stateDir } from './location.ts'
import { environmentStamp, fileStamp } from './stamp.ts'

const plain = new Set(['sync', '-q', '--quiet', '--unattended'])
const quiet = new Set(['-q', '--quiet'])

function nearestProject(folder: string): string | undefined {
  // Whatever is called so is the project's, as for Poetry; that it is no file, only a closer look says.
  if (statSync(join(folder, 'pyproject.toml'), { throwIfNoEntry: false }) !== undefined) return folder
  const parent = dirname(folder)
  return parent === folder ? undefined : nearestProject(parent)
}

const unchanged = (record: ProjectRecord, env: Surroundings['env']): boolean =>
  record.environment === environmentStamp(env) &&
  Object.entries(record.inputs).every(([path, stamp]) => fileStamp(path) === stamp)

/** Another Poetry on PATH may have another keyring. None at all, as in a job, is the one of the record. */
function samePoetry({ poetry: { poetry } }: ProjectRecord, { env, platform }: Surroundings): boolean {
  const name = platform === 'win32' ? 'poetry.exe' : 'poetry'
  const folders = env['CA_SYNC_POETRY'] ? [] : (env['PATH'] ?? '').split(delimiter).filter(isAbsolute)
  const found = folders.map((folder) => join(folder, name)).find((path) => fileStamp(path) !== '-')
  return found === undefined || found === poetry
}

/**
 * The whole answer of a plain `ca-sync` that has nothing to do, or undefined when the program must look closer.
 * Compares the inputs with the state: no parser, no network, no keyring.
 * @param now - epoch milliseconds
 */
export function nothingToDo(
  argv: readonly string[],
  cwd: string,
  now: number,
  around: Surroundings,
): string | undefined {
  if (!argv.every((word) => plain.has(word))) return undefined
  try {
    const folder = nearestProject(cwd)
    const state = JSON.parse(readFileSync(join(stateDir(around), 'state.json'), 'utf8')) as State
    const record = folder === undefined || state.version !== 1 ? undefined : state.projects[folder]
    if (record === undefined || now / 1000 >= record.renewAt) return undefined
    if (!unchanged(record, around.env) || !samePoetry(record, around)) return undefined
    return argv.some((word) => quiet.has(word))
      ? ''
      : nothingToDoText(record.sources.length, record.expiresAt - now / 1000)
  } catch {
    return undefined
  }
}
