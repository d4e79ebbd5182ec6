import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

export interface RunOptions {
  /** The whole environment of the program; `box.env` and what is to differ from it (undefined removes). */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd?: string
  readonly input?: string
  /** 60,000 unless said. */
  readonly timeoutMs?: number
}

export interface RunResult {
  /** null when a signal ended it; `SIGKILL` is also what the timeout sends. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end, or kills it and all that it started when the time is up. Throws when it cannot be started. */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
  const { env, cwd, input = '', timeoutMs = 60_000 } = options
  // A process group of its own, so that the kill reaches grandchildren too.
  const child = spawn(command, args, { env, cwd, detached: true })
  const timer = setTimeout(() => killGroup(child), timeoutMs)
  child.stdin.on('error', () => undefined) // a program may end without reading its input
  child.stdin.end(input)
  try {
    const [[code, signal], stdout, stderr] = await Promise.all([
      once(child, 'close'),
      text(child.stdout),
      text(child.stderr),
    ])
    return { code, signal, stdout, stderr }
  } finally {
    clearTimeout(timer)
  }
}

function killGroup({ pid, stdout, stderr }: ChildProcessWithoutNullStreams): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // The whole group has ended, and what left it holds the output open: nobody would ever close it.
    for (const stream of [stdout, stderr]) stream.destroy()
  }
}
