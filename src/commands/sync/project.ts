import { ended, tried, withRecord } from '../../core/memory/record.ts'
import type { ProjectRecord } from '../../core/memory/state.ts'
import { withoutLocals } from '../../core/plan/ledger.ts'
import type { ProjectPlace } from '../../core/ports/project.ts'
import { CaSyncError, type ErrorCode, saidOf } from '../../core/words/errors.ts'
import type { Machine } from '../../machine.ts'
import type { Run } from '../../run.ts'
import type { Report } from '../report.ts'
import { partlyReady } from '../wording.ts'
import { apply } from './apply.ts'
import { type Gathered, gather } from './gather.ts'
import { type Applied, remember } from './remember.ts'
import { planReport, syncReport } from './report.ts'
import { type Request, requestFor, type Wish } from './request.ts'

type Parts = Run & Pick<Machine, 'projects' | 'poetryFiles' | 'store' | 'userConfigFile' | 'userConfig' | 'stamps'>

/**
 * One project: read → plan → apply → remember. Another run must not be at it; a failure is recorded and thrown on, that of opening
 * it, too.
 */
export async function syncProject(machine: Machine, place: ProjectPlace, wish: Wish): Promise<Report> {
  try {
    if (wish.keeping?.local === false) await leaveLocal(machine, place.folder, wish)
    const request = await requestFor(machine, place, wish)
    const gathered = await gather(machine, request)
    return wish.dryRun ? planReport(request, gathered) : await finish(machine, request, gathered, wish)
  } catch (error) {
    const isItsOwn = error instanceof CaSyncError && !error.passing && !isSlip(error, wish) && !isDeclined(error, wish)
    if (isItsOwn && !wish.dryRun) recordFailure(machine, place.folder, error)
    throw error
  }
}

/** Takes our lines out of the project's poetry.toml. Throws CaSyncError FILE_UNWRITABLE, POETRY_FILE_INVALID. */
async function leaveLocal({ store, poetryFiles, warn }: Parts, folder: string, { dryRun }: Wish): Promise<void> {
  const state = store.read()
  const file = poetryFiles.projectFile(folder)
  const urls = state.locals[file]
  if (urls === undefined) return
  if (dryRun) return warn(`The lines of ca-sync in ${file} would be taken out.`)
  await poetryFiles.forget(file, { urls, usernames: [], stamps: [], created: Object.keys(state.created) })
  store.put(withoutLocals(state, file))
}

/** What was typed wrong, and is over with the run: it is no fault of the project's. */
const isSlip = ({ code }: CaSyncError, { unattended, flags }: Wish): boolean =>
  !unattended && (slips.has(code) || (flags.profile !== undefined && slipsOfProfile.has(code)))
const slips: ReadonlySet<ErrorCode> = new Set(['SOURCE_UNKNOWN', 'USAGE'])
// Also one that is given to some of the sources of a repository.
const slipsOfProfile: ReadonlySet<ErrorCode> = new Set(['AWS_PROFILE_UNKNOWN', 'CONFIG_INVALID'])

/** Plain text was asked for, which cannot be: all is as it was before. */
const isDeclined = ({ code }: CaSyncError, { keeping }: Wish): boolean =>
  keeping?.store === 'plaintext' && code === 'CREDENTIALS_SHADOWED'

async function finish(machine: Machine, request: Request, gathered: Gathered, wish: Wish): Promise<Report> {
  const applied = await apply(machine, request, gathered)
  const inputs = inputsAfter(machine, request, gathered, applied)
  const { configDir, version } = gathered
  const settings = await machine.poetryFiles.settings(configDir, request.project.folder, version)
  const report = syncReport(request, { ...gathered, settings }, applied, machine.host.now())
  const failed = report.sources.flatMap(({ name, error }) => (error && !error.passing ? [{ name, error }] : []))
  const error = failed[0]?.error
  if (error !== undefined && report.sources.every((source) => source.error && isSlip(source.error, wish))) {
    machine.store.put(withRecord(applied.state, request.project.folder, request.record))
    return report
  }
  const tried = report.sources.some((source) => source.ready || source.error?.passing)
  const seen = { ready: error === undefined, notes: report.notes ?? [], ...partlyReady(report.sources) }
  const state = remember(machine, request, gathered, { tried, applied, settings, inputs, ...seen })
  machine.store.put(ended(state, request.project.folder, endOf(machine, error, failed)))
  return report
}

/** Stamps of before the run, but for what the run itself wrote, or learned of. */
function inputsAfter(
  { poetryFiles, stamps, projects }: Pick<Machine, 'poetryFiles' | 'stamps' | 'projects'>,
  { project, before }: Request,
  { configDir, version, placed }: Gathered,
  { written }: Applied,
): ProjectRecord['inputs'] {
  const files = poetryFiles.paths(configDir, project.folder, version)
  const renewed = files.filter((file) => before[file] === undefined || written.includes(file))
  // Whose name it is, may change any day.
  const holders = placed.flatMap(({ obstacle }) => obstacle?.holder ?? [])
  const others = holders.map((folder) => projects.at(folder).file)
  return { ...before, ...stamps([...renewed, ...others]) }
}

/** Its words are kept: a keyring may quote what it was given. */
const cleaned = ({ code, message, hint, retryAfterSeconds }: CaSyncError, clean: Machine['clean']): CaSyncError =>
  new CaSyncError(code, clean(message), { hint: clean(hint), retryAfterSeconds })

interface Failed {
  readonly name: string
  readonly error: CaSyncError
}

/** How a run on a project ended. @param failed - which sources did; undefined where it is all of it */
function endOf({ host, clean }: Parts, error: CaSyncError | undefined, failed?: readonly Failed[]) {
  const isSame = (one: Failed): boolean => one.error.message === error?.message
  const others = failed?.filter((one) => !isSame(one))
  return {
    error: error && cleaned(error, clean),
    names: failed?.filter(isSame).map(({ name }) => name),
    others: others?.map(({ name, error }) => ({ name, ...saidOf(cleaned(error, clean)) })),
    now: host.now(),
    random: host.random(),
  }
}

function recordFailure(machine: Parts, folder: string, error: CaSyncError): void {
  const state = tried(machine.store.read(), folder, machine.poetryFiles.configDir())
  machine.store.put(ended(state, folder, endOf(machine, error)))
}
