import { join } from 'node:path'
import type { KeepingWish } from '../../core/memory/keeping.ts'
import { keepingOf } from '../../core/memory/keeping-rules.ts'
import { ended, tried } from '../../core/memory/record.ts'
import type { ProjectRecord } from '../../core/memory/state.ts'
import { withoutLocals } from '../../core/plan/ledger.ts'
import type { Project, ProjectPlace } from '../../core/ports/project.ts'
import { environmentBase, type Settings } from '../../core/project/settings.ts'
import { CaSyncError } from '../../core/words/errors.ts'
import type { Machine } from '../../machine.ts'
import type { Run } from '../../run.ts'
import { rememberedDir } from '../../survey/place.ts'
import { draft, selectSources, selectUnfit } from '../../survey/targets.ts'
import type { Report } from '../report.ts'
import { partlyReady } from '../wording.ts'
import { apply } from './apply.ts'
import { type Gathered, gather, type Request } from './gather.ts'
import { type Applied, remember } from './remember.ts'
import { planReport, syncReport } from './report.ts'

type Parts = Run & Pick<Machine, 'projects' | 'poetryFiles' | 'store' | 'userConfigFile' | 'userConfig' | 'stamps'>

/** What a run was asked to do, for each of its projects. */
export interface Wish {
  readonly flags: Settings
  readonly sources: readonly string[] | undefined
  readonly force: boolean
  readonly dryRun: boolean
  readonly unattended: boolean
  /** Whether a project whose last failure's retry is not due yet is left alone. */
  readonly patient: boolean
  /** Every project: each as the identity and with the Poetry that it was synced with, whatever this shell's are. */
  readonly all: boolean
  /** How tokens are kept from now on; without it as before. */
  readonly keeping?: KeepingWish
}

/** A project as it was read, and the stamps of what was read, taken before. */
export interface Opened {
  readonly project: Project
  readonly before: ProjectRecord['inputs']
}

/** @throws CaSyncError PYPROJECT_INVALID, SOURCE_INVALID, NO_SOURCES */
export function openProject(machine: Parts, place: ProjectPlace, all: boolean): Opened {
  const { poetryFiles, userConfigFile } = machine
  const state = machine.store.read()
  const recorded = all ? state.projects[place.folder]?.poetry.configDir : undefined
  const dir = recorded ?? rememberedDir(machine, state, place.folder) ?? poetryFiles.configDir()
  const before = machine.stamps([place.file, userConfigFile, ...poetryFiles.paths(dir, place.folder)])
  return { project: machine.projects.read(place), before }
}

/** What a job is about where some sources were logged out, if it be none; undefined where it is about all. */
const staying = ({ sources }: Project, record: ProjectRecord | undefined, { all }: Wish): string[] | undefined =>
  all ? sources.map(({ name }) => name).filter((name) => !record?.without?.includes(name)) : undefined

async function requestFor(machine: Parts, { project }: Opened, wish: Wish): Promise<Request> {
  const { keysStamp, apiStamp, host } = machine
  const state = machine.store.read()
  const record = state.projects[project.folder]
  const environment = wish.all ? undefined : environmentBase(host.env)
  const chooser = { flags: wish.flags, config: await machine.userConfig(), keysStamp, apiStamp, environment }
  const names = wish.sources ?? staying(project, record, wish)
  const drafts = draft(selectSources(project, names), record, chooser)
  const unfit = selectUnfit(project, wish.sources)
  const { force, dryRun, unattended, all, keeping: keepingWish = {} } = wish
  const own = project.sources.map(({ name }) => name)
  const keeping = keepingOf(state, project.folder, own, keepingWish)
  return { project, drafts, unfit, chooser, state, record, force, dryRun, unattended, all, keeping, keepingWish }
}

/**
 * One project: read → plan → apply → remember. Another run must not be at it; a failure is recorded and thrown on, that of opening
 * it, too.
 */
export async function syncProject(machine: Machine, folder: string, open: () => Opened, wish: Wish): Promise<Report> {
  try {
    const opened = open()
    if (wish.keeping?.local === false && !wish.dryRun) await leaveLocal(machine, folder)
    const request = await requestFor(machine, opened, wish)
    const gathered = await gather(machine, request)
    return wish.dryRun ? planReport(request, gathered) : await finish(machine, request, gathered, opened.before)
  } catch (error) {
    if (error instanceof CaSyncError && !wish.dryRun && !error.passing) recordFailure(machine, folder, error)
    throw error
  }
}

/** Takes our lines out of the project's poetry.toml. Throws CaSyncError FILE_UNWRITABLE, POETRY_FILE_INVALID. */
async function leaveLocal({ store, poetryFiles }: Parts, folder: string): Promise<void> {
  const state = store.read()
  const file = poetryFiles.projectFile(folder)
  const urls = state.locals[file]
  if (urls === undefined) return
  await poetryFiles.forget(file, { urls, usernames: [], stamps: [], created: Object.keys(state.created) })
  store.put(withoutLocals(state, file))
}

async function finish(
  machine: Machine,
  request: Request,
  gathered: Gathered,
  before: ProjectRecord['inputs'],
): Promise<Report> {
  const applied = await apply(machine, request, gathered)
  const inputs = inputsAfter(machine, request, gathered, applied, before)
  const { configDir, version } = gathered
  const settings = await machine.poetryFiles.settings(configDir, request.project.folder, version)
  const report = syncReport(request, { ...gathered, settings }, applied, machine.host.now())
  const error = report.sources.flatMap((source) => source.error ?? []).find(({ passing }) => !passing)
  const { notes = [] } = report
  const tried = report.sources.some((source) => source.ready || source.error?.passing)
  const outcome = {
    tried,
    applied,
    settings,
    ready: error === undefined,
    notes,
    partly: partlyReady(report.sources),
    inputs,
  }
  const state = remember(machine, request, gathered, outcome)
  const hit = report.sources.filter((source) => source.error?.message === error?.message).map(({ name }) => name)
  machine.store.put(ended(state, request.project.folder, endOf(machine, error, hit)))
  return report
}

/** Stamps of before the run, but for what the run itself wrote, or learned of. */
function inputsAfter(
  machine: Pick<Machine, 'poetryFiles' | 'stamps'>,
  { project }: Request,
  { configDir, version, obstacles }: Gathered,
  { written }: Applied,
  before: ProjectRecord['inputs'],
): ProjectRecord['inputs'] {
  const files = machine.poetryFiles.paths(configDir, project.folder, version)
  const renewed = files.filter((file) => before[file] === undefined || written.includes(file))
  // Whose name it is, may change any day.
  const holders = [...obstacles.values()].flatMap((obstacle) => obstacle?.holder ?? [])
  const others = holders.map((folder) => join(folder, 'pyproject.toml'))
  return { ...before, ...machine.stamps([...renewed, ...others]) }
}

/** Its words are kept: a keyring may quote what it was given. */
const cleaned = ({ code, message, hint, retryAfterSeconds }: CaSyncError, clean: Machine['clean']): CaSyncError =>
  new CaSyncError(code, clean(message), { hint: clean(hint), retryAfterSeconds })

/** How a run on a project ended. */
const endOf = ({ host, clean }: Parts, error: CaSyncError | undefined, names?: readonly string[]) => ({
  error: error && cleaned(error, clean),
  names,
  now: host.now(),
  random: host.random(),
})

function recordFailure(machine: Parts, folder: string, error: CaSyncError): void {
  const state = tried(machine.store.read(), folder, machine.poetryFiles.configDir())
  machine.store.put(ended(state, folder, endOf(machine, error)))
}
