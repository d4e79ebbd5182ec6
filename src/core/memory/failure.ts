import type { CaSyncError, ErrorCode } from '../words/errors.ts'
import { present } from '../words/present.ts'
import type { Shaped } from './shape.ts'
import type { failure } from './tables.ts'

/** Why a project's last run failed. No secret is in it. */
export type Failure = Shaped<typeof failure>

const firstRetrySeconds = 60
// Less than the half hour of a job, spread and all: it would miss every other look.
const longestRetrySeconds = 1440
/** The share of a wait that is left to chance, so that many machines do not come back in step. */
export const spread = 0.2
/** The most that a token of 12 hours bears without a try. What is further off comes of a clock that has been set back since. */
export const longestWaitSeconds = 3600

// AWS or the network may be well again by itself. The others need a person, whose act (a login, an unlocked keyring) may start a run.
const passing: ReadonlySet<ErrorCode> = new Set(['AWS_UNREACHABLE', 'AWS_THROTTLED', 'AWS_FAILED'])

// The keyring opens when its user logs in to the desktop: no reason to speak up at the next prompt.
const quietCodes = new Set<ErrorCode>([...passing, 'KEYRING_LOCKED', 'KEYRING_SILENT', 'KEYRING_ABSENT', 'BUSY'])

/** A failure stops unattended runs until its retry is due; trying again sooner would hammer AWS. */
export const isHeld = ({ failure }: { readonly failure?: Failure | undefined }, nowSeconds: number): boolean =>
  failure !== undefined &&
  passing.has(failure.code) &&
  nowSeconds < failure.retryAt &&
  Math.floor(failure.retryAt - nowSeconds) <= longestWaitSeconds

/** Only a person can mend it, and should hear of it. */
export const needsPerson = ({ code }: Failure): boolean => !quietCodes.has(code)

/** The failure of this code that was met before and has not been mended since. */
const known = (before: Failure | undefined, code: ErrorCode): Failure['behind'] =>
  [before, before?.behind].find((one) => one?.code === code)

export const isNews = (before: Failure | undefined, { code }: Pick<CaSyncError, 'code'>): boolean =>
  known(before, code) === undefined

/**
 * Counts a failure. The wait doubles from one minute to 24, and is at least what AWS asked for.
 * @param now - epoch milliseconds
 * @param random - from 0 to 1, so that many machines do not come back in step
 */
export function countFailure(before: Failure | undefined, error: CaSyncError, now: number, random: number): Failure {
  const { code, message, hint, retryAfterSeconds = 0 } = error
  const count = before?.code === code ? before.count + 1 : 1
  const wait = Math.min(longestRetrySeconds, firstRetrySeconds * 2 ** Math.min(count - 1, 10)) * (1 + spread * random)
  const behind = quietCodes.has(code) ? waiting(before) : undefined
  return present({
    code,
    message,
    hint,
    count,
    since: known(before, code)?.since ?? new Date(now).toISOString(),
    behind,
    retryAt: Math.ceil(now / 1000 + Math.max(wait, retryAfterSeconds)),
  })
}

function waiting(before: Failure | undefined): Failure['behind'] {
  if (before === undefined || !needsPerson(before)) return before?.behind
  const { code, message, since } = before
  return { code, message, since }
}
