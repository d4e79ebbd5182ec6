import { expect, test } from '@jest/globals'
import { stateDir, userConfigFile } from '../../src/state/location.ts'

test.each([
  ['linux', {}, '/home/me/.local/state/ca-sync', '/home/me/.config/ca-sync/config.toml'],
  ['darwin', {}, '/home/me/.local/state/ca-sync', '/home/me/.config/ca-sync/config.toml'],
  ['linux', { XDG_STATE_HOME: '/s', XDG_CONFIG_HOME: '/c' }, '/s/ca-sync', '/c/ca-sync/config.toml'],
  [
    'linux',
    { XDG_STATE_HOME: '', XDG_CONFIG_HOME: '' },
    '/home/me/.local/state/ca-sync',
    '/home/me/.config/ca-sync/config.toml',
  ],
  ['linux', { CA_SYNC_STATE_DIR: '/x' }, '/x', '/home/me/.config/ca-sync/config.toml'],
  ['win32', { LOCALAPPDATA: '/l', APPDATA: '/a', XDG_STATE_HOME: '/s' }, '/l/ca-sync', '/a/ca-sync/config.toml'],
  ['win32', {}, '/home/me/AppData/Local/ca-sync', '/home/me/AppData/Roaming/ca-sync/config.toml'],
] as const)('%s %j', (platform, env, state, config) => {
  const around = { platform, env, home: '/home/me' }
  expect([stateDir(around), userConfigFile(around)]).toEqual([state, config])
})
