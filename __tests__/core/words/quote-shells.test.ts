// Needs zsh and fish.
import { execFileSync } from 'node:child_process'
import { expect, test } from '@jest/globals'
import { fishQuote, posixQuote } from '../../../src/core/words/quote.ts'

const odd = [
  'plain',
  '',
  "it's",
  "''\\'",
  '$HOME `id` $(id) "x" \\',
  'a\nb',
  'é – “x” 🙂',
  '!! * ? [a] {a,b} ~ # ;',
  '-n',
]

test.each(odd)('%j is one word, as it is, for sh, bash, zsh and fish', (word) => {
  const print = (shell: string, quoted: string, ...options: string[]) =>
    execFileSync(shell, [...options, '-c', `printf '<%s>' ${quoted}`], { encoding: 'utf8' })
  for (const shell of ['sh', 'bash', 'zsh']) expect(print(shell, posixQuote(word))).toBe(`<${word}>`)
  expect(print('zsh', posixQuote(word), '-o', 'rcquotes')).toBe(`<${word}>`)
  expect(print('fish', fishQuote(word))).toBe(`<${word}>`)
})
