import { newsOf } from '../core/plan/notice.ts'
import type { Machine } from '../machine.ts'
import { tellDesktop } from './desktop.ts'

/** Lets a run that waits for the lock have it first. After that everything may be different. */
export type GiveWay = () => Promise<void>

interface Waiting {
  readonly unattended: boolean
  readonly verbose: boolean
}

/**
 * Runs what needs the lock. Where nobody looks, the desktop is told of what went wrong while this run had it.
 * @throws CaSyncError BUSY
 */
export async function withLock<T>(
  machine: Pick<Machine, 'host' | 'clean' | 'store' | 'lock' | 'userConfig'>,
  { unattended, verbose }: Waiting,
  work: (giveWay: GiveWay) => Promise<T>,
): Promise<T> {
  const { store, host } = machine
  const hold = await machine.lock()
  const news = new Set<string>()
  let before = store.recall()
  const note = (): void => {
    for (const text of newsOf(before, store.recall(), host.now())) news.add(text)
  }
  try {
    return await work(async () => {
      if (!hold.isWanted()) return
      note()
      await hold.giveWay()
      before = store.recall()
    })
  } finally {
    note()
    await hold.release()
    if (unattended) await tellDesktop(machine, [...news], verbose)
  }
}
