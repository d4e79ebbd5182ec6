import type { Host } from '../../core/ports/host.ts'
import { formatSpan } from '../../core/words/duration.ts'
import type { Complaint } from '../../core/words/errors.ts'
import { commandLine, homely, type Look, wrap } from '../../core/words/look.ts'
import { printable } from '../../core/words/quote.ts'
import type { Machine } from '../../machine.ts'
import { type BoardRow, board, type Group, shownLook, table } from '../columns.ts'
import { toDocument } from '../documents.ts'
import { groupsOf } from '../groups.ts'
import type { TalkArguments } from '../options.ts'
import type { Renewing, Report, SourceReport } from '../report.ts'
import { describeErrors, expiresIn, healthOf, readyText, shortName, ways } from '../wording.ts'

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

function lastRunText(at: string, { message, hint }: Complaint, now: number): string {
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

const renewers: Record<Renewing['by'][number], string> = {
  watch: 'by ca-sync watch',
  systemd: 'by a systemd user timer',
  cron: 'by a cron job',
  launchd: 'by a LaunchAgent',
  windows: 'by a scheduled task',
  hook: 'at your prompt',
}

/** More than these columns of names are counted instead. */
const longestNames = 24

/** For a person: what is shared above, one line a source, and who renews the tokens. */
export function screen({ sources, renewal }: Report, host: Host, look: Look): string {
  const near = (text: string): string => homely(text, host)
  const groups = groupsOf(sources, (source, repository) => ({
    health: healthOf(source),
    name: source.name,
    cells: screenCells(source, repository, host.now()).map(near),
  })).map(({ titles, entries }) => ({ titles: titles.map(near), entries }))
  const isAll = sources.some(({ project }) => project !== undefined)
  return board(isAll ? groups.map(saidOnce) : groups, look) + (renewal ? renewalText(renewal, host.now(), look) : '')
}

/** What stops all sources of a project alike. */
function saidOnce(group: Group): Group {
  const [first, ...others] = group.entries
  const isSame = ({ health, cells }: BoardRow) => health === 'fault' && cells.join() === first?.cells.join()
  if (first === undefined || others.length === 0 || !group.entries.every(isSame)) return group
  const names = group.entries.map(({ name }) => name).join(', ')
  return {
    ...group,
    entries: [{ ...first, name: names.length > longestNames ? `${others.length + 1} sources` : names }],
  }
}

/** @param repository - where that is not said above, or by the name */
function screenCells(source: SourceReport, repository: string, now: number): readonly string[] {
  if (!source.ready) return [readyText(source).replace(/^no: /, '')]
  const word = readyText(source)
  const rest = [repository, (word === 'yes' ? '' : word) + ways[source.store]].filter((part) => part !== '')
  return [expiresIn(source.expiresAt, now), rest.join(', ').replace(/^, /, '')]
}

function renewalText({ by, nextAt, stopped }: Renewing, now: number, look: Look): string {
  if (nextAt === null) return ''
  const left = (Date.parse(nextAt) - now) / 1000
  const when = left > 0 ? `next in ${formatSpan(left)}` : 'and due now'
  if (by.length > 0)
    return `\n${wrap(`Renewed ${by.map((one) => renewers[one]).join(' and ')}, ${when}.`, look.width)}\n`
  // Why, and what to type, is said below.
  if (stopped !== undefined) return `\n${wrap('Nothing that ca-sync can see renews these tokens.', look.width)}\n`
  const choice = ['schedule', 'hook'].map((what) => `${commandLine(`ca-sync ${what} install`, look)}\n`)
  return `\n${wrap('Nothing that ca-sync can see renews these tokens. Type one of:', look.width)}\n${choice.join('')}`
}
