import { join } from 'node:path'

/** What places depend on; passed in by main. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: NodeJS.Platform
  readonly home: string
}

const localAppData = ({ env, home }: Surroundings): string => env['LOCALAPPDATA'] || join(home, 'AppData', 'Local')

/** `$CA_SYNC_STATE_DIR`, else the platform's place for state (on macOS as on Linux). */
export function stateDir(around: Surroundings): string {
  const { env, platform, home } = around
  if (env['CA_SYNC_STATE_DIR']) return env['CA_SYNC_STATE_DIR']
  if (platform === 'win32') return join(localAppData(around), 'ca-sync')
  return join(env['XDG_STATE_HOME'] || join(home, '.local', 'state'), 'ca-sync')
}

/** The user's own settings. */
export function userConfigFile({ env, platform, home }: Surroundings): string {
  if (platform === 'win32') return join(env['APPDATA'] || join(home, 'AppData', 'Roaming'), 'ca-sync', 'config.toml')
  return join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'ca-sync', 'config.toml')
}
