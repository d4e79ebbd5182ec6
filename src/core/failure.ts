import type { CaSyncError, ErrorCode } from './errors.ts'

/** Why a project's last run failed. No secret is in it. */
export interface Failure {
  readonly code: ErrorCode
  readonly message: string
  readonly hint: string
  /** When this failure was first met: the same one again is no news. ISO 8601 UTC. */
  readonly since: string
  /** How often in a row. */
  readonly count: number
  /** When another try is useful, in epoch seconds. */
  readonly retryAt: number
}

const firstRetrySeconds = 60
const longestRetrySeconds = 1800
const spread = 0.2

// AWS or the network may be well again by itself. The others need a person, whose act (a login, an unlocked keyring) may start a run.
const passing: ReadonlySet<ErrorCode> = new Set(['AWS_UNREACHABLE', 'AWS_THROTTLED', 'AWS_FAILED'])

// The keyring opens when its user logs in to the desktop: no reason to speak up at the next prompt.
const silent: ReadonlySet<ErrorCode> = new Set([
  ...passing,
  'KEYRING_LOCKED',
  'KEYRING_SILENT',
  'KEYRING_ABSENT',
  'BUSY',
])

/** A failure stops unattended runs until its retry is due; trying again sooner would hammer AWS. */
export const isHeld = ({ failure }: { readonly failure?: Failure | undefined }, nowSeconds: number): boolean =>
  failure !== undefined && passing.has(failure.code) && nowSeconds < failure.retryAt

/** Only a person can mend it, and should hear of it. */
export const needsPerson = ({ code }: Failure): boolean => !silent.has(code)

export const isNews = (before: Failure | undefined, error: CaSyncError): boolean => before?.code !== error.code

/**
 * Counts a failure. The wait doubles from one minute to half an hour, and is at least what AWS asked for.
 * @param now - epoch milliseconds
 * @param random - from 0 to 1, so that many machines do not come back in step
 */
export function countFailure(before: Failure | undefined, error: CaSyncError, now: number, random: number): Failure {
  const { code, message, hint, retryAfterSeconds = 0 } = error
  const same = before !== undefined && !isNews(before, error)
  const count = same ? before.count + 1 : 1
  const wait = Math.min(longestRetrySeconds, firstRetrySeconds * 2 ** Math.min(count - 1, 10)) * (1 + spread * random)
  return {
    ...{ code, message, hint, count },
    since: same ? before.since : new Date(now).toISOString(),
    retryAt: Math.ceil(now / 1000 + Math.max(wait, retryAfterSeconds)),
  }
}
