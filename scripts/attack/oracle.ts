import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { checkout } from '../testbed/checkout.ts'
import { poetry } from '../testbed/poetry.ts'

/** The real Poetry and the real keyring, asked without any code of ca-sync. */
export interface Oracle {
  /** User name and password that Poetry would use for a repository name, by name; null where it knows none of that name. */
  credentials(
    names: readonly string[],
  ): Promise<Readonly<Record<string, readonly [string | null, string | null] | null>>>
  /** The services of all of the keyring's items. */
  services(): Promise<readonly string[]>
  close(): void
}

export function openOracle(env: Readonly<Record<string, string>>): Oracle {
  const child = spawn(poetry('2.5').python, [checkout('scripts/attack/oracle.py')], {
    // Not a process of the box, where nothing may be left running.
    env: { ...env, HOME: '/' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const ask = async (request: object) => {
    child.stdin.write(`${JSON.stringify(request)}\n`)
    const { value, done } = await lines.next()
    if (done) throw new Error('the oracle has ended')
    return JSON.parse(value)
  }
  return {
    credentials: (names) => ask({ names }),
    services: () => ask({}),
    close: () => child.kill('SIGKILL'),
  }
}
