import { expect, test } from '@jest/globals'
import type { Shadow } from '../../../src/core/ports/poetry-files.ts'
import { shadowCause, shadowError, shadowRules, stops } from '../../../src/core/verdict/shadow.ts'

const shadow = (kind: Shadow['kind'], passing: boolean): Shadow => ({
  kind,
  where: passing ? 'X' : '/f',
  passing,
  message: 'm.',
  hint: 'h.',
})

test.each<[Shadow['kind'], boolean, string, string, boolean]>([
  ['password', false, 'CREDENTIALS_SHADOWED', 'a password in /f', true],
  ['password', true, 'CREDENTIALS_SHADOWED', 'X is set', true],
  ['pypi-token', false, 'CREDENTIALS_SHADOWED', 'a PyPI token in /f', true],
  ['repository-url', false, 'CREDENTIALS_SHADOWED', 'repository-url in /f', false],
  ['repositories-hidden', true, 'CREDENTIALS_SHADOWED', 'X is set', false],
  ['keyring-disabled', true, 'KEYRING_DISABLED', 'X is set', true],
  ['keyring-backend', false, 'KEYRING_DISABLED', 'a backend that keeps nothing in /f', true],
  ['bus', true, 'KEYRING_ABSENT', 'X is not set', true],
  ['netrc', false, 'CREDENTIALS_SHADOWED', 'an entry in /f', true],
])('%s, passing: %s', (kind, passing, code, cause, isStopping) => {
  const one = shadow(kind, passing)
  expect(shadowError(one)).toMatchObject({ code, message: 'm.', hint: 'h.', passing })
  expect({ cause: shadowCause(one), stops: stops(one) }).toEqual({ cause, stops: isStopping })
})

test('what is about a keyring, or all repositories, hits every source; only what a shell lacks is its own', () => {
  const having = (key: 'isShared' | 'isMissing') =>
    Object.entries(shadowRules).flatMap(([kind, rules]) => (rules[key] ? [kind] : []))
  expect(having('isShared')).toEqual(['repositories-hidden', 'keyring-disabled', 'keyring-backend', 'bus'])
  expect(having('isMissing')).toEqual(['bus'])
})
