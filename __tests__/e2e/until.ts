import { setTimeout as sleep } from 'node:timers/promises'

/** Waits until something holds. Throws when it does not within `limitMs`. */
export async function until(holds: () => boolean | Promise<boolean>, limitMs = 60_000): Promise<void> {
  const deadline = Date.now() + limitMs
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`did not happen within ${limitMs / 1000} s: ${holds}`)
    await sleep(100)
  }
}
