import { execFile } from 'node:child_process'
import { busAddress } from '../core/bus.ts'
import type { Host } from '../core/host.ts'
import { isOwnSocket } from '../files/socket.ts'
import { notifier } from './command.ts'

const limitMs = 5_000

type Around = Pick<Host, 'env' | 'platform' | 'uid'>

/** The session's variables, with the bus where a job has none, and without AWS's keys, which are none of a desktop's business. */
function sessionEnvironment({ env, uid }: Around): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !/^(AWS|NODE)_/i.test(name))
  const bus = busAddress(env, uid, (path) => isOwnSocket(path, uid))
  return { ...Object.fromEntries(kept), ...(bus !== undefined && { DBUS_SESSION_BUS_ADDRESS: bus }) }
}

/**
 * Shows a desktop notification with what the system has. Ends within 5 s, and not before the program that shows it: a job's
 * leftovers are killed.
 * @returns why it could not be shown; undefined when it was
 */
export function notify(text: string, around: Around): Promise<string | undefined> {
  const { command, args, env } = notifier(text, around.platform, around.env)
  const options = {
    env: { ...sessionEnvironment(around), ...env },
    cwd: '/',
    timeout: limitMs,
    killSignal: 'SIGKILL',
    windowsHide: true,
  } as const
  return new Promise((resolve) => {
    try {
      execFile(command, args, options, (error, _, stderr) => resolve(error ? reason(error, stderr) : undefined))
    } catch (error) {
      resolve(String(error)) // a text with a zero byte, for one
    }
  })
}

const reason = (error: Error & { killed?: boolean }, stderr: string): string =>
  error.killed ? `no end within ${limitMs / 1000} s` : stderr.trim() || error.message
