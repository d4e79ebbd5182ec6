import { isFresh, isLive, renewAt } from '../../../src/core/memory/freshness.ts'
import { nextRun } from '../../../src/core/ports/schedule.ts'
import type { RefreshBefore } from '../../../src/core/words/duration.ts'
import { fc } from '../../helpers/property.ts'

const start = Date.parse('2026-01-01T00:00:00Z')
const iso = (seconds: number): string => new Date(start + seconds * 1000).toISOString()
const lives = fc
  .record(
    {
      life: fc.integer({ min: 1, max: 43_200 }),
      spread: fc.double({ min: 0, max: 1, noNaN: true }),
      login: fc.integer({ min: -3_600, max: 90_000 }),
    },
    { requiredKeys: ['life'] },
  )
  .map(({ life, spread, login }) => ({
    ...{ life, issuedAt: iso(0), expiresAt: iso(life) },
    ...(spread !== undefined && { spread }),
    ...(login !== undefined && { loginEndsAt: iso(login) }),
  }))
const befores: fc.Arbitrary<RefreshBefore> = fc.oneof(
  fc.integer({ min: 1, max: 99 }).map((percent) => ({ percent })),
  fc.integer({ min: 1, max: 99_999 }).map((seconds) => ({ seconds })),
)

test('a token is renewed within its life: never at once, for then each run would, and never too late', () => {
  fc.assert(
    fc.property(lives, befores, (token, before) => {
      const at = renewAt(token, before)
      const end = start / 1000 + token.life
      expect(at).toBeLessThanOrEqual(end)
      if (token.life >= 900) expect(at).toBeGreaterThan(start / 1000)
      expect(isFresh(token, before, at * 1000 - 1)).toBe(true)
      expect(isFresh(token, before, at * 1000)).toBe(false)
      if (isFresh(token, before, (end - 1) * 1000)) expect(isLive(token, (end - 1) * 1000)).toBe(true)
    }),
  )
})

test('a job runs next within half an hour, at its minute', () => {
  fc.assert(
    fc.property(fc.nat(29), fc.integer({ min: 0, max: 4e12 }), (minute, now) => {
      const next = nextRun(minute, now)
      expect(next).toBeGreaterThan(now)
      expect(next - now).toBeLessThanOrEqual(1_800_000)
      expect(new Date(next).getMinutes() % 30).toBe(minute)
    }),
  )
})
