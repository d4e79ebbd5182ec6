import { describe, expect, test } from '@jest/globals'
import { windowsStart } from '../../src/programs/start.ts'

describe('starting it', () => {
  const shell = 'D:\\tools\\cmd.exe'
  const env = { comspec: shell }

  test('a program as it is', () => {
    const words = ['add', 'a b', '"', '%PATH%']
    expect(windowsStart('C:\\py\\poetry.exe', words, env)).toEqual({
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
    const { file, words, verbatim } = windowsStart('C:/my tools/poetry.cmd', [word], env)
    expect({ file, verbatim }).toEqual({ file: shell, verbatim: true })
    expect(words).toEqual(['/d', '/s', '/c', `"C:\\my^ tools\\poetry.cmd ${escaped}"`])
  })

  test.each(['cmd.exe', '.\\cmd.exe', ''])('a shell that is %j is not taken from the current folder', (ComSpec) => {
    const { file } = windowsStart('C:\\x\\poetry.bat', [], { ComSpec, SystemRoot: 'D:\\Win' })
    expect(file).toBe('D:\\Win\\System32\\cmd.exe')
  })
})
