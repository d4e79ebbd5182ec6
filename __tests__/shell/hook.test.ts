import { expect, test } from '@jest/globals'
import { shellOf, shells } from '../../src/core/ports/shell.ts'
import { powershellQuote } from '../../src/core/words/quote.ts'
import { hookText } from '../../src/shell/hook.ts'

test.each([
  ['C:\\Program Files\\nodejs\\node.exe', '"C:\\Program Files\\nodejs\\node.exe"'],
  ["it's", '"it\'s"'],
  ['$HOME `id` "x"', '"`$HOME ``id`` `"x`""'],
  ['é“🙂\n', '"$([char]0xe9)$([char]0x201c)$([char]0xd83d)$([char]0xde42)$([char]0xa)"'],
])('PowerShell: %j', (word, quoted) => {
  expect(powershellQuote(word)).toBe(quoted)
})

test.each(shells)('%s: every word is filled in, and there is nothing else in the hook', (shell) => {
  const text = hookText(shell, { node: '/n/node', program: '/p/main.cjs' })
  expect(text).not.toMatch(/@\w+@/)
  expect(text).toContain('/n/node')
  expect(text).toContain('/p/main.cjs')
  expect(text).toMatch(/\n$/)
  expect(hookText(shell, { node: '$&', program: '@node@' })).toMatch(/@node@/)
})

test('the hook for PowerShell is plain ASCII, whatever the paths are', () => {
  expect(hookText('powershell', { node: 'C:\\é\\node.exe', program: 'C:\\“\\main.cjs' })).toMatch(/^[\n -~]*$/)
})

test.each([
  ['/bin/bash', 'linux', 'bash'],
  ['/opt/homebrew/bin/fish', 'darwin', 'fish'],
  ['C:\\Program Files\\Git\\usr\\bin\\bash.exe', 'win32', 'bash'],
  ['/usr/bin/pwsh', 'linux', 'powershell'],
  ['zsh', 'linux', 'zsh'],
  ['/bin/tcsh', 'linux', undefined],
  [undefined, 'win32', 'powershell'],
  ['', 'linux', undefined],
] as const)('SHELL=%s on %s is %s', (path, platform, shell) => {
  expect(shellOf(path, platform)).toBe(shell)
})
