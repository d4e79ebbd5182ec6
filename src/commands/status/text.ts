import { formatSpan } from '../../core/words/duration.ts'
import type { CaSyncError } from '../../core/words/errors.ts'
import { lookOf } from '../../core/words/look.ts'
import { printable } from '../../core/words/quote.ts'
import type { Machine } from '../../machine.ts'
import { table } from '../columns.ts'
import { toDocument } from '../documents.ts'
import type { TalkArguments } from '../options.ts'
import type { Report, SourceReport } from '../report.ts'
import { describeErrors, expiresIn, readyText, shortName } from '../wording.ts'

type Parts = Pick<Machine, 'host' | 'warn'>

const columns = ['NAME', 'REPOSITORY', 'EXPIRES IN', 'READY'] as const
const columnsOfAll = ['PROJECT', ...columns] as const

const cells = (source: SourceReport, now: number): readonly string[] => [
  source.name,
  `${shortName(source)} (${source.region})`,
  expiresIn(source.expiresAt, now),
  readyText(source) + (source.ready ? ways[source.store] : ''),
]

/** Where Poetry does not find the token in its keyring, how it does. */
const ways: Record<SourceReport['store'], string> = {
  keyring: '',
  plaintext: ', in plain text',
  exec: ', through exec',
}

function lastRunText(at: string, { message, hint }: Pick<CaSyncError, 'message' | 'hint'>, now: number): string {
  const ago = formatSpan((now - Date.parse(at)) / 1000)
  return `last run: failed ${ago} ago: ${message}\n  ${hint.replaceAll('\n', '\n  ')}\n`
}

/** The table on stdout, and below it, as talk, why sources are not ready. */
export function printStatus({ host, warn }: Parts, { json, quiet, verbose }: TalkArguments, report: Report): void {
  if (json) host.stdout(toDocument(report, null))
  else if (!quiet) {
    const isAll = report.sources.some(({ project }) => project !== undefined)
    const own = ({ project }: SourceReport): string[] => (isAll ? [printable(project ?? '')] : [])
    const rows = report.sources.map((source) => [...own(source), ...cells(source, host.now())])
    host.stdout(table(isAll ? columnsOfAll : columns, rows, host.isShown ? lookOf(host) : undefined))
  }
  if (json) return
  for (const warning of report.warnings) warn(warning)
  for (const text of describeErrors(report, verbose)) host.stderr(text)
  if (report.lastRun?.error) host.stderr(lastRunText(report.lastRun.at, report.lastRun.error, host.now()))
}
