import { describe, expect, test } from '@jest/globals'
import { dueAt, isNoMore, muster, type Presence } from '../../../src/core/memory/absence.ts'
import { emptyState } from '../../../src/core/memory/state-shape.ts'
import { project, record, state } from '../facts.ts'

const day = 86_400_000
const start = Date.parse('2026-03-01T12:00:00.000Z')
const iso = (days: number) => new Date(start + days * day).toISOString()
const known = state({ projects: { '/a': project(record('dev')), '/b': project(record('qa')) } })
const at = (presence: Presence) => (folder: string) => (folder === '/b' ? presence : 'there')

/** What becomes of a project, looked at on these days. */
function history(looks: readonly (readonly [day: number, presence: Presence])[]): string {
  let now = known
  for (const [days, presence] of looks) {
    const { state, forgotten } = muster(now, at(presence), start + days * day)
    if (forgotten.length > 0) return `forgotten on day ${days}`
    now = state
  }
  return now.away['/b'] === undefined ? 'there' : `away ${now.away['/b']}`.trim()
}

test.each<[string, readonly (readonly [number, Presence])[]]>([
  ['there', [[0, 'there']]],
  [`away ${iso(0)}`, [[0, 'gone']]],
  [
    `away ${iso(0)}`,
    [
      [0, 'gone'],
      [6.99, 'gone'],
    ],
  ],
  [
    'forgotten on day 7',
    [
      [0, 'gone'],
      [3, 'gone'],
      [7, 'gone'],
    ],
  ],
  [
    'forgotten on day 400',
    [
      [0, 'gone'],
      [400, 'gone'],
    ],
  ],
  [
    'there',
    [
      [0, 'gone'],
      [6, 'gone'],
      [8, 'there'],
    ],
  ],
  [
    `away ${iso(9)}`,
    [
      [0, 'gone'],
      [6, 'gone'],
      [8, 'there'],
      [9, 'gone'],
    ],
  ],
  [
    'away',
    [
      [0, 'unseen'],
      [4_000, 'unseen'],
    ],
  ],
  [
    `away ${iso(9)}`,
    [
      [0, 'gone'],
      [5, 'unseen'],
      [9, 'gone'],
    ],
  ],
  [
    `away ${iso(20)}`,
    [
      [0, 'unseen'],
      [20, 'gone'],
    ],
  ],
  // A clock that was a year ahead.
  [
    `away ${iso(0)}`,
    [
      [365, 'gone'],
      [0, 'gone'],
    ],
  ],
  [
    'forgotten on day 7',
    [
      [365, 'gone'],
      [0, 'gone'],
      [7, 'gone'],
    ],
  ],
])('%s after %j', (expected, looks) => {
  expect(history(looks)).toBe(expected)
})

test('who is away, and for how long', () => {
  const first = muster(known, at('gone'), start)
  expect(first).toEqual({
    state: { ...known, away: { '/b': iso(0) } },
    forgotten: [],
    away: [{ folder: '/b', presence: 'gone', daysLeft: 7 }],
  })
  expect(muster(first.state, at('gone'), start + 6.5 * day).away).toMatchObject([{ daysLeft: 1 }])
  expect(muster(known, at('unseen'), start)).toMatchObject({
    state: { ...known, away: { '/b': '' } },
    away: [{ folder: '/b', presence: 'unseen' }],
  })
})

test('nothing is changed where all are there', () => {
  expect(muster(known, () => 'there', start)).toEqual({ state: known, forgotten: [], away: [] })
  expect(muster(emptyState, () => 'gone', start)).toEqual({ state: emptyState, forgotten: [], away: [] })
})

test('what is forgotten is so everywhere, and leaves its Poetry', () => {
  const served = { sources: [record('prod')] }
  const before = {
    ...known,
    served: { '/b': served, '/c': served },
    away: { '/b': iso(0), '/c': iso(0), '/gone': iso(0) },
  }
  const { state: after, forgotten } = muster(before, (folder) => (folder === '/a' ? 'there' : 'gone'), start + 8 * day)
  expect(forgotten).toEqual(['/b', '/c'])
  expect(after).toEqual({
    ...emptyState,
    projects: { '/a': known.projects['/a'] },
    leaving: { '/b': known.projects['/b']?.poetry },
  })
})

test.each<[Presence, string | undefined, boolean]>([
  ['there', iso(0), false],
  ['unseen', iso(0), false],
  ['gone', undefined, false],
  ['gone', '', false],
  ['gone', iso(1), false],
  ['gone', iso(0), true],
])('%s, since %s: no project any more is %s', (presence, since, expected) => {
  const away = since === undefined ? {} : { '/b': since }
  expect(isNoMore({ ...known, away }, '/b', presence, start + 7 * day)).toBe(expected)
})

describe('a run is useful', () => {
  const due = (renewAt: number, away: Record<string, string> = {}) =>
    dueAt({ ...known, projects: { '/b': { ...project(), renewAt } }, away }, '/b', 10_000)
  test('when its token is due', () => {
    expect([due(0), due(9_000), due(90_000)]).toEqual([0, 9_000, 90_000])
  })
  test('not at once where nothing can be done', () => {
    expect([due(0, { '/b': '' }), due(9_000, { '/b': iso(0) }), due(90_000, { '/b': '' })]).toEqual([
      11_800, 11_800, 90_000,
    ])
  })
})
