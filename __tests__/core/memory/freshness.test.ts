import { describe, expect, test } from '@jest/globals'
import { isFresh, isLive, renewAt } from '../../../src/core/memory/freshness.ts'

const at = (seconds: number) => new Date(seconds * 1000).toISOString()
/** A token that was issued at 1000 s. */
const living = (seconds: number) => ({ issuedAt: at(1_000), expiresAt: at(1_000 + seconds) })

test.each([
  ['half of its life', 100, { percent: 50 }, 1_050],
  ['a tenth', 100, { percent: 10 }, 1_090],
  ['a time', 100, { seconds: 30 }, 1_070],
  ['never before a tenth of its life has gone, by share', 100, { percent: 99 }, 1_010],
  ['nor by time', 100, { seconds: 1_000_000 }, 1_010],
  ['whole seconds', 3, { percent: 50 }, 1_001],
  ['a token that was dead when it came', -50, { percent: 50 }, 950],
])('renews at: %s', (_, life, before, expected) => {
  expect(renewAt(living(life), before)).toBe(expected)
})

test.each([
  [1_000_000, true],
  [1_049_999, true],
  [1_050_000, false],
  [1_200_000, false],
])('at %i ms fresh: %s', (now, fresh) => {
  expect(isFresh(living(100), { percent: 50 }, now)).toBe(fresh)
})

test.each([
  [1_099_999, true],
  [1_100_000, false],
])('at %i ms alive: %s', (now, live) => {
  expect(isLive(living(100), now)).toBe(live)
})

const day = 86_400
test('a token that was issued tomorrow is not fresh: the clock has been set back', () => {
  const life = { issuedAt: at(day), expiresAt: at(day + 43_200) }
  expect([day + 60, 60].map((now) => isFresh(life, { percent: 50 }, now * 1_000))).toEqual([true, false])
})

test('what says no time is neither fresh nor alive', () => {
  const life = { issuedAt: 'x', expiresAt: 'y' }
  expect([isFresh(life, { percent: 50 }, 0), isLive(life, 0)]).toEqual([false, false])
})

describe('spread', () => {
  test.each([
    ['at most 2 % of its life earlier', 10_000, { percent: 50 }, 1, 5_800],
    ['half of that', 10_000, { percent: 50 }, 0.5, 5_900],
    ['none', 10_000, { percent: 50 }, 0, 6_000],
    ['of its life, for a time too', 10_000, { seconds: 1_000 }, 1, 9_800],
    ['never before a tenth of its life has gone', 10_000, { percent: 99 }, 1, 2_000],
  ])('%s', (_, seconds, before, spread, expected) => {
    expect(renewAt({ ...living(seconds), spread }, before)).toBe(expected)
  })
})

describe('the last chance before a login ends', () => {
  const hours = (count: number) => count * 3_600
  const half = { percent: 50 }
  test.each([
    ['an hour before it', hours(4), half, hours(3)],
    ['not after the token is due anyway', hours(9), half, hours(6)],
    ['once it would gain an hour', hours(2), half, hours(1)],
    ['not when it was about to end as the token was issued', hours(2) - 1, half, hours(6)],
    ['not when it had ended', -hours(1), half, hours(6)],
    ['for a late renewal, too', hours(8), { percent: 10 }, hours(7)],
  ])('%s', (_, loginSeconds, before, expected) => {
    const life = { ...living(hours(12)), loginEndsAt: at(1_000 + loginSeconds) }
    expect(renewAt(life, before)).toBe(1_000 + expected)
  })
})
