import { muster } from '../../core/memory/absence.ts'
import { knownProjects, type ProjectRecord } from '../../core/memory/state.ts'
import { CaSyncError, caught, EXIT, type ExitCode } from '../../core/words/errors.ts'
import { inFolder, whereNamed } from '../../core/words/quote.ts'
import type { Machine } from '../../machine.ts'
import type { Run } from '../../run.ts'
import { knownSources } from '../../survey/known.ts'
import { type Survey, surveyOf } from '../../survey/survey.ts'
import type { StatusArguments } from '../arguments.ts'
import { awayError } from '../away.ts'
import { refuseBoth } from '../refuse.ts'
import { failedReport, type LastRun, ofProject, type Report, sourceReport, together } from '../report.ts'
import { lackWarnings, plaintextWarning } from '../wording.ts'
import { renewalOf } from './renewal.ts'
import { printStatus } from './text.ts'

type Parts = Run & Pick<Machine, 'projects' | 'poetryFiles' | 'store' | 'userConfig'>

/** One row a source: no AWS call, no Python, no keyring. */
export async function status(machine: Parts, args: StatusArguments): Promise<ExitCode> {
  if (args.all)
    refuseBoth(args, 'every project', 'Type ca-sync status --all for every project, or -C DIR -s NAME for one.')
  const { folders, ...seen } = args.all ? await lookAtAll(machine) : await lookAtOne(machine, args)
  const { renewal, warnings } = await renewalOf(machine.host, machine.store.read(), folders)
  const report = { ...seen, renewal, warnings: [...seen.warnings, ...warnings] }
  printStatus(machine, args, report)
  return report.sources.every(({ ready }) => ready) ? EXIT.ok : EXIT.partial
}

/** A report, and the projects that it is of. */
type StatusReport = Report & { readonly folders: readonly string[] }

async function lookAtOne(machine: Parts, args: StatusArguments): Promise<StatusReport> {
  const seen = surveyOf(machine, args)
  const { folder } = seen.project
  return { ...(await reportOf(machine, seen, whereNamed(args.project, folder))), folders: [folder] }
}

async function reportOf(machine: Parts, seen: Survey, where: string): Promise<Report> {
  const { project, state, record } = seen
  const known = await knownSources(machine, seen, where)
  const judged = known.map(({ source: { name }, verdict }) => ({ name, verdict }))
  const targets = known.flatMap(({ planned, isPlain }) => (planned && isPlain ? [planned.target] : []))
  return {
    sources: known.map((one) => sourceReport({ ...one, tokens: state.tokens })),
    warnings: [...project.warnings, ...plaintextWarning(targets, where), ...lackWarnings(judged, where)],
    lastRun: lastRunOf(record),
  }
}

/** Every project that jobs are about, each with its folder. One that cannot be read does not hide the others. */
async function lookAtAll(machine: Parts): Promise<StatusReport> {
  const reports: Report[] = []
  const state = machine.store.read()
  const known = knownProjects(state)
  const folders = known.map(([folder]) => folder)
  const { away } = muster(state, machine.projects.presence, machine.host.now())
  for (const [folder, { sources }] of known) {
    const place = machine.projects.at(folder)
    const gone = away.find((one) => one.folder === folder)
    const seen = gone
      ? awayError(gone, machine.host)
      : await caught(async () => reportOf(machine, surveyOf(machine, { place, anyShell: true }), inFolder(folder)))
    reports.push(ofProject(seen instanceof CaSyncError ? failedReport(sources, seen) : seen, place))
  }
  return { ...together(reports), folders }
}

const lastRunOf = (record: ProjectRecord | undefined): LastRun | null =>
  record?.ranAt === undefined ? null : { at: record.ranAt, error: record.failure ?? null }
