import { type Check, type Diagnosed, faultOf, ok, warning } from '../../core/doctor/check.ts'
import { lastRunChecks, type Renewal, scheduleCheck } from '../../core/doctor/rotation.ts'
import type { ProjectRecord } from '../../core/memory/state.ts'
import type { ProjectPlace } from '../../core/ports/project.ts'
import { recentMs } from '../../core/ports/shell.ts'
import { emptyUserConfig, type UserConfig } from '../../core/project/settings.ts'
import { CaSyncError, caught, EXIT, type ExitCode } from '../../core/words/errors.ts'
import { orElse } from '../../core/words/or-else.ts'
import { present } from '../../core/words/present.ts'
import { placed, whereNamed } from '../../core/words/quote.ts'
import type { Machine } from '../../machine.ts'
import { type Hooked, hookedShells, lookForJob } from '../../survey/job.ts'
import { surveyOf } from '../../survey/survey.ts'
import type { DoctorArguments } from '../arguments.ts'
import { chainChecks } from './chain.ts'
import { collectFacts } from './facts.ts'
import { printShared } from './share.ts'
import { type Examined, printChecks } from './text.ts'
import { wordsOf } from './verdicts.ts'

/** Looks at every link between pyproject.toml and the index, in Poetry's order. It changes nothing, and nothing prompts. */
export async function doctor(machine: Machine, args: DoctorArguments): Promise<ExitCode> {
  if (args.share) return shareReport(machine, args)
  const found = await examine(machine, args)
  printChecks(machine, args, found)
  return exitCodeOf(found.checks)
}

const exitCodeOf = (checks: readonly Check[]): ExitCode =>
  checks.some(({ status }) => status === 'fault') ? EXIT.partial : EXIT.ok

/** A report that tells of nobody, also where there is not even a project. */
async function shareReport(machine: Machine, args: DoctorArguments): Promise<ExitCode> {
  const seen = await caught(() => examine(machine, args))
  const checks = seen instanceof CaSyncError ? [faultOf('doctor', seen)] : seen.checks
  const { projects } = machine
  const place = orElse(() => projects.find(args.project), undefined)
  const folder = place?.folder ?? orElse(() => projects.folder(args.project).path, undefined)
  const known = place && orElse(() => projects.read(place), undefined)
  printShared(machine, args.json, checks, present({ ...known, folder }))
  return seen instanceof CaSyncError ? seen.exitCode : exitCodeOf(checks)
}

async function examine(machine: Machine, args: DoctorArguments): Promise<Examined> {
  const place = machine.projects.find(args.project)
  machine.progress('Looking at all that Poetry will look at…')
  const config = await caught(() => machine.userConfig())
  const settings = config instanceof CaSyncError ? emptyUserConfig : config
  const state = await caught(async () => machine.store.read())
  const where = whereNamed(args.project, place.folder)
  const { checks: chain, words } =
    state instanceof CaSyncError ? nothingKnown : await projectChecks(machine, args, place, settings)
  const checks = [stateCheck(machine), ...(config instanceof CaSyncError ? [faultOf('config', config)] : []), ...chain]
  const fixed = checks.map((check) => ({ ...check, fix: check.fix && placed(check.fix, where) }))
  return { checks: fixed, words, where }
}

function stateCheck({ store }: Pick<Machine, 'store'>): Check {
  const problem = store.problem()
  return problem === undefined ? ok('state', 'what ca-sync remembers is readable') : faultOf('state', problem)
}

const nothingKnown: Pick<Examined, 'checks' | 'words'> = { checks: [], words: [] }

async function projectChecks(machine: Machine, args: DoctorArguments, place: ProjectPlace, config: UserConfig) {
  const project = await caught(async () => machine.projects.read(place))
  if (project instanceof CaSyncError) return { checks: [faultOf('pyproject', project)], words: [] }
  const seen = surveyOf(machine, { ...args, place })
  const names = seen.sources.map(({ name }) => name).join(', ')
  const unfit = seen.unfit.map(({ source, error }) => faultOf('source', error, source.name))
  const self = `ca-sync${whereNamed(args.project, place.folder)}`
  const collecting = collectFacts({ ...machine, userConfig: async () => config }, seen, args.offline)
  const [facts, rotation] = await Promise.all([collecting, rotationChecks(machine, seen.record, { self })])
  const chain = await chainChecks(machine, facts, { self, isWindows: machine.host.platform === 'win32' })
  const checks = [ok('pyproject', `${place.file}: ${names}`), ...unfit, ...chain, ...rotation]
  return { checks, words: wordsOf(machine, facts, { self }, chain) }
}

type Parts = Pick<Machine, 'host' | 'scheduling' | 'startup'>

/** Whether something renews the tokens in time, and how its last run ended. */
async function rotationChecks(machine: Parts, record: ProjectRecord | undefined, at: Pick<Diagnosed, 'self'>) {
  const found = await caught(() => renewal(machine))
  const schedule = found instanceof CaSyncError ? warning('schedule', found.message, found.hint) : scheduleCheck(found)
  return [schedule, ...(record === undefined ? [] : lastRunChecks(record, machine.host.now(), at))]
}

async function renewal(machine: Parts): Promise<Renewal> {
  const { scheduling, job, scheduler, installed } = await lookForJob(machine)
  const { node, program } = installed.runs ?? job
  const gone = [node, program].filter((path) => !scheduling.isProgram(path))
  const hooked = await hookedShells(machine)
  const runs = await Promise.all(hooked.map((one) => isRunning(machine, one)))
  const named = (wanted: boolean) => hooked.filter((_, index) => runs[index] === wanted).map(({ shell }) => shell)
  return { title: scheduler.title, installed, gone, hooks: named(true), silent: named(false) }
}

/** By the trace that the hook leaves; where there is none yet, a new shell is asked. */
async function isRunning(machine: Parts, { shell, ranAt = 0 }: Hooked): Promise<boolean> {
  if (machine.host.now() - ranAt < recentMs) return true
  return (await (await machine.startup()).hasHook(shell)) === true
}
