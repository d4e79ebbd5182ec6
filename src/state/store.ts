import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isTable } from '../core/document.ts'
import { CaSyncError } from '../core/errors.ts'
import { noticeOf } from '../core/notice.ts'
import { emptyState, isEmpty, type ProjectRecord, type State } from '../core/state.ts'
import { removeFile, writeFile } from '../files/atomic.ts'
import { fileStamp } from '../files/stamp.ts'
import { unreadable } from '../files/system-errors.ts'

/** The state file. */
export interface Store {
  /** An absent or unreadable file is an empty state: everything in it can be found out again. */
  read(): State
  /** Why the file, if there is one, counts as empty. */
  problem(): CaSyncError | undefined
  /** Also writes what shell hooks read: `next`, the epoch second of the next useful run, and `notice`. An empty state is no file. */
  write(state: State): Promise<void>
  /** The state from now on, whose file may wait for the next `write` or `flush`: a kill may lose it, and no other run can come between. */
  put(state: State): void
  flush(): Promise<void>
}

/** @throws Error for a text that no version of ours wrote, or that one wrote which is not this one */
function parse(text: string): State {
  const { version, ...tables } = { ...emptyState, ...(JSON.parse(text) as State) }
  if (version !== emptyState.version || !Object.values(tables).every(isTable)) throw new Error('it is not a state')
  return { version, ...tables }
}

function problemOf(file: string, error: unknown): CaSyncError | undefined {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return undefined
  if (code !== undefined) return unreadable(file, error, 'STATE_UNREADABLE')
  const what = `What ca-sync remembers is lost: ${file} is damaged, or of another version of ca-sync.`
  return new CaSyncError('STATE_UNREADABLE', what, 'Type: ca-sync', error)
}

/** When a run on a project is useful next, in epoch seconds: not before a failure's retry is due. */
const usefulAt = ({ renewAt, failure }: ProjectRecord): number => Math.max(renewAt, failure?.retryAt ?? 0)

/** What shell hooks read: two files of one line, absent where there is nothing to say. */
function hookFiles(
  state: State,
  now: number,
): { readonly next: string | undefined; readonly notice: string | undefined } {
  const records = Object.values(state.projects)
  const next = Math.min(...records.map(usefulAt))
  return { next: records.length > 0 ? String(next) : undefined, notice: noticeOf(state, now) }
}

/** @param now - gives epoch milliseconds */
export function openStore(dir: string, now: () => number): Store {
  const file = join(dir, 'state.json')
  let pending: State | undefined
  let known = { stamp: '', state: emptyState }

  function readFile(): State {
    try {
      return parse(readFileSync(file, 'utf8'))
    } catch {
      return emptyState
    }
  }

  async function write(state: State): Promise<void> {
    if (isEmpty(state)) await removeFile(file)
    else await writeFile(file, `${JSON.stringify(state, null, 1)}\n`, { mode: 0o600 })
    pending = undefined
    const lines = Object.entries(hookFiles(state, now()))
    await Promise.all(lines.map(([name, line]) => writeLine(join(dir, name), line)))
  }

  return {
    read() {
      if (pending !== undefined) return pending
      const stamp = fileStamp(file)
      if (stamp !== known.stamp) known = { stamp, state: readFile() }
      return known.state
    },
    problem() {
      try {
        parse(readFileSync(file, 'utf8'))
        return undefined
      } catch (error) {
        return problemOf(file, error)
      }
    },
    write,
    put(state) {
      pending = state
    },
    flush: async () => {
      if (pending !== undefined) await write(pending)
    },
  }
}

const writeLine = (path: string, line: string | undefined): Promise<void> =>
  line === undefined ? removeFile(path) : writeFile(path, `${line}\n`, { mode: 0o600 })
