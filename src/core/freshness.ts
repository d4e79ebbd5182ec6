import type { RefreshBefore } from './duration.ts'

/** The part of a token that says how long it lives. Times are ISO 8601 UTC. */
export interface Lifetime {
  readonly issuedAt: string
  readonly expiresAt: string
}

// A refresh-before longer than the token's whole life would mint one at every run.
const latestShare = 0.9

/** When a token should be renewed, in epoch seconds. */
export function renewAt({ issuedAt, expiresAt }: Lifetime, before: RefreshBefore): number {
  const end = Date.parse(expiresAt) / 1000
  const life = Math.max(0, end - Date.parse(issuedAt) / 1000)
  const wanted = 'percent' in before ? (life * before.percent) / 100 : before.seconds
  return Math.floor(end - Math.min(wanted, life * latestShare))
}

/** Enough of the token's life is left that nothing needs doing. `now` is in epoch milliseconds. */
export const isFresh = (life: Lifetime, before: RefreshBefore, now: number): boolean =>
  now / 1000 < renewAt(life, before)

/** `now` is in epoch milliseconds. */
export const isLive = ({ expiresAt }: Pick<Lifetime, 'expiresAt'>, now: number): boolean => now < Date.parse(expiresAt)
