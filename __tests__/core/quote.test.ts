import { printable, quote, shellWord } from '../../src/core/quote.ts'

test.each([
  ['dev', '"dev"'],
  ['a"b\\c', '"a\\"b\\\\c"'],
  ['a\u001b[31m\n\u0000', '"a\\u001b[31m\\u000a\\u0000"'],
  ['dеv', '"d\\u0435v"'],
  ['\u202eved', '"\\u202eved"'],
  ['😀', '"\\u{1f600}"'],
  ['\ud800', '"\\ud800"'],
  ['x'.repeat(60), `"${'x'.repeat(60)}"`],
  ['x'.repeat(61), `"${'x'.repeat(60)}…" (61 characters)`],
])('quotes %j', (value, expected) => {
  expect(quote(value)).toBe(expected)
})

test('a path keeps its letters and loses its terminal escapes', () => {
  expect(printable('/home/José/\u001b]0;x\u0007/\u2028\u200b')).toBe('/home/José/\\u001b]0;x\\u0007/\\u2028\\u200b')
})

test.each([
  ['/home/me/app', '/home/me/app'],
  ['/home/me/my app', "'/home/me/my app'"],
  ["it's; $HOME", "'it'\\''s; $HOME'"],
  ['', "''"],
])('a word for a shell: %s', (word, quoted) => {
  expect(shellWord(word)).toBe(quoted)
})
