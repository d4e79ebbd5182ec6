import { emptyState, type State } from '../core/memory/state.ts'
import { type Reading, readState } from '../core/memory/state-shape.ts'
import { CaSyncError } from '../core/words/errors.ts'
import { readRegular, Unfit } from '../files/regular.ts'
import { codeOf, unreadable } from '../files/system-errors.ts'
import { mostBytes } from './seal.ts'

/** What the state file holds, and what is wrong with it. Where there is no state, the file must stay as it is. */
export type Contents =
  | { readonly state: State; readonly problem: CaSyncError | undefined }
  | { readonly state: undefined; readonly problem: CaSyncError }

/** @returns undefined for what is no state @throws the system's error */
function parseState(file: string): Reading | 'newer' | undefined {
  const bytes = readRegular(file, mostBytes)
  try {
    const { seal: _, ...document } = JSON.parse(bytes.toString().replace(/^\ufeff/, ''))
    return readState(document)
  } catch {
    return undefined
  }
}

export function readStateFile(file: string): Contents {
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

const mostShown = 5

function damaged(file: string, damage: readonly string[]): CaSyncError | undefined {
  if (damage.length === 0) return undefined
  const more = damage.length > mostShown ? `, and ${damage.length - mostShown} more` : ''
  const what = `Some of what ca-sync remembers is damaged, and left out: ${damage.slice(0, mostShown).join(', ')}${more} (in ${file}).`
  return new CaSyncError('STATE_DAMAGED', what, { hint: 'Type: ca-sync' })
}
