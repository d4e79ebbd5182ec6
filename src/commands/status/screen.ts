import type { Host } from '../../core/ports/host.ts'
import { commandLine, homely } from '../../core/words/dress.ts'
import { formatSpan } from '../../core/words/duration.ts'
import { type Look, wrap } from '../../core/words/look.ts'
import { board } from '../columns.ts'
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

/** For a person: what is shared above, one line a source, and who renews the tokens. */
export function screen({ sources, renewal }: Report, host: Host, look: Look): string {
  const groups = groupsOf(sources, (source, repository) => ({
    health: healthOf(source),
    name: source.name,
    cells: screenCells(source, repository, host.now()),
  }))
  return homely(board(groups, look) + (renewal ? renewalText(renewal, host.now(), look) : ''), host)
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
