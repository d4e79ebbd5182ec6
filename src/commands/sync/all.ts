import { muster } from '../../core/memory/absence.ts'
import { isHeld, isNews } from '../../core/memory/failure.ts'
import { knownProjects, type ProjectRecord } from '../../core/memory/state.ts'
import type { ProjectPlace } from '../../core/ports/project.ts'
import { CaSyncError, caught, inFull } from '../../core/words/errors.ts'
import { shellWord } from '../../core/words/quote.ts'
import type { Machine } from '../../machine.ts'
import { awayError } from '../away.ts'
import type { GiveWay } from '../locked.ts'
import { failedReport, ofProject, type Report, type SourceReport, together } from '../report.ts'
import { syncProject } from './project.ts'
import type { Wish } from './request.ts'
import { sharingSessions } from './sessions.ts'

/** The projects that are there now. Who was away for too long is known no more: what it shares with others is theirs to renew. */
function callRoll({ store, projects, host }: Pick<Machine, 'host' | 'projects' | 'store'>, { dryRun }: Wish) {
  const before = store.read()
  const problem = store.problem()
  const known = knownProjects(before).map(([folder]) => folder)
  // Which projects there were, nobody knows any more. The file stays, which says so.
  if (problem?.code === 'STATE_LOST' && known.length === 0) throw problem
  const { state, forgotten, away } = muster(before, projects.presence, host.now())
  if (!dryRun && forgotten.length + away.length + Object.keys(before.away).length > 0) store.put(state)
  const missing = [...forgotten, ...away.map(({ folder }) => folder)]
  // That a drive is not there yet is no news in a job.
  const standing = away
    .filter(({ folder }) => known.includes(folder))
    .map((one) => awayError(one, host))
    .map(inFull)
  const text = 'is no project any more (no pyproject.toml for a week): it is not kept ready.'
  const dropped = forgotten.filter((folder) => known.includes(folder)).map((folder) => `${folder} ${text}`)
  const report = { sources: [], warnings: [...dropped, ...standing], standing }
  return { folders: known.filter((folder) => !missing.includes(folder)), report }
}

/** Every project that was synced before, one after another: they share tokens and entries. One failing does not stop the others. */
export async function syncAll(machine: Machine, wish: Wish, giveWay?: GiveWay): Promise<Report> {
  const { folders, report } = callRoll(machine, wish)
  const { keyring, close } = sharingSessions(machine.keyring, folders)
  const synced = await syncEach({ ...machine, keyring }, folders, wish, giveWay).finally(close)
  return together([report, ...synced])
}

async function syncEach(machine: Machine, folders: readonly string[], wish: Wish, giveWay?: GiveWay) {
  const reports: Report[] = []
  for (const folder of folders) {
    await giveWay?.()
    // Who went first may have logged it out, or renewed it.
    const record = machine.store.read().projects[folder]
    // Trying sooner than the last failure allows would hammer AWS.
    const isHeldBack = record === undefined || (wish.patient && isHeld(record, machine.host.now() / 1000))
    if (!isHeldBack) reports.push(await attemptSync(machine, machine.projects.at(folder), record, wish))
  }
  return reports
}

async function attemptSync(machine: Machine, place: ProjectPlace, record: ProjectRecord, wish: Wish): Promise<Report> {
  const done = await caught(() => syncProject(machine, place, wish))
  const report = done instanceof CaSyncError ? failedReport(record.sources, done) : done
  const sources = report.sources.map((source) => explainedForJobs(source, record, place))
  const own = ofProject({ ...report, sources }, place)
  return { ...own, known: wish.unattended ? own.sources.filter(({ error }) => isOldNews(record, error)) : [] }
}

/** Keys in the environment are of one shell: a job has none. */
function explainedForJobs(source: SourceReport, { sources }: ProjectRecord, { folder }: ProjectPlace): SourceReport {
  const byKeys = sources.some(({ name, identity }) => name === source.name && identity.base.kind === 'environment')
  if (!byKeys || source.error?.code !== 'AWS_NO_CREDENTIALS') return source
  const what = `${folder} was synced with AWS keys from the environment, which are not set here; a job needs a profile.`
  const hint = `Type once: ca-sync -C ${shellWord(folder)} --profile NAME`
  return { ...source, error: new CaSyncError('AWS_NO_CREDENTIALS', what, { hint, cause: source.error }) }
}

/** A job's line is mailed by cron: the same failure again is no news. */
const isOldNews = ({ failure }: ProjectRecord, error: CaSyncError | null): boolean =>
  error !== null && !isNews(failure, error)
