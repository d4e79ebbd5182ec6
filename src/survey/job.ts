import type { Installed, Scheduler, SchedulerKind } from '../core/ports/schedule.ts'
import { shells, startsHook } from '../core/ports/shell.ts'
import type { Machine } from '../machine.ts'
import type { Scheduling } from '../run.ts'

/** The job of this machine as it should be, and as it is. Throws CaSyncError SCHEDULE_REFUSED. */
export async function lookForJob(machine: Pick<Machine, 'scheduling'>) {
  const scheduling = await machine.scheduling()
  const { job } = scheduling.job()
  return { scheduling, job, ...(await lookFor(scheduling, undefined, (one) => one.inspect(job))) }
}

/** The one that is installed, else the one that would be. */
export async function lookFor(
  { schedulers, usual }: Scheduling,
  using: SchedulerKind | undefined,
  inspect: (scheduler: Scheduler) => Promise<Installed>,
): Promise<{ scheduler: Scheduler; installed: Installed }> {
  const kinds = using === undefined ? usual : [using]
  const found = []
  for (const kind of kinds) found.push({ scheduler: schedulers[kind], installed: await inspect(schedulers[kind]) })
  const there = found.find(({ installed }) => installed.state !== 'missing')
  return there ?? (found[0] as (typeof found)[number])
}

export type Hooked = Awaited<ReturnType<typeof hookedShells>>[number]

/** Shells that start our hook, also by a line of the user's own, and when it last began to work in each, in epoch milliseconds. PowerShell alone knows its files, and takes a second to tell. */
export async function hookedShells(machine: Pick<Machine, 'host' | 'startup'>) {
  const startup = await machine.startup()
  const asked = shells.filter((shell) => machine.host.platform === 'win32' || shell !== 'powershell')
  const found = await Promise.all(
    asked.map(async (shell) => {
      const { files } = await startup.places(shell)
      const texts = await Promise.all(files.map((file) => startup.read(file).catch(() => undefined)))
      return texts.some((text) => text !== undefined && startsHook.test(text))
        ? [{ shell, ranAt: startup.ranAt(shell) }]
        : []
    }),
  )
  return found.flat()
}
