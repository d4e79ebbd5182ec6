import { linkSync, mkdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CaSyncError } from '../core/errors.ts'
import { isAlive, type ProcessMark, startOf } from '../files/process.ts'
import { unwritable } from '../files/system-errors.ts'

export interface LockOptions {
  readonly dir: string
  readonly pid: number
  /** How long to wait for another run, in milliseconds. */
  readonly waitMs: number
  /** Called once when another run holds the lock. */
  readonly onWait?: (pid: number) => void
}

const pollMs = 50

/** Who holds the lock. */
function readHolder(path: string): ProcessMark | undefined {
  try {
    const [pid = '', started = ''] = readFileSync(path, 'utf8').split(' ')
    return { pid: Number(pid), started }
  } catch {
    return undefined
  }
}

/** A link appears whole or not at all: nobody ever reads a half-written holder. */
function link(own: string, path: string): boolean {
  try {
    linkSync(own, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    unlinkSync(own)
  }
}

function take(path: string, pid: number): boolean {
  const own = `${path}.${pid}`
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    writeFileSync(own, `${pid} ${startOf(pid)}`, { mode: 0o600 })
    return link(own, path)
  } catch (error) {
    throw unwritable(path, error)
  }
}

/**
 * Removes the lock of a dead holder. Of several runs that see it dead, only the one that takes the breaking lock removes it,
 * and only after another look: else a slow one would remove the lock of the next holder.
 */
function breakDead(path: string, pid: number): void {
  const breaking = `${path}.breaking`
  if (!take(breaking, pid)) {
    const breaker = readHolder(breaking)
    if (breaker !== undefined && !isAlive(breaker)) rmSync(breaking, { force: true })
    return
  }
  const holder = readHolder(path)
  if (holder !== undefined && !isAlive(holder)) rmSync(path, { force: true })
  rmSync(breaking, { force: true })
}

/** @param pid - 0 where the holder has just gone, or cannot be read */
const busy = (pid: number): CaSyncError =>
  pid > 0
    ? new CaSyncError(
        'BUSY',
        `Another ca-sync (process ${pid}) is at work and has not finished.`,
        `Try again in a moment; if it hangs, end it with: kill ${pid}`,
      )
    : new CaSyncError('BUSY', 'Another ca-sync is at work and has not finished.', 'Try again in a moment.')

/**
 * Takes the one lock of this user; returns the function that gives it back.
 * @throws CaSyncError BUSY, naming the holder's process, after `waitMs`; FILE_UNWRITABLE
 */
export async function acquireLock({ dir, pid, waitMs, onWait }: LockOptions): Promise<() => void> {
  const path = join(dir, 'lock')
  const deadline = performance.now() + waitMs
  for (let told = false; !take(path, pid); ) {
    const holder = readHolder(path)
    if (holder !== undefined && !isAlive(holder)) breakDead(path, pid)
    else if (performance.now() >= deadline) throw busy(holder?.pid ?? 0)
    else {
      if (!told && holder !== undefined) onWait?.(holder.pid)
      told = true
      await sleep(pollMs)
    }
  }
  return () => {
    if (readHolder(path)?.pid === pid) rmSync(path, { force: true })
  }
}
