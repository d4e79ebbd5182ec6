import { type Check, fault, ok, warning } from '../../core/doctor/check.ts'
import { knownProjects, type State } from '../../core/memory/state.ts'
import type { Env } from '../../core/ports/full-path.ts'
import { type Installed, nextRun, type Programs, type Scheduler, startSecond } from '../../core/ports/schedule.ts'
import { formatSpan } from '../../core/words/duration.ts'
import { CaSyncError, caught, EXIT, inFull } from '../../core/words/errors.ts'
import { printable } from '../../core/words/quote.ts'
import type { Machine } from '../../machine.ts'
import type { Scheduling } from '../../run.ts'
import { lookFor } from '../../survey/job.ts'
import type { ScheduleArguments } from '../arguments.ts'
import { errorDocument, wholeDocument } from '../documents.ts'

type Parts = Pick<Machine, 'host' | 'keyring' | 'store'>

/** Compares what should be installed with what is and with what runs. */
export async function scheduleStatus(machine: Parts, args: ScheduleArguments, scheduling: Scheduling) {
  const { job, warnings } = scheduling.job()
  const { scheduler, installed } = await lookFor(scheduling, args.using, (one) => one.inspect(job))
  const env = scheduling.environment(scheduler.kind, job)
  const checks = await checkJob(machine, scheduling, env, installed.runs ?? job)
  const now = machine.host.now()
  const runs = installed.state === 'installed' && installed.active
  const status = {
    using: scheduler.kind,
    state: installed.state,
    active: installed.active,
    notes: [...installed.notes, ...(installed.stopped ? [inFull(installed.stopped)] : [])],
    nextRun: runs ? new Date(nextRun(job.minute, now, startSecond(scheduler.kind, job.second))).toISOString() : null,
    ...history(machine.store.read()),
    // Of no source.
    checks: checks.map(({ source: _, ...check }) => check),
  }
  if (args.json) machine.host.stdout(wholeDocument({ schedule: status, warnings, error: null }))
  else talk(machine, args, scheduler, status)
  return runs && checks.every((one) => one.status !== 'fault') ? EXIT.ok : EXIT.partial
}

/** The last run that got a token, and how the last run of each project that looked closer ended. Times are ISO 8601 UTC. */
function history(state: State) {
  const renewals = Object.values(state.tokens).map(({ issuedAt }) => issuedAt)
  const lastRuns = knownProjects(state).flatMap(([project, { ranAt, failure }]) =>
    ranAt === undefined ? [] : [{ project, at: ranAt, error: errorDocument(failure) }],
  )
  return { lastRenewal: renewals.sort().at(-1) ?? null, lastRuns }
}

interface Status extends ReturnType<typeof history>, Pick<Installed, 'state' | 'notes'> {
  readonly nextRun: string | null
  readonly checks: readonly Omit<Check, 'source'>[]
}

const states: Record<Installed['state'], string> = {
  installed: 'installed',
  differs: 'installed, but not as it should be',
  missing: 'not installed',
}

function talk({ host }: Parts, { quiet }: ScheduleArguments, { title }: Scheduler, status: Status): void {
  const span = (ms: number): string => formatSpan(ms / 1000)
  const ago = (time: string): string => `${span(host.now() - Date.parse(time))} ago`
  const rows: [name: string, text: string][] = [
    ['schedule', `${title}: ${states[status.state]}`],
    ['next run', status.nextRun === null ? 'none' : `in ${span(Date.parse(status.nextRun) - host.now())}`],
    ['last renewal', status.lastRenewal === null ? 'none' : ago(status.lastRenewal)],
  ]
  for (const { project, at, error } of status.lastRuns)
    rows.push(['last run', `${project}: ${error === null ? 'ok' : error.message} (${ago(at)})`])
  for (const { check, status: result, message } of status.checks)
    rows.push([check, result === 'ok' ? message : `${result}: ${message}`])
  if (!quiet) host.stdout(rows.map(([name, text]) => `${name.padEnd(14)}${printable(text)}\n`).join(''))
  for (const note of status.notes) host.stderr(`warning: ${printable(note)}\n`)
  if (status.state !== 'installed') host.stderr('  Type: ca-sync schedule install\n')
  for (const { error } of status.lastRuns) if (error !== null) host.stderr(`  last run: ${printable(error.hint)}\n`)
  for (const { check, fix } of status.checks) if (fix !== null) host.stderr(`  ${check}: ${printable(fix)}\n`)
}

/** Whether the job would find all that it needs, in the environment that it would have. Nothing prompts. */
async function checkJob(machine: Parts, scheduling: Scheduling, env: Env, runs: Programs): Promise<Check[]> {
  const there = (check: 'node' | 'program') =>
    scheduling.isProgram(runs[check])
      ? ok(check, runs[check])
      : fault(check, `${runs[check]} is gone.`, 'Type: ca-sync schedule install')
  const bus = scheduling.bus(env)
  const buses =
    machine.host.platform === 'linux'
      ? [bus ? ok('bus', bus) : fault('bus', 'There is no session bus for a job of yours.', 'Log in to your desktop.')]
      : []
  const checks = [there('node'), there('program'), ...(await checkPoetry(machine, scheduling, env)), ...buses]
  return checks.sort((a, b) => order.indexOf(a.check) - order.indexOf(b.check))
}

/** The links between a job and Poetry's keyring. */
const order = ['node', 'program', 'poetry', 'bus', 'keyring']

/** Each Poetry that a project was synced with, and its keyring: the job goes by what was recorded. */
async function checkPoetry({ keyring, store }: Parts, scheduling: Scheduling, env: Env): Promise<Check[]> {
  const projects = knownProjects(store.read())
  const byPython = new Map(projects.map(([folder, { poetry }]) => [poetry.python, { folder, ...poetry }]))
  if (byPython.size === 0) return [warning('poetry', 'no project was synced yet.', 'Type ca-sync in your projects.')]
  const results = [...byPython.values()].map(async ({ folder, poetry, ...python }) => {
    if (!scheduling.isProgram(python.python))
      return [fault('poetry', `${python.python} is gone.`, `Type ca-sync in ${folder}`)]
    const session = keyring.open(python, [folder], true, env)
    const probe = await caught(() => session.probe()).finally(session.close)
    const found =
      probe instanceof CaSyncError ? fault('keyring', probe.message, probe.hint) : ok('keyring', probe.backend)
    return [ok('poetry', poetry), found]
  })
  return (await Promise.all(results)).flat()
}
