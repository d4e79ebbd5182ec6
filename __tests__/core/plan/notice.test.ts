import { describe, expect, test } from '@jest/globals'
import { countFailure, type Failure } from '../../../src/core/memory/failure.ts'
import type { State } from '../../../src/core/memory/state.ts'
import { newsOf, noticeOf } from '../../../src/core/plan/notice.ts'
import { tokenKey } from '../../../src/core/plan/target.ts'
import { CaSyncError, type ErrorCode } from '../../../src/core/words/errors.ts'
import { as, life, project, record, state } from '../facts.ts'

/** The token lives until 1100 s. */
const tokens = { [tokenKey(record('dev'), as('alice'))]: life }
const from = (code: ErrorCode, message: string, before?: Failure, now = 0) =>
  countFailure(before, new CaSyncError(code, message, { hint: 'Run: aws sso login --profile alice\nor not' }), now, 0)
const expired = from('AWS_SSO_EXPIRED', 'The login has expired.')
const offline = from('AWS_UNREACHABLE', 'No network.', expired, 1_000)
const denied = from('AWS_ACCESS_DENIED', 'Not allowed.', expired, 2_000)

const having = (failures: Record<string, Failure | undefined>, more: Partial<State> = {}): State =>
  state({
    projects: Object.fromEntries(
      Object.entries(failures).map(([folder, failure]) => [
        folder,
        { ...project(record('dev')), ...(failure && { failure }) },
      ]),
    ),
    tokens,
    ...more,
  })

const login = 'Run: aws sso login --profile alice'

test.each([
  [-3_300_000, `0 /b: The login has expired; the CodeArtifact token is valid for 1 h 13 min. ${login}`],
  [1_040_000, `0 /b: The login has expired; the CodeArtifact token is valid for 1 min. ${login}`],
  [1_100_000, `0 /b: The login has expired; the CodeArtifact token has expired. ${login}`],
])('the notice at %i', (now, text) => {
  expect(noticeOf(having({ '/a': undefined, '/b': expired }), now)).toBe(text)
})

test('what an older version kept as it was said is shown safely', () => {
  const raw = { ...expired, message: 'Turned \u202e\u{e0041}\u001b[2J around', hint: 'Type: ca-sync exec -- poetry …' }
  expect(noticeOf(having({ '/b': raw }, { tokens: {} }), 0)).toBe(
    '0 /b: Turned \\u202e\\udb40\\udc41\\u001b[2J around. Type: ca-sync exec -- poetry ...',
  )
})

test('without a token', () => {
  expect(noticeOf(having({ '/b': expired }, { tokens: {} }), 0)).toBe(`0 /b: The login has expired. ${login}`)
})

test.each([
  ['no failure', undefined],
  ['one that passes', offline],
])('no notice of %s', (_, failure) => {
  expect(noticeOf(having({ '/a': failure }), 0)).toBeUndefined()
})

describe('news', () => {
  test.each<[string, Record<string, Failure | undefined>, Record<string, Failure | undefined>, RegExp[]]>([
    ['a login that expired', { '/a': undefined }, { '/a': expired }, [/^\/a: The login .* alice$/]],
    ['of two projects at once', {}, { '/a': expired, '/b': expired }, [/login/]],
    ['two of them', {}, { '/a': expired, '/b': denied }, [/login/, /allowed/]],
    ['none: the same again', { '/a': expired }, { '/a': from('AWS_SSO_EXPIRED', 'Other words.', expired, 9) }, []],
    ['none: another project with the same login', { '/a': expired }, { '/a': expired, '/b': expired }, []],
    ['none: it passes', {}, { '/a': offline }, []],
    ['none: back after it', { '/a': offline }, { '/a': from('AWS_SSO_EXPIRED', 'x', offline, 9) }, []],
    ['none: mended', { '/a': expired }, { '/a': undefined }, []],
    ['another one', { '/a': expired }, { '/a': denied }, [/allowed/]],
  ])('%s', (_, before, after, texts) => {
    const news = newsOf(having(before), having(after), 0)
    expect(news).toEqual(texts.map((text) => expect.stringMatching(text)))
  })
})
