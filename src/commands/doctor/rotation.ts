import type { Context } from '../../context.ts'
import type { Check } from '../../core/doctor/check.ts'
import type { Diagnosed } from '../../core/doctor/diagnosed.ts'
import { lastRunChecks, noSchedule, type Renewal, scheduleCheck } from '../../core/doctor/rotation.ts'
import type { ProjectRecord } from '../../core/memory/state.ts'
import { shells } from '../../core/ports/shell.ts'
import { CaSyncError, caught } from '../../core/words/errors.ts'
import { lookForJob } from '../schedule/status.ts'

/** Whether something renews the tokens in time, and how its last run ended. */
export async function rotationChecks(
  context: Context,
  record: ProjectRecord | undefined,
  at: Pick<Diagnosed, 'self'>,
): Promise<Check[]> {
  const found = await caught(() => renewal(context))
  const schedule = found instanceof CaSyncError ? noSchedule(found) : scheduleCheck(found)
  return [schedule, ...(record === undefined ? [] : lastRunChecks(record, context.host.now(), at))]
}

async function renewal(context: Context): Promise<Renewal> {
  const { scheduling, job, scheduler, installed } = await lookForJob(context)
  const { node, program } = installed.runs ?? job
  const gone = [node, program].filter((path) => !scheduling.isProgram(path))
  return { title: scheduler.title, installed, gone, hooks: await hookedShells(context) }
}

/** Shells that start our hook, also by a line of the user's own. PowerShell alone knows its files, and takes a second to tell. */
export async function hookedShells(context: Context): Promise<string[]> {
  const startup = await context.startup()
  const asked = shells.filter((shell) => context.host.platform === 'win32' || shell !== 'powershell')
  const found = await Promise.all(
    asked.map(async (shell) => {
      const { files } = await startup.places(shell)
      const texts = await Promise.all(files.map((file) => startup.read(file).catch(() => undefined)))
      return texts.some((text) => text !== undefined && /ca-sync hook|ca_sync_hook/.test(text)) ? [shell] : []
    }),
  )
  return found.flat()
}
