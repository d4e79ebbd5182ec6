/** GetAuthorizationToken calls a second that AWS takes of an account (its default quota). */
export const callsPerSecond = 40

/** A span of time, in epoch milliseconds. */
export interface Span {
  readonly from: number
  readonly to: number
}

export type Answer = 'token' | 'throttled' | 'failed'

export interface Second {
  readonly calls: number
  readonly throttled: number
}

/** AWS, as far as its quota goes: a bucket that a second fills, and no more in any second than goes into it. */
export interface Quota {
  ask(now: number): Answer
  /** By epoch second: what it took and what it threw back; calls in an outage reach nobody. */
  readonly seconds: ReadonlyMap<number, Second>
}

/** @param perSecond - how many calls it takes */
export function openQuota(outage: Span | undefined, perSecond = callsPerSecond): Quota {
  const seconds = new Map<number, Second>()
  let [left, filledAt] = [perSecond, 0]
  return {
    seconds,
    ask(now) {
      if (outage !== undefined && now >= outage.from && now < outage.to) return 'failed'
      left = Math.min(perSecond, left + ((now - filledAt) / 1000) * perSecond)
      filledAt = now
      const second = Math.floor(now / 1000)
      const { calls, throttled } = seconds.get(second) ?? { calls: 0, throttled: 0 }
      const isThrottled = left < 1 || calls - throttled >= perSecond
      if (!isThrottled) left -= 1
      seconds.set(second, { calls: calls + 1, throttled: throttled + Number(isThrottled) })
      return isThrottled ? 'throttled' : 'token'
    },
  }
}
