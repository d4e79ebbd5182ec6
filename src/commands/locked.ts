import { newsOf } from '../core/plan/notice.ts'
import { CaSyncError, caught } from '../core/words/errors.ts'
import type { Machine } from '../machine.ts'
import type { SyncArguments } from './arguments.ts'

type Parts = Pick<Machine, 'host' | 'clean' | 'userConfig'>

/** Off unless the user switched it on. A config that cannot be read has failed the run already. */
async function isWanted({ userConfig }: Pick<Machine, 'userConfig'>): Promise<boolean> {
  const config = await caught(userConfig)
  return !(config instanceof CaSyncError) && config.notify
}

/**
 * One notification for each failure that came with a run which nobody watches, and that only a person can mend. That it cannot
 * be shown is no failure.
 */
async function tellDesktop(machine: Parts, news: readonly string[], verbose: boolean): Promise<void> {
  if (news.length === 0 || !(await isWanted(machine))) return
  const { notify } = await import('../desktop/notify.ts')
  const failures = await Promise.all(news.map((text) => notify(machine.clean(text), machine.host)))
  const reason = failures.find((failure) => failure !== undefined)
  if (reason !== undefined && verbose) machine.host.stderr(`The desktop notification could not be shown: ${reason}\n`)
}

/** Runs what no other ca-sync may be beside. @throws CaSyncError BUSY */
export async function alone<T>({ lock }: Pick<Machine, 'lock'>, work: () => Promise<T>): Promise<T> {
  const { release } = await lock()
  return work().finally(release)
}

/** Lets a run that waits for the lock have it first. After that everything may be different. */
export type GiveWay = () => Promise<void>

/**
 * Runs what needs the lock. Where nobody looks, the desktop is told of what went wrong while this run had it.
 * @throws CaSyncError BUSY
 */
export async function withLock<T>(
  machine: Pick<Machine, 'host' | 'clean' | 'store' | 'lock' | 'userConfig'>,
  { unattended, verbose }: Pick<SyncArguments, 'unattended' | 'verbose'>,
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
