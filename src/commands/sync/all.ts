import { join } from 'node:path'
import { isHeld, isNews } from '../../core/memory/failure.ts'
import type { ProjectRecord } from '../../core/memory/state.ts'
import type { ProjectPlace } from '../../core/ports/project.ts'
import { CaSyncError } from '../../core/words/errors.ts'
import { shellWord } from '../../core/words/quote.ts'
import type { Machine } from '../../machine.ts'
import type { GiveWay } from '../locked.ts'
import { blank, type Report, type SourceReport } from '../report.ts'
import { openProject, syncProject, type Wish } from './project.ts'
import { callRoll } from './roll.ts'
import { sharingSessions } from './sessions.ts'

/** Every project that was synced before, one after another: they share tokens and entries. One failing does not stop the others. */
export async function syncAll(machine: Machine, wish: Wish, giveWay?: GiveWay): Promise<Report> {
  const { folders, report } = callRoll(machine, wish)
  const { keyring, close } = sharingSessions(machine.keyring, folders)
  const synced = await syncEach({ ...machine, keyring }, folders, wish, giveWay).finally(close)
  return together([report, ...synced])
}

/** The reports of several projects as one. */
export const together = (reports: readonly Report[]): Report => ({
  sources: reports.flatMap(({ sources }) => sources),
  warnings: [...new Set(reports.flatMap(({ warnings }) => warnings))],
  standing: reports.flatMap(({ standing = [] }) => standing),
  known: reports.flatMap(({ known = [] }) => known),
  details: reports.flatMap(({ details = [] }) => details),
})

async function syncEach(
  machine: Machine,
  folders: readonly string[],
  wish: Wish,
  giveWay?: GiveWay,
): Promise<readonly Report[]> {
  const reports: Report[] = []
  for (const folder of folders) {
    await giveWay?.()
    // Who went first may have logged it out, or renewed it.
    const record = machine.store.read().projects[folder]
    if (record !== undefined) reports.push(...(await syncOne(machine, folder, record, wish)))
  }
  return reports
}

async function syncOne(machine: Machine, folder: string, record: ProjectRecord, wish: Wish): Promise<Report[]> {
  const place = { folder, file: join(folder, 'pyproject.toml') }
  return isHeldBack(machine, record, wish) ? [] : [await attemptSync(machine, place, record, wish)]
}

/** Trying sooner than the last failure allows would hammer AWS. */
const isHeldBack = ({ host }: Pick<Machine, 'host'>, record: ProjectRecord, { patient }: Wish): boolean =>
  patient && isHeld(record, host.now() / 1000)

async function attemptSync(machine: Machine, place: ProjectPlace, record: ProjectRecord, wish: Wish): Promise<Report> {
  const open = () => openProject(machine, place, true)
  const report = await syncProject(machine, place.folder, open, wish).catch((error: unknown) =>
    failedReport(record, error),
  )
  const sources = report.sources.map((source) => ({
    ...explainedForJobs(source, record, place),
    project: place.folder,
  }))
  const details =
    (report.details ?? []).length > 0 ? [['project', place.folder] as const, ...(report.details ?? [])] : []
  return {
    ...report,
    sources,
    details,
    known: wish.unattended ? sources.filter(({ error }) => isOldNews(record, error)) : [],
  }
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

function failedReport({ sources }: ProjectRecord, error: unknown): Report {
  if (!(error instanceof CaSyncError)) throw error
  return { sources: sources.map((source) => ({ ...blank(source), url: source.url, error })), warnings: [] }
}
