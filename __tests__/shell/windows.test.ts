import { describe, expect, test } from '@jest/globals'
import { findOnWindows, windowsStart, windowsVariable } from '../../src/shell/windows.ts'

describe('finding a program', () => {
  const files = new Set([
    'C:\\py\\poetry.exe',
    'C:\\pyenv\\shims\\poetry.BAT',
    'C:\\node\\npm.cmd',
    'C:\\node\\npm',
    'C:\\work\\tool.exe',
    '.\\tool.exe',
    'C:\\odd\\a.b.exe',
  ])
  const find = (command: string, path: string, extensions = '') =>
    findOnWindows(command, { path, extensions, isFile: (file) => files.has(file) })

  test.each([
    ['a program', 'poetry', 'C:\\py', '', 'C:\\py\\poetry.exe'],
    ['with its extension', 'poetry.exe', 'C:\\py', '', 'C:\\py\\poetry.exe'],
    ['the first folder that has one', 'poetry', 'C:\\pyenv\\shims;C:\\py', '', 'C:\\pyenv\\shims\\poetry.BAT'],
    ['a batch file, not the shell script beside it', 'npm', 'C:\\node', '', 'C:\\node\\npm.CMD'],
    ['by a path', '.\\tool', 'C:\\py', '', '.\\tool.EXE'],
    ['by a full path', 'C:/work/tool', '', '', 'C:/work/tool.EXE'],
    ['a name with dots', 'a.b', 'C:\\odd', '', 'C:\\odd\\a.b.EXE'],
    ['only what PATHEXT has', 'poetry', 'C:\\pyenv\\shims;C:\\py', '.EXE', 'C:\\py\\poetry.EXE'],
    ['nothing of the current folder', 'tool', 'C:\\py;;', '', undefined],
    ['nothing', 'gone', 'C:\\py', '', undefined],
  ])('%s', (_, command, path, extensions, expected) => {
    const lower = new Set([...files].map((file) => file.toLowerCase().replaceAll('/', '\\')))
    const isFile = (file: string) => lower.has(file.toLowerCase().replaceAll('/', '\\'))
    const found = findOnWindows(command, { path, extensions, isFile })
    expect(found?.toLowerCase()).toBe(expected?.toLowerCase())
  })

  test('a name is not taken for a file without extension', () => {
    expect(find('npm', 'C:\\node', '.EXE')).toBeUndefined()
  })
})

describe('starting it', () => {
  const shell = 'C:\\Windows\\system32\\cmd.exe'

  test('a program as it is', () => {
    const words = ['add', 'a b', '"', '%PATH%']
    expect(windowsStart('C:\\py\\poetry.exe', words, shell)).toEqual({
      file: 'C:\\py\\poetry.exe',
      words,
      verbatim: false,
    })
  })

  test.each([
    ['a plain word', 'install', '^"install^"'],
    ['a space', 'a b', '^"a^ b^"'],
    ['nothing', '', '^"^"'],
    ['quotes', 'say "hi"', '^"say^ \\^"hi\\^"^"'],
    ['a backslash before a quote', 'a\\"b', '^"a\\\\\\^"b^"'],
    ['backslashes at the end', 'C:\\dir\\', '^"C:\\dir\\\\^"'],
    ['variables', '%PATH%!x!', '^"^%PATH^%^!x^!^"'],
    ['operators', 'a&b|c>d<e^f(g)', '^"a^&b^|c^>d^<e^^f^(g^)^"'],
  ])('a batch file with %s', (_, word, escaped) => {
    const { file, words, verbatim } = windowsStart('C:/my tools/poetry.cmd', [word], shell)
    expect({ file, verbatim }).toEqual({ file: shell, verbatim: true })
    expect(words).toEqual(['/d', '/s', '/c', `"C:\\my^ tools\\poetry.cmd ${escaped}"`])
  })
})

test('a variable has its name in any case', () => {
  expect(windowsVariable({ Path: 'C:\\py' }, 'PATH')).toBe('C:\\py')
  expect(windowsVariable({}, 'PATH')).toBe('')
})
