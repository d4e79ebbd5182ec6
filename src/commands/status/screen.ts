import type { Host } from '../../core/ports/host.ts'
import { formatSpan } from '../../core/words/duration.ts'
import { commandLine, homely, type Look, wrap } from '../../core/words/look.ts'
import { type BoardRow, board, type Group } from '../columns.ts'
import { groupsOf } from '../groups.ts'
import type { Renewing, Report, SourceReport } from '../report.ts'
import { expiresIn, healthOf, readyText, ways } from '../wording.ts'

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

function renewalText({ by, nextAt }: Renewing, now: number, look: Look): string {
  if (nextAt === null) return ''
  const left = (Date.parse(nextAt) - now) / 1000
  const when = left > 0 ? `next in ${formatSpan(left)}` : 'and due now'
  if (by.length > 0)
    return `\n${wrap(`Renewed ${by.map((one) => renewers[one]).join(' and ')}, ${when}.`, look.width)}\n`
  const choice = ['schedule', 'hook'].map((what) => `${commandLine(`ca-sync ${what} install`, look)}\n`)
  return `\n${wrap('Nothing that ca-sync can see renews these tokens. Type one of:', look.width)}\n${choice.join('')}`
}
