import { open, readlink, realpath, stat } from 'node:fs/promises'
import { posix, sep, win32 } from 'node:path'
import { isFull } from '../../core/ports/full-path.ts'
import { CaSyncError } from '../../core/words/errors.ts'
import type { Surroundings } from '../../files/places.ts'
import type { Around } from '../../programs/environment.ts'
import { isProgram, onPath } from '../../programs/find.ts'
import { runHelper } from '../../programs/start.ts'
import { isPython, type Launcher, type Manager, parseLauncher } from './launcher.ts'
import { knownPlaces } from './places.ts'

export interface FindOptions extends Around, Surroundings {
  /** The poetry program of an earlier run, for where PATH is bare. */
  readonly remembered?: string | undefined
  /** Whether that one comes before PATH. */
  readonly rememberedFirst?: boolean
  /** Where version managers are asked: they answer for a folder. */
  readonly projectDir: string
}

export interface FoundPoetry {
  /** The `poetry` program. */
  readonly poetry: string
  /** The interpreter that it runs on. */
  readonly python: string
}

/** A `poetry` that is there, but leads to no interpreter. */
class Dead extends Error {}

const SHIM_LIMIT_MS = 5_000
const SCRIPT_BYTES = 4_096
const LAUNCHER_BYTES = 1_048_576
const install =
  'Install Poetry (for example `pipx install poetry`), or set CA_SYNC_POETRY to the path of the poetry program.'

/**
 * Finds Poetry and its interpreter: `$CA_SYNC_POETRY` (the program, or its Python), else PATH, else the one of an earlier run, else
 * where installers put it.
 * @throws CaSyncError POETRY_NOT_FOUND, or POETRY_BROKEN when what was found leads to no interpreter
 */
export async function findPoetry(options: FindOptions): Promise<FoundPoetry> {
  const named = options.env['CA_SYNC_POETRY']
  if (named) return findNamed(named, options)
  const remembered = options.remembered === undefined ? [] : [options.remembered]
  const path = onPath('poetry', options)
  const chosen = options.rememberedFirst === true ? [...remembered, ...path] : [...path, ...remembered]
  const places = [...new Set([...chosen, ...knownPlaces(options)])]
  const dead: string[] = []
  for (const poetry of places) {
    if (!isProgram(poetry)) {
      const target = await readlink(poetry).catch(() => undefined)
      if (target !== undefined) dead.push(`${poetry} is a link to ${target}, where there is no program`)
      continue
    }
    try {
      return { poetry, python: await interpreterOf(poetry, options) }
    } catch (error) {
      if (!(error instanceof Dead)) throw error
      dead.push(error.message)
    }
  }
  throw dead.length > 0 ? broken(dead) : notFound(knownPlaces(options))
}

async function findNamed(named: string, options: FindOptions): Promise<FoundPoetry> {
  const hint = 'Set CA_SYNC_POETRY to the full path of the poetry program or of its Python, or unset it.'
  const refuse = (why: string) =>
    new CaSyncError('POETRY_NOT_FOUND', `CA_SYNC_POETRY names ${named}, ${why}.`, { hint })
  if (!isFull(named, options.platform)) throw refuse('which is not a full path')
  if (!isProgram(named)) throw refuse((await isThere(named)) ? 'which is not a program' : 'which does not exist')
  try {
    return { poetry: named, python: await interpreterOf(named, options) }
  } catch (error) {
    if (!(error instanceof Dead)) throw error
    throw new CaSyncError('POETRY_BROKEN', `CA_SYNC_POETRY does not lead to a Python: ${error.message}.`, {
      hint,
      cause: error,
    })
  }
}

const broken = (dead: readonly string[]) =>
  new CaSyncError('POETRY_BROKEN', `Poetry is there, but its Python is not: ${dead.join('; ')}.`, {
    hint: 'Reinstall Poetry (for example `pipx reinstall poetry`), or set CA_SYNC_POETRY to the poetry program that works.',
  })

const notFound = (places: readonly string[]) =>
  new CaSyncError('POETRY_NOT_FOUND', `Poetry was not found: not on PATH, and not in ${places.join(', ')}.`, {
    hint: install,
  })

/** Follows shims and `env` until there is an interpreter; one shim may lead to another. */
async function interpreterOf(program: string, options: FindOptions, steps = 4): Promise<string> {
  const launcher = await readLauncher(program, options)
  if (launcher.kind === 'shim') {
    if (steps === 0) throw new Dead(`${program} is a shim that leads to shims only`)
    return interpreterOf(await askManager(program, launcher, options), options, steps - 1)
  }
  if (isPython(program)) return program
  const python = await locate(program, launcher, options)
  if (!python || !isProgram(python))
    throw new Dead(`${program} ${python ? `needs ${python}, which is gone` : 'is not a script of Python'}`)
  return launcher.kind === 'env' ? interpreterOf(python, options, steps - 1) : python
}

async function locate(program: string, launcher: Launcher, options: FindOptions): Promise<string | undefined> {
  const { dirname, join } = options.platform === 'win32' ? win32 : posix
  if (launcher.kind === 'python') return launcher.path
  if (launcher.kind === 'beside') return join(dirname(await realpath(program)), launcher.program)
  if (launcher.kind === 'env') return onPath(launcher.program, options).find(isProgram)
  return undefined
}

async function readLauncher(program: string, { platform }: FindOptions): Promise<Launcher> {
  const target = await readlink(program).catch(() => '')
  if (/(?:^|[\\/])mise(?:\.exe)?$/.test(target))
    return { kind: 'shim', manager: 'mise', program: await realpath(program) }
  const bytes = platform === 'win32' ? LAUNCHER_BYTES : SCRIPT_BYTES
  return parseLauncher(await readStart(program, bytes).catch(() => Buffer.alloc(0)))
}

/** `pyenv which poetry`, asked in the project's folder; an answer inside the project is refused, since pyproject's author wrote it. */
async function askManager(shim: string, launcher: Launcher & { kind: 'shim' }, options: FindOptions): Promise<string> {
  const { basename } = options.platform === 'win32' ? win32 : posix
  const named = isFull(launcher.program, options.platform)
    ? [launcher.program]
    : managerPlaces(launcher.manager, options)
  const manager = named.find(isProgram)
  if (!manager) throw new Dead(`${shim} needs ${launcher.manager}, which is not on PATH`)
  const name = basename(shim).replace(/\.(?:exe|bat|cmd)$/i, '')
  const answer = await run(manager, ['which', name], options)
  if (!isFull(answer, options.platform) || !isProgram(answer))
    throw new Dead(`\`${launcher.manager} which ${name}\` names no program`)
  if ((await isInside(answer, options.projectDir)) && !(await isInside(shim, options.projectDir)))
    throw new Dead(`${launcher.manager} answers ${answer}, which is inside the project and so not trusted`)
  return answer
}

const managerPlaces = (manager: Manager, options: FindOptions): string[] => [
  ...onPath(manager, options),
  ...[`.${manager}/bin`, '.local/bin'].map((folder) => posix.join(options.home, folder, manager)),
]

/** Gives the first line that it prints. */
async function run(program: string, args: readonly string[], options: FindOptions): Promise<string> {
  const { code, stdout } = await runHelper([program, ...args], options, {
    limitMs: SHIM_LIMIT_MS,
    folder: options.projectDir,
  })
  if (code !== 0) throw new Dead(`\`${[program, ...args].join(' ')}\` failed`)
  return stdout.toString('utf8').split(/\r?\n/)[0]?.trim() ?? ''
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

async function isInside(path: string, folder: string): Promise<boolean> {
  return `${await realpath(path)}${sep}`.startsWith(`${await realpath(folder)}${sep}`)
}

async function readStart(path: string, bytes: number): Promise<Buffer> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
