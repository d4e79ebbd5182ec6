import { CaSyncError } from '../core/words/errors.ts'
import type { Machine } from '../machine.ts'

type Parts = Pick<Machine, 'host' | 'clean' | 'userConfig'>

/** Off unless the user switched it on. A config that cannot be read has failed the run already. */
async function isWanted(machine: Pick<Machine, 'userConfig'>): Promise<boolean> {
  try {
    return (await machine.userConfig()).notify
  } catch (error) {
    if (error instanceof CaSyncError) return false
    throw error
  }
}

/**
 * One notification for each failure that came with a run which nobody watches, and that only a person can mend. That it cannot
 * be shown is no failure.
 */
export async function tellDesktop(machine: Parts, news: readonly string[], verbose: boolean): Promise<void> {
  if (news.length === 0 || !(await isWanted(machine))) return
  const { notify } = await import('../desktop/notify.ts')
  const failures = await Promise.all(news.map((text) => notify(machine.clean(text), machine.host)))
  const reason = failures.find((failure) => failure !== undefined)
  if (reason !== undefined && verbose) machine.host.stderr(`The desktop notification could not be shown: ${reason}\n`)
}
