import { describe, expect, test } from '@jest/globals'
import { homeOf, isFull, misleading, place } from '../../../src/core/ports/full-path.ts'

test.each([
  ['linux', '/a', true],
  ['linux', 'a', false],
  ['linux', './a', false],
  ['linux', '~/a', false],
  ['linux', '', false],
  ['linux', 'C:\\a', false],
  ['win32', 'C:\\a', true],
  ['win32', 'c:/a', true],
  ['win32', '\\\\server\\a', true],
  ['win32', 'C:a', false],
  ['win32', '\\a', false],
  ['win32', '/a', false],
  ['win32', '', false],
] as const)('on %s, that %j is a full path is %s', (platform, path, full) => {
  expect(isFull(path, platform)).toBe(full)
})

test('a variable that names no full path names no place', () => {
  expect(place({ XDG_CONFIG_HOME: '.config' }, 'XDG_CONFIG_HOME', 'linux')).toBeUndefined()
  expect(place({ XDG_CONFIG_HOME: '/c' }, 'XDG_CONFIG_HOME', 'linux')).toBe('/c')
  expect(place({ AppData: 'C:\\a' }, 'APPDATA', 'win32')).toBe('C:\\a')
})

describe('what of an environment misleads', () => {
  const PATH = '/bin'
  const places = ['HOME', 'XDG_CONFIG_HOME', 'XDG_STATE_HOME', 'XDG_DATA_HOME', 'XDG_CACHE_HOME', 'XDG_RUNTIME_DIR']
    .concat('CA_SYNC_STATE_DIR', 'ZDOTDIR', 'APPDATA', 'LOCALAPPDATA', 'USERPROFILE', 'NETRC', 'BASH_ENV')
    .concat('POETRY_HOME', 'PIPX_HOME', 'UV_TOOL_DIR', 'PYENV_ROOT', 'ASDF_DIR', 'ASDF_DATA_DIR', 'MISE_DATA_DIR')

  test.each(places)('%s that is empty or relative is as if it were not set', (name) => {
    for (const value of ['', '.', './x', '.config', '~', '~/x', '..'])
      expect(misleading({ PATH, [name]: value }, 'linux')).toEqual([[name, undefined]])
    expect(misleading({ PATH, [name]: '/x' }, 'linux')).toEqual([])
  })

  test.each(['POETRY_CONFIG_DIR', 'AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE', 'CA_SYNC_POETRY', 'EDITOR', 'PWD'])(
    '%s is left for those who refuse it, or is no place',
    (name) => expect(misleading({ PATH, [name]: 'x' }, 'linux')).toEqual([]),
  )

  test.each([
    ['.:/a', '/a'],
    [':/a', '/a'],
    ['/a:', '/a'],
    ['/a::/b', '/a:/b'],
    ['bin:/a:./node_modules/.bin:~/bin', '/a'],
    ['.', '/usr/bin:/bin'],
    ['', '/usr/bin:/bin'],
    [undefined, '/usr/bin:/bin'],
  ])('PATH=%s is %s', (given, sound) => {
    expect(misleading(given === undefined ? {} : { PATH: given }, 'linux')).toEqual([['PATH', sound]])
  })

  test('other lists', () => {
    expect(misleading({ PATH, LD_LIBRARY_PATH: ':/l', XDG_DATA_DIRS: '.' }, 'linux')).toEqual([
      ['LD_LIBRARY_PATH', '/l'],
      ['XDG_DATA_DIRS', undefined],
    ])
  })

  test('Windows', () => {
    expect(misleading({ Path: 'C:\\a;.;;bin;\\x', AppData: 'x', HOME: 'C:\\h' }, 'win32')).toEqual([
      ['Path', 'C:\\a'],
      ['AppData', undefined],
    ])
    expect(misleading({ Path: 'C:\\a;\\\\s\\b' }, 'win32')).toEqual([])
  })
})

test.each([
  ['linux', 'Type: export HOME=/path/to/it'],
  ['win32', 'Type: set USERPROFILE=C:\\path\\to\\it'],
] as const)('no home on %s', (platform, hint) => {
  expect(() => homeOf({ home: '', platform })).toThrow(expect.objectContaining({ code: 'HOME_UNKNOWN', hint }))
  expect(homeOf({ home: '/h', platform })).toBe('/h')
})
