import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { type RunResult, run } from '../../scripts/testbed/run.ts'
import type { Stage } from './stage.ts'

interface Traced extends RunResult {
  /** Every program that was started, with its arguments and environment: one line each, the first one is ca-sync itself. */
  readonly starts: readonly string[]
  /** Everything that was written by any of them, with what it was written to, and whatever else was asked for. */
  readonly writes: readonly string[]
}

/** Runs `ca-sync` under strace, with all that it starts. @param more - system calls that are told of, too */
export async function trace({ env, project }: Stage, words: readonly string[], more = ''): Promise<Traced> {
  const dir = await mkdtemp(join(tmpdir(), 'ca-sync-trace-'))
  try {
    const file = join(dir, 'calls')
    const calls = `trace=execve,execveat,write,writev,pwrite64,pwritev,sendto,sendmsg${more}`
    const options = ['-f', '-y', '-v', '-s', '100000', '-e', calls, '-e', 'signal=none', '-o', file]
    const result = await run('strace', [...options, process.execPath, checkout('dist/main.cjs'), ...words], {
      env,
      cwd: project,
    })
    const lines = (await readFile(file, 'latin1')).split('\n')
    const isStart = (line: string): boolean => /^\d+ +execve/.test(line)
    return { ...result, starts: lines.filter(isStart), writes: lines.filter((line) => !isStart(line)) }
  } finally {
    await rm(dir, { recursive: true })
  }
}
