import { posix, win32 } from 'node:path'
import { homeOf, place } from '../../core/ports/full-path.ts'
import { dataHome, localAppData, roaming, type Surroundings } from '../../files/places.ts'

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
