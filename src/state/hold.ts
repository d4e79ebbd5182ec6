import type { Hold } from '../core/ports/hold.ts'
import { acquireLock, type LockOptions } from './lock.ts'
import type { StateStore } from './store.ts'

interface HoldOptions extends LockOptions {
  readonly store: Pick<StateStore, 'flush'>
  /** Another run had the lock: what was looked at does not count any more. */
  readonly onChange: () => void
}

/** Takes the lock; the state is in its file whenever another run may look at it. Throws CaSyncError BUSY. */
export async function takeHold({ store, onChange, ...options }: HoldOptions): Promise<Hold> {
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
