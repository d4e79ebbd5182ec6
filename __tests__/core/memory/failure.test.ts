import { describe, expect, test } from '@jest/globals'
import { countFailure, type Failure, isHeld, isNews, needsPerson } from '../../../src/core/memory/failure.ts'
import { CaSyncError, type ErrorCode } from '../../../src/core/words/errors.ts'

const minute = 60_000
const error = (code: ErrorCode, retryAfter?: number) =>
  new CaSyncError(code, `${code}.`, { hint: 'hint', retryAfterSeconds: retryAfter })

/** Failures in a row, one a minute from 1970 on. */
const after = (...codes: ErrorCode[]): Failure | undefined =>
  codes.reduce<Failure | undefined>(
    (before, code, index) => countFailure(before, error(code), index * minute, 0),
    undefined,
  )
const at = (minutes: number) => new Date(minutes * minute).toISOString()

test.each<[ErrorCode[], number, number]>([
  [['AWS_FAILED'], 0, 1],
  [['AWS_FAILED', 'AWS_FAILED'], 0, 2],
  [['AWS_FAILED', 'AWS_FAILED', 'AWS_THROTTLED'], 2, 1],
  [['AWS_SSO_EXPIRED', 'AWS_SSO_EXPIRED', 'AWS_SSO_EXPIRED'], 0, 3],
  [['AWS_SSO_EXPIRED', 'AWS_UNREACHABLE'], 1, 1],
  [['AWS_SSO_EXPIRED', 'AWS_UNREACHABLE', 'AWS_SSO_EXPIRED'], 0, 1],
  [['AWS_SSO_EXPIRED', 'AWS_UNREACHABLE', 'KEYRING_LOCKED', 'AWS_SSO_EXPIRED'], 0, 1],
  [['AWS_SSO_EXPIRED', 'AWS_ACCESS_DENIED', 'AWS_SSO_EXPIRED'], 2, 1],
])('%j: since minute %i, %i in a row', (codes, since, count) => {
  expect(after(...codes)).toMatchObject({ since: at(since), count })
})

test.each<[ErrorCode[], ErrorCode, boolean]>([
  [[], 'AWS_SSO_EXPIRED', true],
  [['AWS_SSO_EXPIRED'], 'AWS_SSO_EXPIRED', false],
  [['AWS_SSO_EXPIRED'], 'AWS_UNREACHABLE', true],
  [['AWS_SSO_EXPIRED', 'AWS_UNREACHABLE'], 'AWS_SSO_EXPIRED', false],
  [['AWS_SSO_EXPIRED', 'AWS_ACCESS_DENIED'], 'AWS_SSO_EXPIRED', true],
])('after %j, %s is news: %s', (codes, code, news) => {
  expect(isNews(after(...codes), error(code))).toBe(news)
})

describe('the next try', () => {
  const waits = (count: number, random: number, retryAfter?: number) => {
    let failure: Failure | undefined
    for (let i = 0; i < count; i += 1) failure = countFailure(failure, error('AWS_FAILED', retryAfter), 0, random)
    return failure?.retryAt
  }
  test.each([
    ['a minute', 1, 0, undefined, 60],
    ['twice as long', 2, 0, undefined, 120],
    ['24 minutes at most', 30, 0, undefined, 1440],
    ['less than half an hour in any case', 30, 1, undefined, 1728],
    ['spread', 1, 1, undefined, 72],
    ['as long as AWS asks', 1, 0, 500, 500],
    ['no less than its own wait', 4, 0, 10, 480],
  ])('%s', (_, count, random, retryAfter, seconds) => {
    expect(waits(count, random, retryAfter)).toBe(seconds)
  })
})

test('a failure of tomorrow holds nothing back: the clock has been set back', () => {
  const failure = countFailure(undefined, error('AWS_FAILED', 3_600), 86_400_000, 0)
  expect([isHeld({ failure }, 86_400), isHeld({ failure }, 0)]).toEqual([true, false])
})

test.each<[ErrorCode, boolean, boolean]>([
  ['AWS_UNREACHABLE', true, false],
  ['AWS_THROTTLED', true, false],
  ['KEYRING_LOCKED', false, false],
  ['AWS_SSO_EXPIRED', false, true],
  ['PYPROJECT_INVALID', false, true],
])('%s holds jobs back: %s, is for a person: %s', (code, held, person) => {
  const failure = countFailure(undefined, error(code), 0, 0)
  expect([isHeld({ failure }, 59), isHeld({ failure }, 60), needsPerson(failure)]).toEqual([held, false, person])
})
