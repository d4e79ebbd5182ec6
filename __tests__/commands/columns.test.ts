import { describe, expect, test } from '@jest/globals'
import { type BoardRow, board, fitted } from '../../src/commands/columns.ts'
import { groupsOf } from '../../src/commands/groups.ts'
import { columnsOf } from '../../src/core/words/look.ts'

const look = (width: number) => ({ width, colour: false, unicode: true })
const row = (name: string, ...cells: string[]): BoardRow => ({ name, cells })
const shown = (width: number, ...entries: BoardRow[]) => board([{ titles: ['above'], entries }], look(width))

describe('a board', () => {
  test.each([
    ['fits', 60, [row('dev', '12 h', 'x'), row('prod', '4 min', '')], 'dev   12 h   x\nprod  4 min\n'],
    [
      'only the last cell is wrapped',
      40,
      [row('d', 'a b', 'one two three four five six seven eight')],
      'd  a b  one two three four five six\n        seven eight\n',
    ],
    [
      'a last cell alone spans the columns',
      60,
      [row('a', '12 h', 'x'), row('b', 'no such thing')],
      'a  12 h  x\nb  no such thing\n',
    ],
    [
      'a long name has a line of its own',
      60,
      [row('a', 'x'), row('b'.repeat(30), 'y')],
      `a  x\n${'b'.repeat(30)}\n   y\n`,
    ],
    [
      'a name wider than all of it loses its middle',
      24,
      [row('abcdefghijklmnopqrstuvwxyz', 'y')],
      'abcdefghijkl…pqrstuvwxyz\n  y\n',
    ],
    [
      'wide letters are two columns each',
      60,
      [row('dev', '日本語', 'x'), row('prod', 'été', 'y')],
      'dev   日本語  x\nprod  été     y\n',
    ],
    ['they are not cut in two', 14, [row('日本語日本語日本語', 'y')], '日本語…日本語\n  y\n'],
    [
      'too narrow: a block each',
      24,
      [row('dev', 'install: yes', 'publish: yes, of course')],
      'dev\n    install: yes\n    publish: yes, of\n    course\n',
    ],
  ] as [string, number, BoardRow[], string][])('%s', (_, width, entries, text) => {
    expect(shown(width, ...entries)).toBe(`above\n${text}`)
  })

  test.each([
    [true, 'ab…fg'],
    [false, 'ab~fg'],
  ])('where there is Unicode (%s), a word that is cut has a sign of it', (unicode, name) => {
    expect(board([{ titles: [], entries: [row('abcdefg', 'x')] }], { width: 5, colour: false, unicode })).toContain(
      name,
    )
  })

  test.each([1, 2, 3, 4])('in %i columns, too, a word only becomes shorter', (room) => {
    expect(fitted('abcdefg abcdefg', room, '', { unicode: true }).split('\n')).toEqual(
      Array.from({ length: 2 }, () => ['…', 'a…', 'a…g', 'ab…g'][room - 1]),
    )
  })

  test.each([20, 40, 60, 80])('no line is wider than %i columns', (width) => {
    const entries = [
      row('dev', 'a/repository', 'x '.repeat(60)),
      row('b'.repeat(200), 'c'.repeat(200), 'd'.repeat(200)),
    ]
    for (const line of board([{ titles: ['e'.repeat(200), 'f g '.repeat(60)], entries }], look(width)).split('\n'))
      expect(columnsOf(line)).toBeLessThanOrEqual(width)
  })
})

describe('what sources share stands above them', () => {
  const source = (name: string, more = {}) => ({
    name,
    domain: 'd',
    owner: '123456789012' as string | null,
    region: 'eu-west-1',
    repository: name,
    ...more,
  })
  const seen = (...sources: ReturnType<typeof source>[]) =>
    groupsOf(sources, ({ name }, repository) => row(name, repository)).map(({ titles, entries }) => [
      ...titles,
      ...entries.map(({ name, cells: [repository] }) => `${name} ${repository}`.trim()),
    ])
  const profile = { identity: { base: { kind: 'profile', profile: 'p' } } as const }

  test.each([
    ['one', [source('a')], [['d/a of 123456789012 (eu-west-1)', 'a']]],
    ['repositories of their names', [source('a'), source('b')], [['d of 123456789012 (eu-west-1)', 'a', 'b']]],
    [
      'one repository',
      [source('a', { repository: 'r' }), source('b', { repository: 'r' })],
      [['d/r of 123456789012 (eu-west-1)', 'a', 'b']],
    ],
    ['others', [source('a'), source('b', { repository: 'r' })], [['d of 123456789012 (eu-west-1)', 'a a', 'b r']]],
    [
      'two domains',
      [source('a'), source('b', { domain: 'e' })],
      [
        ['d/a of 123456789012 (eu-west-1)', 'a'],
        ['e/b of 123456789012 (eu-west-1)', 'b'],
      ],
    ],
    ['no owner yet', [source('a', { owner: null })], [['d/a (eu-west-1)', 'a']]],
    [
      'the identity of a neighbour',
      [source('a', profile), source('b', { identity: null })],
      [['d of 123456789012 (eu-west-1), with profile p', 'a', 'b']],
    ],
    [
      'projects',
      [source('a', { project: '/p' }), source('a', { project: '/q' })],
      [
        ['d/a of 123456789012 (eu-west-1)', '/p', 'a'],
        ['/q', 'a'],
      ],
    ],
    ['one that cannot be read', [source('a', { domain: '', region: '', repository: '' })], [['a']]],
  ] as [string, ReturnType<typeof source>[], string[][]][])('%s', (_, sources, groups) => {
    expect(seen(...sources)).toEqual(groups)
  })
})
