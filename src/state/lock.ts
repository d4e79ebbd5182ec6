import { join, sep } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CaSyncError } from '../core/words/errors.ts'
import { isAlive, type ProcessMark } from '../files/process.ts'
import { breakDead, giveBack, holderOf, liveHolderOf, take, tidyLocks, touch } from './holder.ts'
import type { StateStore } from './store.ts'

interface LockOptions {
  readonly dir: string
  readonly pid: number
  /** How long to wait for another run, in milliseconds. */
  readonly waitMs: number
  readonly onWait?: (pid: number) => void
}

const lockPollMs = 50
/** How often who holds it touches it: elsewhere than on Linux that is how to tell a holder from another program with its pid. */
const beatMs = 5_000

/** @param pid - 0 where the holder has just gone */
const busy = (pid: number): CaSyncError =>
  pid > 0
    ? new CaSyncError('BUSY', `Another ca-sync (process ${pid}) is at work and has not finished.`, {
        hint: `Try again in a moment; if it hangs, end it with: ${sep === '\\' ? 'taskkill /F /PID' : 'kill'} ${pid}`,
      })
    : new CaSyncError('BUSY', 'Another ca-sync is at work and has not finished.', { hint: 'Try again in a moment.' })

/** A run that came to wait says so, that a run about many projects gives way to it. */
const wantedFile = (path: string): string => `${path}.wanted`

/** Who waits to be let first; what a killed one left is removed. */
const waiterOf = (path: string): ProcessMark | undefined => liveHolderOf(wantedFile(path))

/** @param wants - whether who holds it is asked to give way */
async function obtainLock(path: string, { pid, waitMs, onWait }: Omit<LockOptions, 'dir'>, wants: boolean) {
  const deadline = performance.now() + waitMs
  try {
    for (let told = false; !take(path, pid); ) {
      const holder = holderOf(path)
      if (holder !== undefined && !isAlive(holder, holder.touchedMs)) breakDead(path, pid)
      else if (performance.now() >= deadline) throw busy(holder?.pid ?? 0)
      else {
        if (!told && holder !== undefined) onWait?.(holder.pid)
        told = true
        if (wants && waiterOf(path) === undefined) take(wantedFile(path), pid)
        await sleep(lockPollMs)
      }
    }
  } finally {
    // Only now: who gave way looks at this to see that the lock was taken.
    giveBack(wantedFile(path), pid)
  }
}

const againMs = 60_000
/** How often who waits is looked at before it counts as stopped: it comes by every `pollMs`. */
const looks = 100

/**
 * Takes the one lock of this user.
 * @throws CaSyncError BUSY, naming the holder's process, after `waitMs`; FILE_UNWRITABLE
 */
export async function acquireLock({ dir, ...options }: LockOptions) {
  const path = join(dir, 'lock')
  const { pid } = options
  const stopped = new Set<number>()
  const waiter = (): number | undefined => {
    const found = waiterOf(path)?.pid
    return found === undefined || stopped.has(found) ? undefined : found
  }
  await obtainLock(path, options, true)
  tidyLocks(path)
  waiterOf(path)
  const beat = setInterval(() => touch(path, pid), beatMs).unref()
  return {
    /** Safe twice. */
    release(): void {
      clearInterval(beat)
      giveBack(path, pid)
    },
    isWanted: (): boolean => waiter() !== undefined,
    /** Lets the run that waits have it, and takes it again after that. Throws CaSyncError BUSY when that takes more than a minute. */
    async giveWay(): Promise<void> {
      const first = waiter()
      giveBack(path, pid)
      for (let look = 0; first !== undefined && waiter() === first; look += 1) {
        if (look === looks) stopped.add(first)
        else await sleep(lockPollMs / 5)
      }
      await obtainLock(path, { ...options, waitMs: againMs }, false)
    },
  }
}

interface HoldOptions extends LockOptions {
  readonly store: Pick<StateStore, 'flush'>
  /** Another run had the lock: what was looked at does not count any more. */
  readonly onChange: () => void
}

/**
 * Takes the lock; the state is in its file whenever another run may look at it: after `giveWay` everything may be different, and `release`
 * writes what of it was put off. Throws CaSyncError BUSY.
 */
export async function takeHold({ store, onChange, ...options }: HoldOptions) {
  const { release, isWanted, giveWay } = await acquireLock(options)
  return {
    isWanted,
    release: () => store.flush().finally(release),
    async giveWay() {
      await store.flush()
      await giveWay()
      onChange()
    },
  }
}
