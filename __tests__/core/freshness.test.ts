import { expect, test } from '@jest/globals'
import { isFresh, isLive, renewAt } from '../../src/core/freshness.ts'

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

test('what says no time is neither fresh nor alive', () => {
  const life = { issuedAt: 'x', expiresAt: 'y' }
  expect([isFresh(life, { percent: 50 }, 0), isLive(life, 0)]).toEqual([false, false])
})
