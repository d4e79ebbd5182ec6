import { posix } from 'node:path'
import { isFull } from '../../core/ports/full-path.ts'
import { isInside } from '../../files/place.ts'
import { pathsOf, type Surroundings } from '../../files/places.ts'
import type { Around } from '../../programs/environment.ts'
import { isProgram, onPath } from '../../programs/find.ts'
import { runHelper } from '../../programs/start.ts'
import { reasonOf } from './ask.ts'
import type { Launcher, Manager } from './launcher.ts'

/** A `poetry` that is there, but leads to no interpreter. */
export class Dead extends Error {}

/** One of which only its owner can say where it leads: it may work all the same. */
export class Untold extends Dead {}

export interface ManagerOptions extends Around, Surroundings {
  /** Where version managers are asked: they answer for a folder. */
  readonly projectDir: string
}

const managerLimitMs = 5_000

/**
 * `pyenv which poetry`, asked in the project's folder; an answer inside the project is refused, since pyproject's author wrote it.
 * @throws Dead with the manager's own reason
 */
export async function askManager(
  shim: string,
  launcher: Launcher & { kind: 'shim' },
  options: ManagerOptions,
): Promise<string> {
  const { platform, projectDir } = options
  const named = isFull(launcher.program, platform) ? [launcher.program] : managerPlaces(launcher.manager, options)
  const manager = named.find(isProgram)
  if (!manager) throw new Dead(`${shim} needs ${launcher.manager}, which is not on PATH`)
  const name = pathsOf(platform)
    .basename(shim)
    .replace(/\.(?:exe|bat|cmd)$/i, '')
  const asked = `\`${launcher.manager} which ${name}\``
  const ran = await runHelper([manager, 'which', name], options, { limitMs: managerLimitMs, folder: projectDir })
  if (ran.isLate) throw new Untold(`${asked} did not end within ${managerLimitMs / 1000} s`)
  if (ran.code !== 0) throw new Untold(`${asked} says: ${reasonOf(ran)}`)
  const answer = ran.stdout.toString('utf8').split(/\r?\n/)[0]?.trim() ?? ''
  if (!isFull(answer, platform) || !isProgram(answer)) throw new Dead(`${asked} names no program`)
  if (isInside(answer, projectDir) && !isInside(shim, projectDir))
    throw new Dead(`${launcher.manager} answers ${answer}, which is inside the project and so not trusted`)
  return answer
}

const managerPlaces = (manager: Manager, options: ManagerOptions): string[] => [
  ...onPath(manager, options),
  ...[`.${manager}/bin`, '.local/bin'].map((folder) => posix.join(options.home, folder, manager)),
]
