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
  close(): void
}

export function openJudge(line: PoetryLine, env: Env): Judge {
  const child = spawn(poetry(line).python, [checkout('__tests__/e2e/judge.py')], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]()
  return {
    async poetry(words, cwd, its) {
      // What it judges takes no venv, and making one took half of its time.
      const given = { ...its, POETRY_VIRTUALENVS_CREATE: 'false' }
      child.stdin.write(`${JSON.stringify({ cwd, env: given, words })}\n`)
      const { value } = await answers.next()
      if (value === undefined) throw new Error('Poetry has gone')
      return JSON.parse(value)
    },
    close: () => child.stdin.end(),
  }
}
