import { spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import type { Box } from '../../scripts/testbed/box.ts'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { type RunResult, run } from '../../scripts/testbed/run.ts'

/** A machine within this one, with a real cron daemon or a real user's systemd, and the home of a box. Needs root, or sudo without a password. */
export interface Machine {
  /** Runs a program there, as this user, with this environment and no other. */
  run(command: string, args: readonly string[], call?: Call): Promise<RunResult>
  close(): Promise<void>
}

interface Call {
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly cwd?: string
  readonly input?: string
}

const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0]
/** Words before a command that needs root. */
export const asRoot = uid === 0 ? [] : ['sudo', '-n']

export async function openMachine(kind: 'cron' | 'systemd', { dir, env: boxEnv }: Box): Promise<Machine> {
  const [command = '', ...args] = [
    ...asRoot,
    ...['unshare', '--mount', '--propagation', 'unchanged', '--pid', '--fork', '--kill-child'],
    ...[checkout('__tests__/schedule/machine.sh'), kind, dir, String(uid), String(gid)],
  ]
  const machine = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(machine, 'exit')
  const [line] = await Promise.race([once(machine.stdout, 'data'), ended])
  const [, pid] = /^ready (\d+)\n/.exec(String(line)) ?? []
  if (pid === undefined) throw new Error(`the machine with ${kind} did not start: see the lines above`)

  return {
    run: (program, words, { env = boxEnv, cwd = '/', input } = {}) => {
      const enter = ['nsenter', '-t', pid, '-m', '-p', '-r', '-S', String(uid), '-G', String(gid), `--wd=${cwd}`]
      const variables = Object.entries(env).flatMap(([name, value]) =>
        value === undefined ? [] : [`${name}=${value}`],
      )
      const [first = '', ...rest] = [...asRoot, ...enter, 'env', '-i', ...variables, program, ...words]
      return run(first, rest, { env: { PATH: process.env['PATH'] }, ...(input !== undefined && { input }) })
    },
    close: async () => {
      machine.stdin.end()
      await ended
    },
  }
}
