import type { RefreshBefore } from '../words/duration.ts'

/** The part of a token that says how long it lives. Times are ISO 8601 UTC. */
export interface Lifetime {
  readonly issuedAt: string
  readonly expiresAt: string
  /** From 0 to 1, drawn when it was issued: a fleet that starts in step does not renew in step. */
  readonly spread?: number
  /** When the AWS login that it was asked for with ends, where that is known. */
  readonly loginEndsAt?: string
}

// A refresh-before longer than the token's whole life would mint one at every run.
const latestShare = 0.9
const spreadShare = 0.02
// A job looks every half hour: two looks before the login ends must find it due, since one may fail.
const lastChanceSeconds = 3600
// A login that was about to end when the token was issued: renewing soon after would gain nothing.
const leastGainSeconds = 3600

/** Where nothing is to be renewed, in epoch seconds. Shells read at most 12 digits. */
export const never = 99_999_999_999

// For clocks that differ.
const toleranceSeconds = 300

/** AWS lets no token live for more than 12 hours (GetAuthorizationToken, durationSeconds): what says so comes of a clock that was wrong, or of a damaged record. */
export const longestLifeSeconds = 43_200 + toleranceSeconds

/** What was done in the future tells that the clock has been set back since. `now` is in epoch milliseconds. */
export const isFromFuture = (iso: string | undefined, now: number): boolean =>
  iso !== undefined && Date.parse(iso) > now + toleranceSeconds * 1000

const inSeconds = (iso: string): number => Date.parse(iso) / 1000

/** When a token should be renewed, in epoch seconds: while the login is still good, since the new token outlives it. */
export function renewAt({ issuedAt, expiresAt, spread = 0, loginEndsAt }: Lifetime, before: RefreshBefore): number {
  const [start, end] = [inSeconds(issuedAt), inSeconds(expiresAt)]
  const life = Math.max(0, end - start)
  const wanted = 'percent' in before ? (life * before.percent) / 100 : before.seconds
  const due = end - Math.min(wanted + life * spreadShare * spread, life * latestShare)
  const lastChance = loginEndsAt === undefined ? Number.POSITIVE_INFINITY : inSeconds(loginEndsAt) - lastChanceSeconds
  return Math.floor(lastChance >= start + leastGainSeconds ? Math.min(due, lastChance) : due)
}

/** Enough of the token's life is left that nothing needs doing. `now` is in epoch milliseconds. */
export const isFresh = (life: Lifetime, before: RefreshBefore, now: number): boolean =>
  now / 1000 < renewAt(life, before) && !isFromFuture(life.issuedAt, now)

/** `now` is in epoch milliseconds. */
export const isLive = ({ expiresAt }: Pick<Lifetime, 'expiresAt'>, now: number): boolean => now < Date.parse(expiresAt)
