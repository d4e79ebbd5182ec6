import { poetry } from '../testbed/poetry.ts'
import { run } from '../testbed/run.ts'
import script from './cost.py'

export interface Cost {
  /** User and system time of the program and all that it waited for, in milliseconds. */
  readonly cpuMs: number
  readonly wallMs: number
  /** Memory of the largest process among these, at its peak. */
  readonly peakMiB: number
}

/** What is run. */
export interface Command {
  readonly words: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

/** Runs a program to its end and says what it cost: the kernel counts, which Node cannot ask. Throws when it fails. */
export async function cost({ words, cwd, env }: Command): Promise<Cost> {
  // -I: the measured program's variables are none of the measuring one's.
  const { stdout, stderr } = await run(poetry('2.5').python, ['-I', '-S', '-c', script, ...words], {
    ...{ cwd, env, timeoutMs: 300_000 },
  })
  const { code, ...found } = JSON.parse(stdout || '{}')
  if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}: ${stderr}`)
  return found
}
