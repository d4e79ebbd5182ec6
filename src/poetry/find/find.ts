import { existsSync } from 'node:fs'
import { readlink } from 'node:fs/promises'
import { posix, win32 } from 'node:path'
import { homeOf, isFull, place } from '../../core/ports/full-path.ts'
import type { PoetryProgram } from '../../core/ports/poetry-finder.ts'
import { CaSyncError } from '../../core/words/errors.ts'
import { dataHome, localAppData, roaming, type Surroundings } from '../../files/places.ts'
import { isProgram, onPath } from '../../programs/find.ts'
import { Dead, type FindOptions, interpreterOf, Untold } from './interpreter.ts'

/** Where the known installers put Poetry, the likeliest first. */
export function knownPlaces(around: Surroundings): string[] {
  const places = around.platform === 'win32' ? windowsPlaces(around) : posixPlaces(around)
  return [...new Set(places)]
}

function windowsPlaces(around: Surroundings): string[] {
  const home = homeOf(around)
  const appData = roaming(around)
  const named = (name: string) => place(around.env, name, around.platform)
  const poetryHome = named('POETRY_HOME') ?? win32.join(appData, 'pypoetry')
  const pipx = [named('PIPX_HOME'), win32.join(home, 'pipx'), win32.join(localAppData(around), 'pipx', 'pipx')]
  const uv = [named('UV_TOOL_DIR'), win32.join(appData, 'uv', 'tools')]
  const folders = [
    win32.join(poetryHome, 'venv', 'Scripts'),
    ...thoseGiven(pipx).map((folder) => win32.join(folder, 'venvs', 'poetry', 'Scripts')),
    ...thoseGiven(uv).map((folder) => win32.join(folder, 'poetry', 'Scripts')),
    win32.join(appData, 'Python', 'Scripts'),
    win32.join(home, '.local', 'bin'),
  ]
  return folders.map((folder) => win32.join(folder, 'poetry.exe'))
}

function posixPlaces(around: Surroundings): string[] {
  const home = homeOf(around)
  const local = posix.join(home, '.local')
  const support = posix.join(home, 'Library', 'Application Support')
  const data = dataHome(around)
  const named = (name: string) => place(around.env, name, around.platform)
  const mac = around.platform === 'darwin'
  const poetryHome = named('POETRY_HOME') ?? posix.join(mac ? support : data, 'pypoetry')
  const pipx = [named('PIPX_HOME'), posix.join(data, 'pipx'), posix.join(local, 'pipx')]
  const macPipx = mac ? [posix.join(support, 'pipx')] : []
  const uv = [named('UV_TOOL_DIR'), posix.join(data, 'uv', 'tools')]
  const brew = mac ? ['/opt/homebrew/bin', '/usr/local/bin'] : ['/home/linuxbrew/.linuxbrew/bin', '/usr/local/bin']
  const folders = [
    posix.join(poetryHome, 'venv', 'bin'),
    ...thoseGiven([...pipx, ...macPipx]).map((folder) => posix.join(folder, 'venvs', 'poetry', 'bin')),
    ...thoseGiven(uv).map((folder) => posix.join(folder, 'poetry', 'bin')),
    posix.join(local, 'bin'),
    ...brew,
    '/usr/bin',
    posix.join(home, '.pyenv', 'shims'),
    posix.join(home, '.asdf', 'shims'),
    posix.join(data, 'mise', 'shims'),
  ]
  return folders.map((folder) => posix.join(folder, 'poetry'))
}

const thoseGiven = (values: readonly (string | undefined)[]): string[] => values.filter((value) => value !== undefined)

const hints = {
  install:
    'Install Poetry (for example `pipx install poetry`), or set CA_SYNC_POETRY to the path of the poetry program.',
  reinstall:
    'Reinstall Poetry (for example `pipx reinstall poetry`), or set CA_SYNC_POETRY to the poetry program that works.',
  name: 'Where `poetry` itself fails here, mend that; else set CA_SYNC_POETRY to its program or its Python (CA_SYNC_POETRY=/opt/poetry/bin/python), or use `ca-sync exec -- poetry …`, which needs neither.',
}

/**
 * Finds Poetry and its interpreter: `$CA_SYNC_POETRY` (the program, or its Python), else PATH, else the one of an earlier run, else
 * where installers put it.
 * @throws CaSyncError POETRY_NOT_FOUND, or POETRY_BROKEN when what was found leads to no interpreter
 */
export async function findPoetry(options: FindOptions): Promise<PoetryProgram> {
  const named = options.env['CA_SYNC_POETRY']
  if (named) return findNamed(named, options)
  const remembered = options.remembered === undefined ? [] : [options.remembered.poetry]
  const path = onPath('poetry', options)
  const chosen = options.rememberedFirst === true ? [...remembered, ...path] : [...path, ...remembered]
  const places = [...new Set([...chosen, ...knownPlaces(options)])]
  const dead: Dead[] = []
  for (const poetry of places) {
    if (!isProgram(poetry)) {
      const target = await readlink(poetry).catch(() => undefined)
      if (target !== undefined) dead.push(new Dead(`${poetry} is a link to ${target}, where there is no program`))
      continue
    }
    try {
      return { poetry, ...(await interpreterOf(poetry, options)) }
    } catch (error) {
      if (!(error instanceof Dead)) throw error
      dead.push(error)
    }
  }
  throw dead.length > 0 ? broken(dead) : poetryNotFound(knownPlaces(options))
}

async function findNamed(named: string, options: FindOptions): Promise<PoetryProgram> {
  const hint = 'Set CA_SYNC_POETRY to the full path of the poetry program or of its Python, or unset it.'
  const refuse = (why: string) =>
    new CaSyncError('POETRY_NOT_FOUND', `CA_SYNC_POETRY names ${named}, ${why}.`, { hint })
  if (!isFull(named, options.platform)) throw refuse('which is not a full path')
  if (!isProgram(named)) throw refuse(existsSync(named) ? 'which is not a program' : 'which does not exist')
  try {
    return { poetry: named, ...(await interpreterOf(named, options)) }
  } catch (error) {
    if (!(error instanceof Dead)) throw error
    throw new CaSyncError('POETRY_BROKEN', `CA_SYNC_POETRY does not lead to a Python: ${error.message}.`, {
      hint,
      cause: error,
    })
  }
}

function broken(dead: readonly Dead[]): CaSyncError {
  const message = `Poetry is there, but its Python is not: ${dead.map((one) => one.message).join('; ')}.`
  return new CaSyncError('POETRY_BROKEN', message, { hint: dead.some(isUntold) ? hints.name : hints.reinstall })
}

const isUntold = (dead: Dead): boolean => dead instanceof Untold

const poetryNotFound = (places: readonly string[]) =>
  new CaSyncError('POETRY_NOT_FOUND', `Poetry was not found: not on PATH, and not in ${places.join(', ')}.`, {
    hint: hints.install,
  })
