import { run } from './testbed/run.ts'

interface Cost {
  /** User and system time of the program and all that it waited for, in milliseconds. */
  readonly cpuMs: number
  readonly wallMs: number
}

// bash reads the children's times from the kernel, to the millisecond; Node cannot.
const script = 'TIMEFORMAT="%3R %3U %3S"; time "$@" >/dev/null 2>&1'

/** Runs a program to its end and says what it cost. Throws when it fails. */
export async function cost(
  words: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<Cost> {
  const { code, stderr } = await run('bash', ['-c', script, 'bash', ...words], { cwd, env })
  if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}`)
  const [wall = 0, user = 0, system = 0] = stderr.trim().split(' ').map(Number)
  return { cpuMs: Math.round((user + system) * 1000), wallMs: Math.round(wall * 1000) }
}
