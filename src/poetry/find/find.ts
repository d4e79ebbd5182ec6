import { existsSync } from 'node:fs'
import { readlink } from 'node:fs/promises'
import { homeOf, isFull, place } from '../../core/ports/full-path.ts'
import type { PoetryProgram } from '../../core/ports/poetry-python.ts'
import { CaSyncError } from '../../core/words/errors.ts'
import { dataHome, inHome, localAppData, pathsOf, roaming, type Surroundings } from '../../files/places.ts'
import { isProgram, onPath } from '../../programs/find.ts'
import { reinstall } from '../keyring/problems.ts'
import { Dead, type FindOptions, interpreterOf, Untold } from './interpreter.ts'

/** Where the known installers put Poetry, the likeliest first. */
export function knownPlaces(around: Surroundings): string[] {
  const { env, platform } = around
  const { join } = pathsOf(platform)
  const [isWindows, isMac] = [platform === 'win32', platform === 'darwin']
  const [bin, home] = [isWindows ? 'Scripts' : 'bin', homeOf(around)]
  const [local, support] = [join(home, '.local'), join(home, 'Library', 'Application Support')]
  const data = isWindows ? roaming(around) : dataHome(around)
  const named = (name: string) => place(env, name, platform)
  const poetryHome = named('POETRY_HOME') ?? join(isMac ? support : data, 'pypoetry')
  const ofPipx = isWindows
    ? [join(home, 'pipx'), join(localAppData(around), 'pipx', 'pipx')]
    : [join(data, 'pipx'), join(local, 'pipx'), ...(isMac ? [join(support, 'pipx')] : [])]
  const brew = [isMac ? '/opt/homebrew/bin' : '/home/linuxbrew/.linuxbrew/bin', '/usr/local/bin']
  const shims = [join(home, '.pyenv', 'shims'), join(home, '.asdf', 'shims'), join(data, 'mise', 'shims')]
  const shared = isWindows
    ? [join(data, 'Python', 'Scripts'), join(local, 'bin')]
    : [join(local, 'bin'), ...brew, '/usr/bin', ...shims]
  const folders = [
    join(poetryHome, 'venv', bin),
    ...thoseGiven([named('PIPX_HOME'), ...ofPipx]).map((folder) => join(folder, 'venvs', 'poetry', bin)),
    ...thoseGiven([named('UV_TOOL_DIR'), join(data, 'uv', 'tools')]).map((folder) => join(folder, 'poetry', bin)),
    ...shared,
  ]
  return [...new Set(folders.map((folder) => join(folder, isWindows ? 'poetry.exe' : 'poetry')))]
}

const thoseGiven = (values: readonly (string | undefined)[]): string[] => values.filter((value) => value !== undefined)

const hints = {
  install:
    'Install Poetry (for example `pipx install poetry`), or set CA_SYNC_POETRY to the path of the poetry program.',
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
  throw dead.length > 0 ? broken(dead) : poetryNotFound(inHome(options, '.local', 'bin', 'poetry'), places)
}

async function findNamed(named: string, options: FindOptions): Promise<PoetryProgram> {
  const passing = /^(?:uvx?|pipx)(?:\s|$)/.exec(named)?.[0].trim()
  const hint =
    passing === undefined
      ? 'Set CA_SYNC_POETRY to the full path of the poetry program or of its Python, or unset it.'
      : `Type: ${passing === 'pipx' ? 'pipx' : 'uv tool'} install poetry && unset CA_SYNC_POETRY`
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
  return new CaSyncError('POETRY_BROKEN', message, {
    hint: dead.some((one) => one instanceof Untold) ? hints.name : reinstall,
  })
}

function poetryNotFound(usual: string, places: readonly string[]) {
  const what = `Poetry was not found: not on PATH, and not in ${usual} or another usual place (uvx leaves none there: uv tool install poetry does).`
  const cause = new Error(`It was looked for in ${places.join(', ')}`)
  return new CaSyncError('POETRY_NOT_FOUND', what, { hint: hints.install, cause })
}
