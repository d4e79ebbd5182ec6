import { closeSync, fchmodSync, futimesSync, linkSync, lstatSync, openSync, renameSync } from 'node:fs'
import { discard, targetOf, temporaryOf } from './atomic.ts'
import { patiently } from './patience.ts'
import { type Look, lookAt } from './settled.ts'
import { codeOf } from './system-errors.ts'

interface Exchange {
  readonly path: string
  /** Where the path leads. */
  readonly target: string
  /** What the file was like; undefined where there was none. */
  readonly seen: Look | undefined
  /** Puts the new file in the old one's place, or takes the old one away. */
  readonly swap: () => void
}

/**
 * Swaps a file for another if it is as it was seen. It keeps a second name meanwhile: who opened it at the last moment writes
 * into it later, so it is looked at once more, and gets its place back.
 * @returns whether the swap was made, and stays
 */
export function exchange(work: Exchange): boolean {
  const { target, swap } = work
  const seen = work.seen ?? placeholder(target)
  const pinned = pin(target)
  const isAsSeen = () => sameLook(lookAt(pinned ?? target), seen)
  try {
    if (!isAsSeen() || !isStill(work, pinned)) return false
    swap()
    if (pinned === undefined || isAsSeen()) return true
    patiently(() => renameSync(pinned, target))
    return false
  } catch (error) {
    if (work.seen === undefined) discard(target)
    throw error
  } finally {
    if (pinned !== undefined) discard(pinned)
  }
}

/** Holds the place of a new file. It is as old as can be, so that it shows when somebody empties it to write it. */
function placeholder(target: string): Look | undefined {
  try {
    const fd = openSync(target, 'wx', 0o600)
    fchmodSync(fd, 0o600) // whatever the umask is
    futimesSync(fd, 0, 0)
    closeSync(fd)
    return lookAt(target)
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return undefined
    throw error
  }
}

/** A second name of a file; undefined where the file system has no such thing. */
function pin(target: string): string | undefined {
  const name = temporaryOf(target)
  try {
    linkSync(target, name)
    return name
  } catch {
    return undefined
  }
}

const sameLook = (one: Look | undefined, other: Look | undefined): boolean =>
  one !== undefined && other !== undefined && one.mtimeMs === other.mtimeMs && one.bytes.equals(other.bytes)

const isStill = ({ path, target }: Exchange, pinned = target): boolean =>
  targetOf(path) === target && lstatSync(target, { throwIfNoEntry: false })?.ino === lstatSync(pinned).ino
