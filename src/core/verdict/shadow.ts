import type { Shadow } from '../ports/poetry-files.ts'
import { CaSyncError, type ErrorCode } from '../words/errors.ts'

interface ShadowRules {
  /** What stands there, in a few words, where its kind does not say it. */
  readonly thing?: string
  readonly code?: ErrorCode
  /** It is about publishing alone. */
  readonly isOfPublishing?: true
  /** It hits every source alike. */
  readonly isShared?: true
  /** This shell lacks a variable, which its hint sets: what is asked for other shells does not meet it. */
  readonly isMissing?: true
}

const offRules = { code: 'KEYRING_DISABLED', isShared: true } as const

/** What is special about each kind of shadow. */
export const shadowRules: Readonly<Record<Shadow['kind'], ShadowRules>> = {
  password: { thing: 'a password' },
  username: { thing: 'another user name' },
  'pypi-token': { thing: 'a PyPI token' },
  'repository-url': { isOfPublishing: true },
  'repositories-hidden': { isOfPublishing: true, isShared: true },
  'keyring-disabled': { ...offRules, thing: 'keyring.enabled = false' },
  'keyring-backend': { ...offRules, thing: 'a backend that keeps nothing' },
  bus: { code: 'KEYRING_ABSENT', isShared: true, isMissing: true },
  netrc: { thing: 'an entry' },
}

export const stops = ({ kind }: Shadow): boolean => !shadowRules[kind].isOfPublishing

export const shadowError = ({ kind, message, hint, passing }: Shadow): CaSyncError =>
  new CaSyncError(shadowRules[kind].code ?? 'CREDENTIALS_SHADOWED', message, { hint, passing })

/** Poetry may not ask its keyring at all: a run refuses that before all else. */
export function keyringOff(shadows: readonly Shadow[]): CaSyncError | undefined {
  const off = shadows.find(({ kind }) => shadowRules[kind].code === 'KEYRING_DISABLED')
  return off && shadowError(off)
}

export function shadowCause({ kind, where, passing }: Shadow): string {
  const { isMissing, thing = kind } = shadowRules[kind]
  return passing ? `${where} is ${isMissing ? 'not ' : ''}set` : `${thing} in ${where}`
}
