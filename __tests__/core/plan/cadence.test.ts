import { expect, test } from '@jest/globals'
import { countFailure } from '../../../src/core/memory/failure.ts'
import { nextDue, nextUseful, retryDelay } from '../../../src/core/plan/cadence.ts'
import { tokenKeyOf } from '../../../src/core/plan/target.ts'
import { CaSyncError } from '../../../src/core/words/errors.ts'
import { project, record, state } from '../facts.ts'

/** A state in which one project uses a token of this life. */
const living = (seconds: number) =>
  state({
    projects: { '/p': project(record('dev')) },
    tokens: {
      [tokenKeyOf(record('dev'))]: {
        issuedAt: '2026-01-01T00:00:00Z',
        expiresAt: new Date(Date.parse('2026-01-01T00:00:00Z') + seconds * 1000).toISOString(),
      },
    },
  })

test.each([
  [43_200, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]],
  [900, [1, 2, 4, 8, 16, 32, 64, 90, 90]],
  [8, [1, 1, 1]],
])('a token of %d s: tries after %j s', (seconds, waits) => {
  const tries = waits.map((_, index) => retryDelay(index + 1, living(seconds), 0) / 1000)
  expect(tries).toEqual(waits)
})

test('with no token yet, five minutes are the most', () => {
  expect([1, 3, 50, 5000].map((failures) => retryDelay(failures, state({}), 0))).toEqual([1000, 4000, 300_000, 300_000])
})

test('many that fail in step do not come back in step', () => {
  expect([0, 0.5, 1].map((random) => retryDelay(11, living(900), random))).toEqual([90_000, 81_000, 72_000])
})

test('the first project that is due, or none', () => {
  const projects = { '/a': { ...project(), renewAt: 30 }, '/b': { ...project(), renewAt: 20 } }
  expect(nextDue(state({ projects }), 0)).toBe(20_000)
  expect(nextDue(state({}), 0)).toBe(Number.POSITIVE_INFINITY)
})

test.each([
  ['what is due first', [30], [20], 20],
  ['not before a retry', [30], [20, 40], 30],
  ['nothing', [], [], Number.POSITIVE_INFINITY],
])('useful next is %s', (_, [first], [renewAt = 0, retryAt], expected) => {
  const failure = countFailure(undefined, new CaSyncError('AWS_FAILED', '', { hint: '' }), 0, 0)
  const failed = retryAt === undefined ? {} : { failure: { ...failure, retryAt } }
  const projects =
    first === undefined ? {} : { '/a': { ...project(), renewAt: first }, '/b': { ...project(), renewAt, ...failed } }
  expect(nextUseful(state({ projects }), 0)).toBe(expected)
})

test('a project that is away is looked for again in half an hour', () => {
  const projects = { '/a': { ...project(), renewAt: 30 }, '/b': { ...project(), renewAt: 9_000 } }
  expect(nextDue(state({ projects, away: { '/a': '' } }), 100_000)).toBe(1_900_000)
  expect(nextDue(state({ projects, away: { '/a': '', '/b': '' } }), 100_000)).toBe(1_900_000)
})
