import { describe, expect, test } from '@jest/globals'
import { columnsOf, dressed, inked, leadOf, lookOf, painted } from '../../../src/core/words/look.ts'

const look = { width: 60, colour: true, unicode: true }
const kim = { platform: 'linux', home: '/home/kim' } as const
const plain = { ...look, colour: false }
const [red, cyan, end] = ['\u001b[31m', '\u001b[36m', '\u001b[39m']

// What was said; what a terminal without colour shows.
test.each([
  ['a command alone', 'error: no\n  Type: ca-sync status --help\n', 'error: no\n    ca-sync status --help\n'],
  [
    'a command after a sentence',
    'warning: It is so. Type: ca-sync sources declare\n',
    'warning: It is so.\n    ca-sync sources declare\n',
  ],
  ['a command within one', 'poetry.lock is old; type: poetry lock\n', 'poetry.lock is old; type:\n    poetry lock\n'],
  ['home', 'error: /home/kim/x is no file, nor /home/kimberly\n', 'error: ~/x is no file, nor /home/kimberly\n'],
  [
    'home in a quoted command, where no shell reads ~',
    "  Type: ca-sync -C '/home/kim/my app'\n",
    "    ca-sync -C '/home/kim/my app'\n",
  ],
  ['home in a command', '  Type: ca-sync -C /home/kim/app\n', '    ca-sync -C ~/app\n'],
  [
    'what is wider',
    `error: ${'word '.repeat(15)}end\n  ${'hint '.repeat(13)}end\n`,
    `error: ${'word '.repeat(10).trim()}\n  ${'word '.repeat(5)}end\n  ${'hint '.repeat(11).trim()}\n    hint hint end\n`,
  ],
  ['a word that no line holds', `error: /${'x'.repeat(70)} is long\n`, `error:\n  /${'x'.repeat(70)}\n  is long\n`],
])('%s', (_, text, shown) => expect(dressed(text, plain, kim)).toBe(shown))

test('on Windows no shell reads ~', () => {
  expect(dressed('error: /home/kim/x\n', plain, { ...kim, platform: 'win32' })).toBe('error: /home/kim/x\n')
})

test('labels and commands have a colour', () => {
  expect(inked(dressed('error: no\n  Type: ca-sync\n', look, kim), (part) => part)).toBe(
    `${red}error:${end} no\n    ${cyan}ca-sync${end}\n`,
  )
})

describe('paint', () => {
  test('is for terminals, and takes no room', () => {
    expect(painted(undefined, 'bold', 'dev')).toBe('dev')
    expect(painted(plain, 'bold', 'dev')).toBe('dev')
    expect(columnsOf(painted(look, 'bold', 'dev'))).toBe(3)
  })

  test('lets the rest be made safe', () => {
    expect(inked(`a${painted(look, 'red', 'b')}c`, (part) => part.toUpperCase())).toBe(`A${red}B${end}C`)
  })

  test.each([
    [undefined, 'fault', 'fault    '],
    [plain, 'ok', 'ok       '],
    [look, 'ok', '\u001b[32m✓\u001b[39m '],
    [{ ...look, unicode: false }, 'fault', '\u001b[31mx\u001b[39m '],
  ] as const)('%j: %s', (its, health, lead) => expect(inked(leadOf(its, health), (part) => part)).toBe(lead))

  test.each([
    [{ LANG: 'en_US.UTF-8' }, true, true],
    [{ LANG: 'C' }, true, false],
    [{ LANG: 'en_US.UTF-8', NO_COLOR: '1' }, false, true],
    [{ LANG: 'en_US.UTF-8', NO_COLOR: '' }, true, true],
    [{ LC_ALL: 'de_DE.utf8', LANG: 'C', TERM: 'dumb' }, false, true],
  ])('%j', (env, colour, unicode) => {
    expect(lookOf({ env, platform: 'linux', width: () => 80 })).toEqual({ width: 80, colour, unicode })
  })
})
