import type { Check, Diagnosed } from '../../core/doctor/check.ts'
import { lastRunChecks, noSchedule, type Renewal, scheduleCheck } from '../../core/doctor/rotation.ts'
import type { ProjectRecord } from '../../core/memory/state.ts'
import { recentMs } from '../../core/ports/shell.ts'
import { CaSyncError, caught } from '../../core/words/errors.ts'
import type { Machine } from '../../machine.ts'
import { type Hooked, hookedShells, lookForJob } from '../../survey/job.ts'

/** Whether something renews the tokens in time, and how its last run ended. */
export async function rotationChecks(
  machine: Pick<Machine, 'host' | 'scheduling' | 'startup'>,
  record: ProjectRecord | undefined,
  at: Pick<Diagnosed, 'self'>,
): Promise<Check[]> {
  const found = await caught(() => renewal(machine))
  const schedule = found instanceof CaSyncError ? noSchedule(found) : scheduleCheck(found)
  return [schedule, ...(record === undefined ? [] : lastRunChecks(record, machine.host.now(), at))]
}

async function renewal(machine: Pick<Machine, 'host' | 'scheduling' | 'startup'>): Promise<Renewal> {
  const { scheduling, job, scheduler, installed } = await lookForJob(machine)
  const { node, program } = installed.runs ?? job
  const gone = [node, program].filter((path) => !scheduling.isProgram(path))
  const hooked = await hookedShells(machine)
  const runs = await Promise.all(hooked.map((one) => isRunning(machine, one)))
  const named = (wanted: boolean) => hooked.filter((_, index) => runs[index] === wanted).map(({ shell }) => shell)
  return { title: scheduler.title, installed, gone, hooks: named(true), silent: named(false) }
}

/** By the trace that the hook leaves; where there is none yet, a new shell is asked. */
async function isRunning(machine: Pick<Machine, 'host' | 'startup'>, { shell, ranAt = 0 }: Hooked): Promise<boolean> {
  if (machine.host.now() - ranAt < recentMs) return true
  return (await (await machine.startup()).hasHook(shell)) === true
}
