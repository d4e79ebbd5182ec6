import { formatSpan } from '../../core/words/duration.ts'
import type { CaSyncError } from '../../core/words/errors.ts'
import { printable } from '../../core/words/quote.ts'
import type { Machine } from '../../machine.ts'
import { shownLook, table } from '../columns.ts'
import { toDocument } from '../documents.ts'
import type { TalkArguments } from '../options.ts'
import type { Report, SourceReport } from '../report.ts'
import { describeErrors, expiresIn, readyText, shortName, ways } from '../wording.ts'
import { screen } from './screen.ts'

type Parts = Pick<Machine, 'host' | 'warn'>

const columns = ['NAME', 'REPOSITORY', 'EXPIRES IN', 'READY'] as const

const cells = (source: SourceReport, now: number): readonly string[] => [
  source.name,
  `${shortName(source)} (${source.region})`,
  expiresIn(source.expiresAt, now),
  readyText(source) + (source.ready ? ways[source.store] : ''),
]

/** For a pipe: one row a source. */
function rows({ sources }: Report, now: number): string {
  const isAll = sources.some(({ project }) => project !== undefined)
  const own = ({ project }: SourceReport): string[] => (isAll ? [printable(project ?? '')] : [])
  const body = sources.map((source) => [...own(source), ...cells(source, now)])
  return table(isAll ? ['PROJECT', ...columns] : columns, body)
}

function lastRunText(at: string, { message, hint }: Pick<CaSyncError, 'message' | 'hint'>, now: number): string {
  const ago = formatSpan((now - Date.parse(at)) / 1000)
  return `last run: failed ${ago} ago: ${message}\n  ${hint.replaceAll('\n', '\n  ')}\n`
}

/** The table on stdout, and below it, as talk, why sources are not ready. */
export function printStatus({ host, warn }: Parts, { json, quiet, verbose }: TalkArguments, report: Report): void {
  const look = shownLook(host)
  if (json) host.stdout(toDocument(report, null))
  else if (!quiet) host.stdout(look ? screen(report, host, look) : rows(report, host.now()))
  if (json) return
  for (const warning of report.warnings) warn(warning)
  for (const text of describeErrors(report, verbose, look && !quiet)) host.stderr(text)
  const { error: last } = report.lastRun ?? {}
  const isTold = report.sources.some(({ error }) => error?.message === last?.message)
  if (report.lastRun && last && !isTold) host.stderr(lastRunText(report.lastRun.at, last, host.now()))
}
