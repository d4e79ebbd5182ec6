import { expect, test } from '@jest/globals'
import { elsewhere, stateDir, userConfigFile, windowsPowerShell } from '../../src/files/places.ts'

const home = { linux: '/home/me', darwin: '/home/me', win32: 'C:\\Users\\me' } as const
const usual = ['/home/me/.local/state/ca-sync', '/home/me/.config/ca-sync/config.toml'] as const
const usualOnWindows = [
  'C:\\Users\\me\\AppData\\Local\\ca-sync',
  'C:\\Users\\me\\AppData\\Roaming\\ca-sync\\config.toml',
] as const

test.each([
  ['linux', {}, ...usual],
  ['darwin', {}, ...usual],
  ['linux', { XDG_STATE_HOME: '/s', XDG_CONFIG_HOME: '/c' }, '/s/ca-sync', '/c/ca-sync/config.toml'],
  ['linux', { XDG_STATE_HOME: '', XDG_CONFIG_HOME: '' }, ...usual],
  ['linux', { XDG_STATE_HOME: '.local/state', XDG_CONFIG_HOME: '.config' }, ...usual],
  ['linux', { XDG_STATE_HOME: '.', XDG_CONFIG_HOME: '~/.config', CA_SYNC_STATE_DIR: './state' }, ...usual],
  ['linux', { CA_SYNC_STATE_DIR: '/x' }, '/x', usual[1]],
  ['linux', { CA_SYNC_STATE_DIR: 'C:\\x' }, ...usual],
  [
    'win32',
    { LOCALAPPDATA: 'D:\\l', APPDATA: 'D:\\a', XDG_STATE_HOME: 'D:\\s' },
    'D:\\l\\ca-sync',
    'D:\\a\\ca-sync\\config.toml',
  ],
  ['win32', { LocalAppData: 'D:\\l' }, 'D:\\l\\ca-sync', usualOnWindows[1]],
  ['win32', {}, ...usualOnWindows],
  ['win32', { LOCALAPPDATA: '.', APPDATA: '\\a', CA_SYNC_STATE_DIR: 'C:x' }, ...usualOnWindows],
] as const)('%s %j', (platform, env, state, config) => {
  const around = { platform, env, home: home[platform] }
  expect([stateDir(around), userConfigFile(around)]).toEqual([state, config])
})

test.each(['linux', 'win32'] as const)('no home on %s is an error, and no place in the current folder', (platform) => {
  for (const place of [stateDir, userConfigFile])
    expect(() => place({ platform, env: {}, home: '' })).toThrow(expect.objectContaining({ code: 'HOME_UNKNOWN' }))
  expect(stateDir({ platform: 'linux', env: { CA_SYNC_STATE_DIR: '/x' }, home: '' })).toBe('/x')
})

test.each([
  ['linux', {}, '/'],
  ['win32', { SystemRoot: 'D:\\Win' }, 'D:\\Win\\System32'],
  ['win32', { SYSTEMROOT: '.' }, 'C:\\Windows\\System32'],
] as const)('elsewhere on %s with %j is %s', (platform, env, folder) => {
  expect(elsewhere({ platform, env })).toBe(folder)
})

test('Windows PowerShell is where Windows has it', () => {
  expect(windowsPowerShell({ SystemRoot: 'D:\\Win' })).toBe(
    'D:\\Win\\System32\\WindowsPowerShell\\v1.0\\powershell.exe',
  )
})
