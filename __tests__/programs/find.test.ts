import { describe, expect, test } from '@jest/globals'
import { candidates, onPath } from '../../src/programs/find.ts'

test.each([
  ['linux', { PATH: '/a:/b' }, ['/a/poetry', '/b/poetry']],
  ['linux', { PATH: '.::bin:/a:../b' }, ['/a/poetry']],
  ['linux', { PATH: ':/a' }, ['/a/poetry']],
  ['linux', { PATH: '/a:' }, ['/a/poetry']],
  ['linux', { PATH: '/a::/b' }, ['/a/poetry', '/b/poetry']],
  ['linux', { PATH: './node_modules/.bin:~/bin:/a' }, ['/a/poetry']],
  ['linux', { PATH: '.' }, []],
  ['linux', { PATH: '' }, []],
  ['linux', {}, []],
  ['linux', { PATH: '"/a":/b;/c' }, ['/b;/c/poetry']],
  [
    'win32',
    { Path: 'C:\\a;"D:\\b c"', PATHEXT: '.EXE;.CMD' },
    ['C:\\a\\poetry.exe', 'C:\\a\\poetry.cmd', 'D:\\b c\\poetry.exe', 'D:\\b c\\poetry.cmd'],
  ],
  ['win32', { PATH: '.;;bin;C:bin;\\bin;\\\\server\\bin', PATHEXT: '.EXE' }, ['\\\\server\\bin\\poetry.exe']],
] as const)('PATH on %s: %j', (platform, env, files) => {
  expect(onPath('poetry', { env, platform })).toEqual(files)
})

describe('a command on Windows', () => {
  const files = new Set(
    ['C:\\py\\poetry.exe', 'C:\\pyenv\\shims\\poetry.BAT', 'C:\\node\\npm.cmd', 'C:\\node\\npm', 'C:\\work\\tool.exe']
      .concat('.\\tool.exe', 'tool.exe', 'C:\\odd\\a.b.exe', 'bin\\tool.exe')
      .map((file) => file.toLowerCase()),
  )
  const isFile = (file: string) => files.has(file.toLowerCase().replaceAll('/', '\\'))

  test.each([
    ['a program', 'poetry', 'C:\\py', '', 'C:\\py\\poetry.exe'],
    ['with its extension', 'poetry.exe', 'C:\\py', '', 'C:\\py\\poetry.exe'],
    ['the first folder that has one', 'poetry', 'C:\\pyenv\\shims;C:\\py', '', 'C:\\pyenv\\shims\\poetry.bat'],
    ['a batch file, not the shell script beside it', 'npm', 'C:\\node', '', 'C:\\node\\npm.cmd'],
    ['by a path', '.\\tool', 'C:\\py', '', '.\\tool.exe'],
    ['by a full path', 'C:/work/tool', '', '', 'C:/work/tool.exe'],
    ['a name with dots', 'a.b', 'C:\\odd', '', 'C:\\odd\\a.b.exe'],
    ['only what PATHEXT has', 'poetry', 'C:\\pyenv\\shims;C:\\py', '.EXE', 'C:\\py\\poetry.exe'],
    ['nothing of the current folder', 'tool', 'C:\\py;;', '', undefined],
    ['nothing of a folder in it', 'tool', 'bin;.;.\\bin', '', undefined],
    ['nothing', 'gone', 'C:\\py', '', undefined],
    ['no file without extension', 'npm', 'C:\\node', '.EXE', undefined],
    ['no empty name', '', 'C:\\py', '', undefined],
  ])('%s', (_, command, PATH, PATHEXT, expected) => {
    expect(candidates(command, { env: { PATH, PATHEXT }, platform: 'win32' }).find(isFile)).toBe(expected)
  })
})

test.each([
  ['true', ['/a/true']],
  ['./true', ['./true']],
  ['bin/true', ['bin/true']],
  ['/b/true', ['/b/true']],
  ['a\\b', ['/a/a\\b']],
  ['', []],
])('the command %j elsewhere', (command, files) => {
  expect(candidates(command, { env: { PATH: '.:/a' }, platform: 'linux' })).toEqual(files)
})
