import { posix, win32 } from 'node:path'
import type { Env } from './environment.ts'

export interface Machine {
  readonly env: Env
  readonly platform: NodeJS.Platform
  readonly home: string
}

/** Where `name` may be on PATH, in order. Relative entries are left out: they would mean the project folder. */
export function onPath(name: string, { env, platform }: Machine): string[] {
  const path = platform === 'win32' ? win32 : posix
  const folders = (variable(env, 'PATH', platform) ?? '')
    .split(path.delimiter)
    .map((folder) => folder.replace(/^"(.*)"$/, '$1'))
    .filter((folder) => isFull(folder, platform))
  return folders.flatMap((folder) => names(name, env, platform).map((file) => path.join(folder, file)))
}

/** Where the known installers put Poetry, the likeliest first. */
export function knownPlaces(machine: Machine): string[] {
  const places = machine.platform === 'win32' ? windowsPlaces(machine) : posixPlaces(machine)
  return [...new Set(places)]
}

function windowsPlaces({ env, platform, home }: Machine): string[] {
  const appData = variable(env, 'APPDATA', platform) ?? win32.join(home, 'AppData', 'Roaming')
  const localAppData = variable(env, 'LOCALAPPDATA', platform) ?? win32.join(home, 'AppData', 'Local')
  const absolute = (name: string) => given(env[name], platform)
  const poetryHome = absolute('POETRY_HOME') ?? win32.join(appData, 'pypoetry')
  const pipx = [absolute('PIPX_HOME'), win32.join(home, 'pipx'), win32.join(localAppData, 'pipx', 'pipx')]
  const uv = [absolute('UV_TOOL_DIR'), win32.join(appData, 'uv', 'tools')]
  const folders = [
    win32.join(poetryHome, 'venv', 'Scripts'),
    ...present(pipx).map((folder) => win32.join(folder, 'venvs', 'poetry', 'Scripts')),
    ...present(uv).map((folder) => win32.join(folder, 'poetry', 'Scripts')),
    win32.join(appData, 'Python', 'Scripts'),
    win32.join(home, '.local', 'bin'),
  ]
  return folders.map((folder) => win32.join(folder, 'poetry.exe'))
}

function posixPlaces({ env, platform, home }: Machine): string[] {
  const local = posix.join(home, '.local')
  const support = posix.join(home, 'Library', 'Application Support')
  const absolute = (name: string) => given(env[name], platform)
  const data = absolute('XDG_DATA_HOME') ?? posix.join(local, 'share')
  const mac = platform === 'darwin'
  const poetryHome = absolute('POETRY_HOME') ?? posix.join(mac ? support : data, 'pypoetry')
  const pipx = [absolute('PIPX_HOME'), posix.join(data, 'pipx'), posix.join(local, 'pipx')]
  const macPipx = mac ? [posix.join(support, 'pipx')] : []
  const uv = [absolute('UV_TOOL_DIR'), posix.join(data, 'uv', 'tools')]
  const brew = mac ? ['/opt/homebrew/bin', '/usr/local/bin'] : ['/home/linuxbrew/.linuxbrew/bin', '/usr/local/bin']
  const folders = [
    posix.join(poetryHome, 'venv', 'bin'),
    ...present([...pipx, ...macPipx]).map((folder) => posix.join(folder, 'venvs', 'poetry', 'bin')),
    ...present(uv).map((folder) => posix.join(folder, 'poetry', 'bin')),
    posix.join(local, 'bin'),
    ...brew,
    '/usr/bin',
    posix.join(home, '.pyenv', 'shims'),
    posix.join(home, '.asdf', 'shims'),
    posix.join(data, 'mise', 'shims'),
  ]
  return folders.map((folder) => posix.join(folder, 'poetry'))
}

function names(name: string, env: Env, platform: NodeJS.Platform): string[] {
  if (platform !== 'win32' || /\.exe$/i.test(name)) return [name]
  const endings = (variable(env, 'PATHEXT', platform) ?? '.COM;.EXE;.BAT;.CMD').split(';').filter(Boolean)
  return endings.map((ending) => name + ending.toLowerCase())
}

/** Windows does not tell `Path` from `PATH`. */
function variable(env: Env, name: string, platform: NodeJS.Platform): string | undefined {
  if (platform !== 'win32') return env[name]
  return Object.entries(env).find(([key]) => key.toUpperCase() === name)?.[1]
}

/** A path that means the same from every folder; on Windows that takes a drive or a server (`\\tools` does not). */
export const isFull = (path: string, platform: NodeJS.Platform): boolean =>
  platform === 'win32' ? /^(?:[a-z]:[\\/]|\\\\)/i.test(path) : path.startsWith('/')

const given = (path: string | undefined, platform: NodeJS.Platform): string | undefined =>
  path && isFull(path, platform) ? path : undefined

const present = (values: readonly (string | undefined)[]): string[] => values.filter((value) => value !== undefined)
