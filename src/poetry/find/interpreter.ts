import { open, readFile, readlink, realpath } from 'node:fs/promises'
import { posix } from 'node:path'
import { isFull } from '../../core/ports/full-path.ts'
import type { PoetryProgram, PoetryPython } from '../../core/ports/poetry-python.ts'
import { isInside } from '../../files/place.ts'
import { pathsOf, type Surroundings } from '../../files/places.ts'
import type { Around } from '../../programs/environment.ts'
import { isProgram, onPath } from '../../programs/find.ts'
import { runHelper } from '../../programs/start.ts'
import { askLauncher, reasonOf } from './ask.ts'
import { isPython, type Launcher, type Manager, parseLauncher } from './launcher.ts'

/** A `poetry` that is there, but leads to no interpreter. */
export class Dead extends Error {}

/** One of which only its owner can say where it leads: it may work all the same. */
export class Untold extends Dead {}

interface ManagerOptions extends Around, Surroundings {
  /** Where version managers are asked: they answer for a folder. */
  readonly projectDir: string
}

const managerLimitMs = 5_000

/**
 * `pyenv which poetry`, asked in the project's folder; an answer inside the project is refused, since pyproject's author wrote it.
 * @throws Dead with the manager's own reason
 */
async function askManager(shim: string, launcher: Launcher & { kind: 'shim' }, options: ManagerOptions) {
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

export interface FindOptions extends ManagerOptions {
  /** The Poetry of an earlier run, for where PATH is bare. */
  readonly remembered?: PoetryProgram | undefined
  readonly rememberedFirst?: boolean
}

type ReadLauncher = Exclude<Launcher, { kind: 'shim' | 'unknown' }>

const SCRIPT_BYTES = 16_384
const LAUNCHER_BYTES = 1_048_576

/**
 * Follows shims and `env` until there is an interpreter; one shim may lead to another. What cannot be read is started.
 * @throws Dead
 */
export async function interpreterOf(program: string, options: FindOptions, steps = 4): Promise<PoetryPython> {
  if (steps < 0) throw new Dead(`${program} is a shim that leads to shims only`)
  const follow = (path: string) => interpreterOf(path, options, steps - 1)
  const content = await readStart(program, options).catch(() => Buffer.alloc(0))
  const launcher = (await miseLink(program)) ?? parseLauncher(content)
  if (launcher.kind === 'shim') return follow(await askManager(program, launcher, options))
  if (isPython(program)) return { python: program }
  const target = launcher.kind === 'unknown' ? await trampolineTarget(program, options) : undefined
  if (target !== undefined) return follow(target)
  const ask = () => started(program, content, options)
  if (launcher.kind === 'unknown') return ask()
  const read = () => readPython(program, launcher, options, follow)
  return launcher.findsItself ? ask().catch(read) : read()
}

async function readPython(
  program: string,
  launcher: ReadLauncher,
  options: FindOptions,
  follow: (path: string) => Promise<PoetryPython>,
): Promise<PoetryPython> {
  const python = await locatePython(program, launcher, options)
  if (python === undefined)
    throw new Dead(`${program} needs ${launcher.kind === 'env' ? launcher.program : 'a Python'}, which is not on PATH`)
  if (!isProgram(python)) throw new Dead(`${program} needs ${python}, which is gone`)
  const found = launcher.kind === 'env' ? await follow(python) : { python }
  return launcher.flags.length === 0 ? found : { ...found, start: { path: [], variables: {}, flags: launcher.flags } }
}

async function locatePython(program: string, launcher: ReadLauncher, options: FindOptions) {
  if (launcher.kind === 'python') return launcher.path
  const { dirname, join } = pathsOf(options.platform)
  const beside = join(dirname(await realpath(program)), launcher.program)
  if (launcher.kind === 'beside') return beside
  const { remembered, rememberedFirst } = options
  // By PATH it would be the Python of whoever calls: a job, or a shell without that environment, has another one.
  const isFamiliar = remembered?.poetry === program && (rememberedFirst || !onPath('poetry', options).includes(program))
  const places = [...(isFamiliar ? [remembered.python] : []), ...onPath(launcher.program, options), beside]
  return places.find(isProgram)
}

async function started(program: string, content: Buffer, options: FindOptions): Promise<PoetryPython> {
  if (isInside(program, options.projectDir))
    throw new Untold(`${program} is not a script of Python, and inside the project, from which nothing is started`)
  const isScript = content.subarray(0, 2).toString('latin1') === '#!'
  // Half a script is another one.
  const text = content.length < SCRIPT_BYTES ? content.toString('utf8') : ''
  const found = await askLauncher(program, text, options).catch((error: Error) => {
    const told = isScript ? `, and does not tell which Python it starts (${error.message})` : ''
    throw new Untold(`${program} is not a script of Python${told}`, { cause: error })
  })
  if (!isProgram(found.python)) throw new Untold(`${program} starts ${found.python}, which is not there`)
  return found
}

/** mise's shims are links to the program itself. */
async function miseLink(program: string): Promise<Launcher | undefined> {
  const target = await readlink(program).catch(() => '')
  if (!/(?:^|[\\/])mise(?:\.exe)?$/.test(target)) return undefined
  return { kind: 'shim', manager: 'mise', program: await realpath(program) }
}

/** What a program of pixi's says that it starts: https://pixi.sh/latest/global_tools/concepts/#trampolines */
async function trampolineTarget(program: string, { platform }: FindOptions): Promise<string | undefined> {
  const { dirname, join, parse } = pathsOf(platform)
  const file = join(dirname(program), 'trampoline_configuration', `${parse(program).name}.json`)
  try {
    const { exe } = JSON.parse(await readFile(file, 'utf8'))
    return typeof exe === 'string' ? exe : undefined
  } catch {
    return undefined
  }
}

/** A whole launcher on Windows, else the beginning. */
async function readStart(path: string, { platform }: FindOptions): Promise<Buffer> {
  const bytes = platform === 'win32' ? LAUNCHER_BYTES : SCRIPT_BYTES
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
