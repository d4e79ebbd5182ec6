import type { Check } from '../../core/doctor/check.ts'
import type { Failure } from '../../core/memory/failure.ts'
import { knownProjects, type State } from '../../core/memory/state.ts'
import { type Installed, nextRun, type Scheduler } from '../../core/ports/schedule.ts'
import { formatSpan } from '../../core/words/duration.ts'
import { EXIT, type ExitCode } from '../../core/words/errors.ts'
import { printable } from '../../core/words/quote.ts'
import type { Machine } from '../../machine.ts'
import type { Scheduling } from '../../run.ts'
import { lookFor } from '../../survey/job.ts'
import type { ScheduleArguments } from '../arguments.ts'
import { wholeDocument } from '../documents.ts'
import { checkJob } from './checks.ts'

type Parts = Pick<Machine, 'host'>

/** Compares what should be installed with what is and with what runs. */
export async function scheduleStatus(
  machine: Pick<Machine, 'host' | 'keyring' | 'store'>,
  args: ScheduleArguments,
  scheduling: Scheduling,
): Promise<ExitCode> {
  const { job, warnings } = scheduling.job()
  const { scheduler, installed } = await lookFor(scheduling, args.using, (one) => one.inspect(job))
  const checks = await checkJob(machine, scheduling, { kind: scheduler.kind, job, installed })
  const now = machine.host.now()
  const runs = installed.state === 'installed' && installed.active
  const status = {
    using: scheduler.kind,
    state: installed.state,
    active: installed.active,
    notes: installed.notes,
    nextRun: runs ? new Date(nextRun(job.minute, now)).toISOString() : null,
    ...history(machine.store.read()),
    // Of no source.
    checks: checks.map(({ source: _, ...check }) => check),
  }
  if (args.json) machine.host.stdout(wholeDocument({ schedule: status, warnings, error: null }))
  else talk(machine, args, scheduler, status)
  return runs && checks.every((one) => one.status !== 'fault') ? EXIT.ok : EXIT.partial
}

const errorOf = (failure: Failure | undefined) =>
  failure === undefined ? null : { code: failure.code, message: failure.message, hint: failure.hint }

/** The last run that got a token, and how the last run of each project that looked closer ended. Times are ISO 8601 UTC. */
function history(state: State) {
  const renewals = Object.values(state.tokens).map(({ issuedAt }) => issuedAt)
  const lastRuns = knownProjects(state).flatMap(([project, { ranAt, failure }]) =>
    ranAt === undefined ? [] : [{ project, at: ranAt, error: errorOf(failure) }],
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
  const ago = (time: string): string => `${formatSpan((host.now() - Date.parse(time)) / 1000)} ago`
  const rows: [name: string, text: string][] = [
    ['schedule', `${title}: ${states[status.state]}`],
    [
      'next run',
      status.nextRun === null ? 'none' : `in ${formatSpan((Date.parse(status.nextRun) - host.now()) / 1000)}`,
    ],
    ['last renewal', status.lastRenewal === null ? 'none' : ago(status.lastRenewal)],
    ...status.lastRuns.map(({ project, at, error }): [string, string] => [
      'last run',
      `${project}: ${error === null ? 'ok' : error.message} (${ago(at)})`,
    ]),
    ...status.checks.map(({ check, status: result, message }): [string, string] => [
      check,
      result === 'ok' ? message : `${result}: ${message}`,
    ]),
  ]
  if (!quiet) host.stdout(rows.map(([name, text]) => `${name.padEnd(14)}${printable(text)}\n`).join(''))
  for (const note of status.notes) host.stderr(`warning: ${printable(note)}\n`)
  if (status.state !== 'installed') host.stderr('  Type: ca-sync schedule install\n')
  for (const { error } of status.lastRuns) if (error !== null) host.stderr(`  last run: ${printable(error.hint)}\n`)
  for (const { check, fix } of status.checks) if (fix !== null) host.stderr(`  ${check}: ${printable(fix)}\n`)
}
