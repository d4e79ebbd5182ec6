import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isTable } from '../core/document.ts'
import { emptyState, type State } from '../core/state.ts'
import { writeFile } from '../files/atomic.ts'

/** The state file. */
export interface Store {
  /** An absent or unreadable file is an empty state: everything in it can be found out again. */
  read(): State
  /** Also writes `next`, the epoch second of the next useful run, for shell hooks. */
  write(state: State): Promise<void>
}

function parse(text: string): State {
  const { version, ...tables } = { ...emptyState, ...(JSON.parse(text) as State) }
  return version === emptyState.version && Object.values(tables).every(isTable) ? { version, ...tables } : emptyState
}

/** The next useful run of all projects, in epoch seconds. */
const nextRun = (state: State): number => Math.min(...Object.values(state.projects).map(({ renewAt }) => renewAt))

export function openStore(dir: string): Store {
  const file = join(dir, 'state.json')
  return {
    read() {
      try {
        return parse(readFileSync(file, 'utf8'))
      } catch {
        return emptyState
      }
    },
    async write(state) {
      await writeFile(file, `${JSON.stringify(state, null, 1)}\n`, { mode: 0o600 })
      const next = nextRun(state)
      if (Number.isFinite(next)) await writeFile(join(dir, 'next'), `${next}\n`, { mode: 0o600 })
    },
  }
}
