import { chmodSync, linkSync, lstatSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { orElse } from '../core/words/or-else.ts'
import { discard, makeFolder, removeLeftovers, temporaryOf } from '../files/atomic.ts'
import { free } from '../files/place.ts'
import { isAlive, type ProcessMark, startOf } from '../files/process.ts'
import { codeOf, readRegular, Unfit, unreadable, unwritable } from '../files/regular.ts'

interface Holder extends ProcessMark {
  /** Epoch milliseconds. */
  readonly touchedMs: number
}

/** Holds nothing: what a power failure, or somebody else, left in a lock's place. */
const nobody: Holder = { pid: 0, started: '', touchedMs: 0 }

/** Who holds a lock; undefined where it is free. Throws CaSyncError FILE_UNWRITABLE where that cannot be seen. */
export function holderOf(path: string): Holder | undefined {
  try {
    const found = lstatSync(path)
    if (!found.isFile()) return nobody
    const [pid = '', started = ''] = readRegular(path).toString().split(' ')
    return { pid: Number(pid), started, touchedMs: found.mtimeMs }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    if (error instanceof Unfit) return nobody
    throw unreadable(path, error, 'FILE_UNWRITABLE')
  }
}

/** All names of a folder's locks while they are made begin so. */
const baseOf = (path: string): string => join(dirname(path), 'lock')

/**
 * Takes a lock, if it is free. A link appears whole or not at all: nobody ever reads a half-written holder.
 * @throws CaSyncError FILE_UNWRITABLE
 */
export function take(path: string, pid: number): boolean {
  const own = temporaryOf(baseOf(path))
  try {
    makeFolder(dirname(path))
    writeFileSync(own, `${pid} ${startOf(pid)}`)
    chmodSync(own, 0o644) // a run by root is to be seen by the user whose home it has
    linkSync(own, path)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw unwritable(path, error)
  } finally {
    discard(own)
  }
}

/** Shows that the holder of a lock is at work. */
export function touch(path: string, pid: number): void {
  const isHeld = orElse(() => holderOf(path)?.pid === pid, false)
  if (isHeld) orElse(() => utimesSync(path, new Date(), new Date()), undefined) // it may be gone by now
}

export function giveBack(path: string, pid: number): void {
  if (holderOf(path)?.pid === pid) free(path)
}

/**
 * Removes the lock of a dead holder. Of several runs that see it dead, only the one that takes the breaking lock removes it,
 * and only after another look: else a slow one would remove the lock of the next holder.
 */
export function breakDead(path: string, pid: number): void {
  const breaking = breakingOf(path)
  if (take(breaking, pid)) {
    try {
      liveHolderOf(path)
    } finally {
      free(breaking)
    }
  } else liveHolderOf(breaking)
}

const breakingOf = (path: string): string => `${path}.breaking`

export function liveHolderOf(path: string): Holder | undefined {
  const holder = holderOf(path)
  if (holder === undefined || isAlive(holder, holder.touchedMs)) return holder
  free(path)
  return undefined
}

/** Removes what runs left that were killed at a lock. */
export function tidyLocks(path: string): void {
  removeLeftovers(baseOf(path))
  liveHolderOf(breakingOf(path))
}
