import { posix, win32 } from 'node:path'
import { type Env, homeOf, place } from '../core/ports/full-path.ts'

/** What places depend on; passed in by main. */
export interface Surroundings {
  readonly env: Env
  readonly platform: NodeJS.Platform
  /** The user's home; empty where there is none. */
  readonly home: string
}

export const pathsOf = (platform: NodeJS.Platform) => (platform === 'win32' ? win32 : posix)

export const inHome = (around: Surroundings, ...names: readonly string[]): string =>
  pathsOf(around.platform).join(homeOf(around), ...names)

/** undefined where no variable names it, and there is no home. */
function under(around: Surroundings, name: string, ...names: readonly string[]): string | undefined {
  const { env, platform, home } = around
  return place(env, name, platform) ?? (home === '' ? undefined : pathsOf(platform).join(home, ...names))
}

const xdg = (around: Surroundings, name: string, ...names: readonly string[]): string =>
  under(around, name, ...names) ?? homeOf(around)

/** Where programs keep a user's settings; macOS's own place for them is not ours. */
export const configHome = (around: Surroundings): string =>
  around.platform === 'win32' ? roaming(around) : xdg(around, 'XDG_CONFIG_HOME', '.config')

export const dataHome = (around: Surroundings): string => xdg(around, 'XDG_DATA_HOME', '.local', 'share')

/** `%APPDATA%` */
export const roaming = (around: Surroundings): string => xdg(around, 'APPDATA', 'AppData', 'Roaming')

/** `%LOCALAPPDATA%` */
export const localAppData = (around: Surroundings): string => xdg(around, ...localPlace)
const localPlace = ['LOCALAPPDATA', 'AppData', 'Local'] as const

/** `$CA_SYNC_STATE_DIR`, else the platform's place for state (on macOS as on Linux); undefined where there is no home. */
export function statePlace(around: Surroundings): string | undefined {
  const { env, platform } = around
  const base = platform === 'win32' ? under(around, ...localPlace) : under(around, 'XDG_STATE_HOME', '.local', 'state')
  return place(env, 'CA_SYNC_STATE_DIR', platform) ?? (base && pathsOf(platform).join(base, 'ca-sync'))
}

export const stateDir = (around: Surroundings): string => statePlace(around) ?? homeOf(around)

/** By what else than its state a run sees what renews tokens: the job that was installed, a watch that goes on, a hook at work. */
export const markOf = (what: 'job' | 'watch' | `hook-${string}`, around: Surroundings): string =>
  pathsOf(around.platform).join(stateDir(around), what)

export const userConfigFile = (around: Surroundings): string =>
  pathsOf(around.platform).join(configHome(around), 'ca-sync', 'config.toml')

export const system32 = (env: Env): string => win32.join(place(env, 'SystemRoot', 'win32') ?? 'C:\\Windows', 'System32')

export const windowsPowerShell = (env: Env): string =>
  win32.join(system32(env), 'WindowsPowerShell', 'v1.0', 'powershell.exe')

/** A folder that is always there, in which a user can write nothing, and which is nobody's project. */
export const elsewhere = ({ env, platform }: Pick<Surroundings, 'env' | 'platform'>): string =>
  platform === 'win32' ? system32(env) : '/'
