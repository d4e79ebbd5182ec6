import { join } from 'node:path'
import { isEmpty, type State } from '../core/memory/state.ts'
import { emptyState, type Reading, readState } from '../core/memory/state-shape.ts'
import { nextUseful } from '../core/plan/cadence.ts'
import { noticeOf } from '../core/plan/notice.ts'
import { CaSyncError } from '../core/words/errors.ts'
import { orElse } from '../core/words/or-else.ts'
import { few } from '../core/words/quote.ts'
import { removeFile, writeFile } from '../files/atomic.ts'
import { free, isFile } from '../files/place.ts'
import { codeOf, readRegular, Unfit, unreadable } from '../files/regular.ts'
import { whileSame } from '../files/stamp.ts'
import { mostBytes, sealed, sealedState } from './seal.ts'

/** What the state file holds, and what is wrong with it. Where there is no state, the file must stay as it is. */
type Contents =
  | { readonly state: State; readonly problem: CaSyncError | undefined }
  | { readonly state: undefined; readonly problem: CaSyncError }

/** @returns undefined for what is no state @throws the system's error */
function parseState(file: string): Reading | 'newer' | undefined {
  const bytes = readRegular(file, mostBytes)
  return orElse(() => {
    const ours = sealedState(bytes)
    if (ours !== undefined) return { state: ours, damage: [], isLost: false }
    const { seal: _, ...document } = JSON.parse(bytes.toString().replace(/^\ufeff/, ''))
    return readState(document)
  }, undefined)
}

function readStateFile(file: string): Contents {
  try {
    const reading = parseState(file)
    if (reading === 'newer') return { state: undefined, problem: newer(file) }
    if (reading === undefined) return { state: emptyState, problem: lost(file) }
    return { state: reading.state, problem: reading.isLost ? lost(file) : damaged(file, reading.damage) }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { state: emptyState, problem: undefined }
    if (error instanceof Unfit && error.code === 'TOO_LARGE') return { state: emptyState, problem: lost(file) }
    return { state: undefined, problem: unreadable(file, error, 'STATE_UNREADABLE') }
  }
}

const newer = (file: string): CaSyncError =>
  new CaSyncError('STATE_NEWER', `A newer ca-sync than this one wrote ${file}.`, {
    hint: 'Use that one, or update this one: ca-sync --version says which it is.',
  })

const lost = (file: string): CaSyncError =>
  new CaSyncError('STATE_LOST', `What ca-sync remembers is lost: ${file} is damaged.`, { hint: 'Type: ca-sync' })

function damaged(file: string, damage: readonly string[]): CaSyncError | undefined {
  if (damage.length === 0) return undefined
  const what = `Some of what ca-sync remembers is damaged, and left out: ${few(damage, 5)} (in ${file}).`
  return new CaSyncError('STATE_DAMAGED', what, { hint: 'Type: ca-sync' })
}

export type StateStore = ReturnType<typeof openStore>

/** What shell hooks read, absent where there is nothing to say: two files of one line, and one of folders, which wrappers of `poetry` look for. */
function hookFiles(state: State, now: number): Readonly<Record<'next' | 'notice' | 'exec', string | undefined>> {
  const served = Object.entries(state.projects).flatMap(([folder, { store }]) => (store === 'exec' ? [folder] : []))
  const next = Math.floor(nextUseful(state, now))
  return {
    next: Number.isFinite(next) ? String(next) : undefined,
    notice: noticeOf(state, now),
    exec: served.length > 0 ? served.join('\n') : undefined,
  }
}

/** @param now - gives epoch milliseconds @param onLoss - is told when damage is written over */
export function openStore(dir: string, now: () => number, onLoss: (problem: CaSyncError) => void) {
  const file = join(dir, 'state.json')
  const contents = whileSame(readStateFile)
  let pending: State | undefined
  let last: Promise<unknown> = Promise.resolve()

  function read(): State {
    const { state, problem } = contents(file)
    if (state === undefined) throw problem
    return pending ?? state
  }

  async function writeDown(state: State): Promise<void> {
    read()
    const { problem } = contents(file)
    if (isEmpty(state)) await removeFile(file)
    else await writeFile(file, sealed(state), { mode: 0o600 })
    if (pending === state) pending = undefined
    if (problem !== undefined) onLoss(problem)
    await writeHookFiles(dir, state, now())
  }

  /** One after another. What could not be written is not remembered: who goes on without it does not meet it again. */
  async function write(state: State): Promise<void> {
    const before = pending
    pending = state
    const saving = last.then(() => writeDown(state))
    last = saving.catch(() => {
      if (pending === state) pending = before
    })
    await saving
  }

  return {
    /**
     * What is remembered: of a file that is damaged, what is right in it; nothing where there is no file.
     * @throws CaSyncError STATE_UNREADABLE, STATE_NEWER
     */
    read,
    /** The same for what works without it, too: nothing where it cannot be read. */
    recall: (): State => pending ?? contents(file).state ?? emptyState,
    /** What is wrong with the file: also STATE_LOST, STATE_DAMAGED. */
    problem: (): CaSyncError | undefined => contents(file).problem,
    /**
     * Also writes what shell hooks read: `next`, the epoch second of the next useful run, and `notice`. An empty state is no file.
     * @throws CaSyncError FILE_UNWRITABLE, and what `read` throws: such a file stays as it is
     */
    write,
    /** The state from now on, whose file may wait for the next `write` or `flush`: a kill may lose it, and no other run can come between. */
    put(state: State): void {
      pending = state
    },
    /** Ends when nothing is left to write, also of what nobody waits for; what hooks read is as it should be, whoever changed it. */
    flush: async (): Promise<void> => {
      await last
      await (pending === undefined ? mendHookFiles(dir, contents(file), now()) : write(pending))
    },
  }
}

async function writeHookFiles(dir: string, state: State, now: number): Promise<void> {
  const writing = Object.entries(hookFiles(state, now)).map(([name, line]) => writeLine(join(dir, name), line))
  await Promise.allSettled(writing) // where one fails, no other is left at work
  await Promise.all(writing)
}

async function mendHookFiles(dir: string, { state, problem }: Contents, now: number): Promise<void> {
  const isKnown = state !== undefined && problem?.code !== 'STATE_LOST'
  if (isKnown) await writeHookFiles(dir, state, now).catch(() => undefined)
}

async function writeLine(path: string, line: string | undefined): Promise<void> {
  if (!isFile(path)) free(path)
  await (line === undefined ? removeFile(path) : writeFile(path, `${line}\n`, { mode: 0o600 }))
}
