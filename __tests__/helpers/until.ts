import { setTimeout as sleep } from 'node:timers/promises'

interface Patience {
  /** 60,000 unless said. */
  readonly limitMs?: number
  /** Between two looks; 50 unless said. */
  readonly everyMs?: number
}

/**
 * Looks until there is something, and gives it: what is looked at moves, so a second look may see something else.
 * @throws where there is nothing in time, so that no test that has failed goes on looking beside the next ones
 */
export async function until<T>(
  look: () => T | Promise<T>,
  { limitMs = 60_000, everyMs = 50 }: Patience = {},
): Promise<Exclude<T, undefined | null | false>> {
  const deadline = performance.now() + limitMs
  for (;;) {
    const found = await look()
    if (found) return found as Exclude<T, undefined | null | false>
    if (performance.now() > deadline) throw new Error(`did not happen within ${limitMs / 1000} s: ${look}`)
    await sleep(everyMs)
  }
}
