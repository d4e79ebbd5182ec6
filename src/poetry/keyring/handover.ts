import type {
  HandoverResult,
  HandoverSession,
  Inspection,
  Installation,
  Probe,
} from '../../core/ports/poetry-python.ts'
import type { CaSyncError } from '../../core/words/errors.ts'
import { type Problem, problemError } from './problems.ts'
import { Talk, type TalkOptions } from './talk.ts'

/** Starts Poetry's Python, which at once looks at its keyring: `probe` gives what it found. */
export function openHandover(options: TalkOptions): HandoverSession {
  const talk = new Talk(options)
  const ask = () => {
    talk.renew()
    return talk.ask({ do: 'probe' }) as Promise<Probe & { limit: number | null }>
  }
  let probing = ask()
  probing.catch(() => {}) // a session that is closed before it was asked is nobody's error
  return {
    probe: async () => {
      const { limit, ...probe } = await probing
      return limit === null ? probe : { ...probe, limit }
    },
    apply: async (request) => {
      await probing
      const passwords = request.write.map(({ password }) => password)
      const checks = await talk.ask({ do: 'apply', ...request }, passwords)
      return toResult(checks as readonly Checked[], options.python)
    },
    remove: async (entries) => {
      await probing
      const checks = await talk.ask({ do: 'remove', remove: entries })
      return toResult(checks as readonly Checked[], options.python).failed
    },
    again() {
      probing = probing.then(ask, ask)
      probing.catch(() => {})
    },
    close: () => talk.close(),
  }
}

interface Checked {
  readonly name: string
  readonly problem: Problem | null
}

/** A name is ready when all of its look-ups gave the token back. */
function toResult(checks: readonly Checked[], python: string): HandoverResult {
  const failed = new Map<string, CaSyncError>()
  for (const { name, problem } of checks) if (problem) failed.set(name, problemError(problem, python))
  return { ready: checks.flatMap(({ name, problem }) => (problem ? [] : [name])), failed }
}

/** Starts Poetry's Python to look at what Poetry will find; nothing is written. */
export function openInspection(options: TalkOptions): Inspection {
  const talk = new Talk(options)
  return {
    describe: () => talk.ask({ do: 'describe' }) as Promise<Installation>,
    probe: () => talk.ask({ do: 'probe' }) as Promise<Probe>,
    look: (request) => {
      const passwords = [...request.looks, ...request.indexes].flatMap(({ password }) => password ?? [])
      return talk.ask({ do: 'look', ...request }, passwords) as ReturnType<Inspection['look']>
    },
    close: () => talk.close(),
  }
}
