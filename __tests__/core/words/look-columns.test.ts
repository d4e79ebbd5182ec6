import { execFileSync } from 'node:child_process'
import { expect, test } from '@jest/globals'
import { charactersOf, columnsOf } from '../../../src/core/words/look.ts'

test.each([
  ['dev', 3],
  ['Jörg…', 5],
  ['', 0],
  ['日本語', 6],
  ['한국어', 6],
  ['カタカナ', 8],
  ['ｶﾀｶﾅ', 4],
  ['Ｆｕｌｌ', 8],
  ['проект', 6],
  ['مشروع', 5],
  ['Jo\u0308rg', 4],
  ['e\u0301te\u0301', 3],
  ['นี้', 1],
  ['😀', 2],
  ['👩‍👩‍👧', 2],
  ['🇯🇵', 2],
  ['👍🏽', 2],
  ['❤️', 2],
  ['✓ ✗', 3],
  ['a日b', 4],
])('%s takes %i columns', (text, columns) => {
  expect(columnsOf(text)).toBe(columns)
  expect(charactersOf(text).join('')).toBe(text)
})

test('all that Unicode calls wide or full is, by the tables of Python', () => {
  const script = `
import sys, unicodedata as u
print(" ".join(str(c) for c in range(0x300, 0x2fa20) if u.east_asian_width(chr(c)) in "WF" and u.category(chr(c))[0] == "L"))`
  const wide = execFileSync('python3', ['-c', script], { encoding: 'utf8' }).trim().split(' ').map(Number)
  const shown = (code: number) => String.fromCodePoint(code)
  expect(wide.length).toBeGreaterThan(50_000)
  // Ancient scripts of no living language, which no keyboard has.
  const isOld = (code: number) => /[\p{sc=Tang}\p{sc=Nshu}\p{sc=Kits}]/u.test(shown(code))
  const missed = wide.filter((code) => !isOld(code) && columnsOf(shown(code)) !== 2)
  expect(missed.map(shown).join('')).toBe('')
})
