import type { Around } from '../programs/environment.ts'
import { runHelper } from '../programs/start.ts'
import { notifier } from './command.ts'

const limitMs = 5_000

/**
 * Shows a desktop notification with what the system has. Ends within 5 s, and not before the program that shows it: a job's
 * leftovers are killed.
 * @returns why it could not be shown; undefined when it was
 */
export async function notify(text: string, around: Around): Promise<string | undefined> {
  const { command, args, env: variables } = notifier(text, around.platform, around.env)
  const { code, stderr, isLate } = await runHelper([command, ...args], around, { limitMs, variables })
  if (code === 0) return undefined
  if (isLate) return `no end within ${limitMs / 1000} s`
  return (
    stderr.trim() || (code === undefined ? `there is no program ${command}` : `${command} failed (exit code ${code})`)
  )
}
