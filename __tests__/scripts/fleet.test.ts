import { expect, test } from '@jest/globals'
import { simulateFleet, simulatePipeline } from '../../scripts/simulation/fleet.ts'
import { schedulerKinds } from '../../src/core/ports/schedule.ts'

// A tenth of the fleet against half of the quota: who comes at once by chance does not become fewer in step.
const small = { machines: 1_000, days: 1, perSecond: 20 }
const seed = 'small'

test('a day, the morning at nine included: not one call is throttled', () => {
  const day = simulateFleet(small, seed)
  expect(day.calls).toBeGreaterThan(3_000)
  expect(day).toMatchObject({ throttled: 0 })
  expect(simulateFleet(small, seed)).toEqual(day)
})

test.each(schedulerKinds)('jobs of %s alone do not call in step', (scheduler) => {
  const only = { habit: { job: true }, scheduler } as const
  expect(simulateFleet({ ...small, only }, seed)).toMatchObject({ throttled: 0 })
})

test.each([
  ['morning', 8.5],
  ['afternoon', 14.5],
])('an hour without AWS in the %s: no stampede after it, and all are served within the next', (_, from) => {
  const found = simulateFleet({ ...small, outage: { day: 0, from, to: from + 1 } }, seed)
  expect(found).toMatchObject({ throttled: 0 })
  expect(found.recoveredAfter).toBeLessThanOrEqual(60)
})

test('machines that all begin in one second are thrown back: the simulation does tell', () => {
  const only = { habit: { job: true }, scheduler: 'windows', minute: 7, second: 0 } as const
  expect(simulateFleet({ ...small, only }, seed).throttled).toBeGreaterThan(100)
  expect(simulatePipeline({ jobs: 1_000, domains: 2, within: 10 }, seed).failed).toBeGreaterThan(100)
})
