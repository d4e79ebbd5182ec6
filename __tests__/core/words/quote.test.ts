import { printable, printableLines, quote, shellWord } from '../../../src/core/words/quote.ts'

test.each([
  ['dev', '"dev"'],
  ['a"b\\c', '"a\\"b\\\\c"'],
  ['a\u001b[31m\n\u0000', '"a\\u001b[31m\\u000a\\u0000"'],
  ['dеv', '"d\\u0435v"'],
  ['\u202eved', '"\\u202eved"'],
  ['😀', '"\\ud83d\\ude00"'],
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
  ['turned writing', '\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c'],
  ['controls', '\u0000\u0007\b\r\u001b\u007f\u0085\u009b'],
  ['ends of lines', '\u2028\u2029'],
  ['what nobody sees', '\u00ad\u034f\u115f\u180e\u200b\u200d\u2060\u3164\ufe0f\ufeff\uffa0\u{e0001}\u{e0041}\u{e0100}'],
  ['what means nothing', '\ud800\ue000\ufff0\uffff\u{10ffff}'],
])('%s shows as what it is, and JSON says what it said', (_, text) => {
  expect(printable(text)).toMatch(/^(?:\\u[\da-f]{4})+$/)
  expect(JSON.parse(printableLines(JSON.stringify(text)))).toBe(text)
})

test.each([
  ['/home/me/app', '/home/me/app'],
  ['/home/me/my app', "'/home/me/my app'"],
  ['=ls', "'=ls'"],
  ["it's; $HOME", "'it'\\''s; $HOME'"],
  ['', "''"],
  ['C:\\Users\\me\\my app', '"C:\\Users\\me\\my app"'],
  ['\\\\server\\share\\app', '"\\\\server\\share\\app"'],
  ['C:\\a$(b)', "'C:\\a$(b)'"],
  ['/home/می\u200cخواهم', `'/home/می'"$(printf '\\342\\200\\214')"'خواهم'`],
  ['/a\u202e/b c', `'/a'"$(printf '\\342\\200\\256')"'/b c'`],
  ['/a\u001b[31m', `'/a'"$(printf '\\033')"'[31m'`],
])('a word for a shell: %s', (word, quoted) => {
  expect(shellWord(word)).toBe(quoted)
})
