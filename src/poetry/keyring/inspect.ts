import type { Inspection, Installation, Probe } from '../../core/ports/poetry-python.ts'
import { Talk, type TalkOptions } from './talk.ts'

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
