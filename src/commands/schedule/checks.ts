import { type Check, fault, ok, warning } from '../../core/doctor/check.ts'
import { knownProjects } from '../../core/memory/state.ts'
import type { PoetryPython } from '../../core/ports/poetry-python.ts'
import type { Installed, Job, Programs, SchedulerKind } from '../../core/ports/schedule.ts'
import { CaSyncError, caught } from '../../core/words/errors.ts'
import type { Machine } from '../../machine.ts'
import type { Scheduling } from '../../run.ts'

const installAgain = 'Type: ca-sync schedule install'

interface Found {
  readonly kind: SchedulerKind
  readonly job: Job
  readonly installed: Installed
}

/** Whether the job would find all that it needs, in the environment that it would have. Nothing prompts. */
export async function checkJob(
  machine: Pick<Machine, 'host' | 'keyring' | 'store'>,
  scheduling: Scheduling,
  { kind, job, installed }: Found,
): Promise<Check[]> {
  const env = scheduling.environment(kind, job)
  const runs: Programs = installed.runs ?? job
  const there = (check: 'node' | 'program') =>
    scheduling.isProgram(runs[check]) ? ok(check, runs[check]) : fault(check, `${runs[check]} is gone.`, installAgain)
  const bus = scheduling.bus(env)
  const buses =
    machine.host.platform === 'linux'
      ? [bus ? ok('bus', bus) : fault('bus', 'There is no session bus for a job of yours.', 'Log in to your desktop.')]
      : []
  return [there('node'), there('program'), ...(await checkPoetry(machine, scheduling, env)), ...buses].sort(byOrder)
}

/** The links between a job and Poetry's keyring. */
const order = ['node', 'program', 'poetry', 'bus', 'keyring']
const byOrder = (a: Check, b: Check): number => order.indexOf(a.check) - order.indexOf(b.check)

/** Each Poetry that a project was synced with, and its keyring: the job goes by what was recorded. */
async function checkPoetry(
  machine: Pick<Machine, 'keyring' | 'store'>,
  scheduling: Scheduling,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Check[]> {
  const projects = knownProjects(machine.store.read())
  const byPython = new Map(projects.map(([folder, { poetry }]) => [poetry.python, { folder, ...poetry }]))
  if (byPython.size === 0) return [warning('poetry', 'no project was synced yet.', 'Type ca-sync in your projects.')]
  const results = [...byPython.values()].map(async ({ folder, poetry, ...python }) => {
    if (!scheduling.isProgram(python.python))
      return [fault('poetry', `${python.python} is gone.`, `Type ca-sync in ${folder}`)]
    return [ok('poetry', poetry), await checkKeyring(machine, env, python, folder)]
  })
  return (await Promise.all(results)).flat()
}

async function checkKeyring(
  machine: Pick<Machine, 'keyring'>,
  env: Readonly<Record<string, string | undefined>>,
  python: PoetryPython,
  folder: string,
): Promise<Check> {
  const session = machine.keyring.open(python, [folder], true, env)
  const probe = await caught(() => session.probe()).finally(session.close)
  return probe instanceof CaSyncError ? fault('keyring', probe.message, probe.hint) : ok('keyring', probe.backend)
}
