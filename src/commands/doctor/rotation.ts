import type { Check } from '../../core/doctor/check.ts'
import type { Diagnosed } from '../../core/doctor/diagnosed.ts'
import { lastRunChecks, noSchedule, type Renewal, scheduleCheck } from '../../core/doctor/rotation.ts'
import type { ProjectRecord } from '../../core/memory/state.ts'
import { CaSyncError, caught } from '../../core/words/errors.ts'
import type { Machine } from '../../machine.ts'
import { hookedShells, lookForJob } from '../../survey/job.ts'

/** Whether something renews the tokens in time, and how its last run ended. */
export async function rotationChecks(
  machine: Machine,
  record: ProjectRecord | undefined,
  at: Pick<Diagnosed, 'self'>,
): Promise<Check[]> {
  const found = await caught(() => renewal(machine))
  const schedule = found instanceof CaSyncError ? noSchedule(found) : scheduleCheck(found)
  return [schedule, ...(record === undefined ? [] : lastRunChecks(record, machine.host.now(), at))]
}

async function renewal(machine: Machine): Promise<Renewal> {
  const { scheduling, job, scheduler, installed } = await lookForJob(machine)
  const { node, program } = installed.runs ?? job
  const gone = [node, program].filter((path) => !scheduling.isProgram(path))
  return { title: scheduler.title, installed, gone, hooks: await hookedShells(machine) }
}
