import { knownProjects } from '../../core/memory/state.ts'
import { privacyHint, privatePlace, type Scheduler, type SchedulerKind } from '../../core/ports/schedule.ts'
import { twoDigits } from '../../core/words/duration.ts'
import { CaSyncError, EXIT, type ExitCode } from '../../core/words/errors.ts'
import { printable } from '../../core/words/quote.ts'
import type { Machine } from '../../machine.ts'
import type { Scheduling } from '../../run.ts'
import type { ScheduleArguments } from '../arguments.ts'
import { tellDone } from '../documents.ts'
import { refuseSudo } from '../refuse.ts'
import { scheduleStatus } from './status.ts'

type Parts = Pick<Machine, 'host' | 'warnings' | 'warn' | 'keyring' | 'store' | 'scheduling'>

/** A job of the user's own that renews tokens, whichever scheduler this machine has. */
export async function schedule(machine: Parts, args: ScheduleArguments): Promise<ExitCode> {
  const scheduling = await machine.scheduling()
  if (args.print) return print(machine, args, scheduling)
  refuseSudo(machine, "the job would be root's, which has neither your keyring nor your AWS login.", 'SCHEDULE_REFUSED')
  switch (args.action) {
    case 'install':
      return installJob(machine, args, scheduling)
    case 'uninstall':
      return uninstallJob(machine, args, scheduling)
    case 'status':
      return scheduleStatus(machine, args, scheduling)
  }
}

const every = (minute: number): string => `every 30 minutes, at :${twoDigits(minute)} and :${twoDigits(minute + 30)}`

async function installJob(machine: Parts, args: ScheduleArguments, scheduling: Scheduling): Promise<ExitCode> {
  const scheduler = await pick(scheduling, args.using)
  const { job, warnings } = scheduling.job()
  const rendered = await scheduler.render(job)
  const places = await scheduler.install(job)
  const nothing =
    knownProjects(machine.store.recall()).length === 0
      ? ['No project was synced on this machine yet, so the job has nothing to renew. Type ca-sync in your projects.']
      : []
  const hidden = Object.keys(machine.store.recall().projects).filter(
    (folder) => privatePlace(folder, machine.host) !== undefined,
  )
  const kept =
    hidden.length === 0 ? [] : [`macOS may keep the job out of ${hidden.join(', ')}. ${privacyHint(job.node)}`]
  const others = scheduling.usual.filter((kind) => kind !== scheduler.kind)
  const replaced = await uninstallAll(others, scheduling)
  const moved = replaced.map(({ title }) => `The ${title} of before is uninstalled: one job is enough.`)
  for (const text of [...warnings, ...rendered.warnings, ...scheduling.notes, ...nothing, ...kept, ...moved])
    machine.warn(text)
  const text = `Installed: a ${scheduler.title} that looks ${every(job.minute)}.\n${places.map((place) => `  ${printable(place)}\n`).join('')}`
  tellDone(machine, args, { schedule: { using: scheduler.kind, state: 'installed', places } }, text)
  return EXIT.ok
}

async function uninstallJob(machine: Parts, args: ScheduleArguments, scheduling: Scheduling): Promise<ExitCode> {
  const kinds = args.using === undefined ? scheduling.usual : [args.using]
  const gone = await uninstallAll(kinds, scheduling)
  const text = gone.map(({ title }) => `Uninstalled: the ${title}.\n`).join('') || 'Nothing to uninstall.\n'
  const schedule = { using: gone[0]?.kind ?? args.using ?? null, state: 'missing', places: [] }
  tellDone(machine, args, { schedule }, text)
  return EXIT.ok
}

export async function uninstallAll(kinds: readonly SchedulerKind[], { schedulers }: Scheduling): Promise<Scheduler[]> {
  const gone: Scheduler[] = []
  for (const kind of kinds) if (await schedulers[kind].uninstall()) gone.push(schedulers[kind])
  return gone
}

/** @throws CaSyncError SCHEDULER_ABSENT */
async function pick({ schedulers, usual }: Scheduling, using: SchedulerKind | undefined): Promise<Scheduler> {
  const kinds = using === undefined ? usual : [using]
  for (const kind of kinds) if (await schedulers[kind].available()) return schedulers[kind]
  const names = kinds.map((kind) => schedulers[kind].title).join(' nor a ')
  const what = `This machine cannot run a ${names} for you.`
  throw new CaSyncError('SCHEDULER_ABSENT', what, { hint: kinds.map((kind) => schedulers[kind].hint).join('\n') })
}

/** What `--print` shows where nothing was asked for: the first that would be taken, or the usual one of this system. */
async function pickToPrint(scheduling: Scheduling, using: SchedulerKind | undefined): Promise<Scheduler> {
  const { schedulers, usual } = scheduling
  if (using !== undefined) return schedulers[using]
  return pick(scheduling, undefined).catch(() => schedulers[usual[0] ?? 'cron'])
}

async function print(machine: Parts, args: ScheduleArguments, scheduling: Scheduling): Promise<ExitCode> {
  const scheduler = await pickToPrint(scheduling, args.using)
  const { job, warnings } = scheduling.job()
  const rendered = await scheduler.render(job)
  for (const text of [...warnings, ...rendered.warnings]) machine.warn(text)
  if (args.json) tellDone(machine, args, { schedule: { using: scheduler.kind, files: rendered.files } }, '')
  else machine.host.reveal(rendered.files.map(({ name, text }) => `# ${name}\n${text}`).join('\n'))
  return EXIT.ok
}
