import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { type PoetryLine, poetry } from '../../scripts/testbed/poetry.ts'

type Env = Readonly<Record<string, string | undefined>>

/** What Poetry did. */
interface Sentence {
  readonly code: number
  readonly said: string
}

/** Poetry, started once: a command takes a fifth of a second. */
export interface Judge {
  poetry(words: readonly string[], cwd: string, env: Env): Promise<Sentence>
  /** Removes every item; a tenth of what a `ca-sync logout` costs. */
  emptyKeyring(): Promise<unknown>
  close(): void
}

export function openJudge(line: PoetryLine, env: Env): Judge {
  const child = spawn(poetry(line).python, [checkout('__tests__/e2e/judge.py')], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]()
  async function ask(question: object) {
    child.stdin.write(`${JSON.stringify(question)}\n`)
    const { value } = await answers.next()
    if (value === undefined) throw new Error('Poetry has gone')
    return JSON.parse(value)
  }
  return {
    // What it judges takes no venv, and making one took half of its time.
    poetry: (words, cwd, its) => ask({ cwd, env: { ...its, POETRY_VIRTUALENVS_CREATE: 'false' }, words }),
    emptyKeyring: () => ask({}),
    close: () => child.stdin.end(),
  }
}
