import type { Context } from '../context.ts'
import { CaSyncError } from '../core/words/errors.ts'

/** Off unless the user switched it on. A config that cannot be read has failed the run already. */
async function isWanted(context: Context): Promise<boolean> {
  try {
    return (await context.userConfig()).notify
  } catch (error) {
    if (error instanceof CaSyncError) return false
    throw error
  }
}

/**
 * One notification for each failure that came with a run which nobody watches, and that only a person can mend. That it cannot
 * be shown is no failure.
 */
export async function tellDesktop(context: Context, news: readonly string[], verbose: boolean): Promise<void> {
  if (news.length === 0 || !(await isWanted(context))) return
  const failures = await Promise.all(news.map((text) => context.notify(text)))
  const reason = failures.find((failure) => failure !== undefined)
  if (reason !== undefined && verbose) context.host.stderr(`The desktop notification could not be shown: ${reason}\n`)
}
