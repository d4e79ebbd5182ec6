import { knownProjects } from '../../core/memory/state.ts'
import { formatSpan } from '../../core/words/duration.ts'
import { type CaSyncError, inFull } from '../../core/words/errors.ts'
import { counted } from '../../core/words/quote.ts'
import type { Machine } from '../../machine.ts'
import { errorDocument, failedDocument, wholeDocument } from '../documents.ts'
import type { TalkArguments } from '../options.ts'
import type { SourceReport } from '../report.ts'

type Parts = Pick<Machine, 'host' | 'progress' | 'store'>

/** One line an event: a source that was renewed, or one that failed. */
export function logSource({ host }: Pick<Machine, 'host'>, { json, quiet }: TalkArguments, source: SourceReport): void {
  const { name, project, expiresAt, error } = source
  if (error === null && (quiet || source.steps.length === 0)) return
  const time = new Date(host.now()).toISOString()
  const event = error === null ? 'renewed' : 'failed'
  const line = json
    ? wholeDocument({ time, event, project, name, expiresAt, error: errorDocument(error) }, 0).trimEnd()
    : `${time} ${event} ${name} of ${project}: ${error === null ? `token until ${expiresAt}` : inFull(error)}`
  host.stdout(`${line.replaceAll('\n', ' ')}\n`)
}

/** A failure that is not one source's. */
export function logWhole({ host }: Pick<Machine, 'host'>, { json }: TalkArguments, error: CaSyncError): void {
  const time = new Date(host.now()).toISOString()
  const text = `${time} failed: ${inFull(error)}`.replaceAll('\n', ' ')
  host.stdout(`${json ? failedDocument({ time, event: 'failed' }, error, 0).trimEnd() : text}\n`)
}

/** What is watched, and when it acts next: for a person who looks on, and once for who reads a log. @param due - epoch milliseconds */
export function logPlan(
  { host, store, progress }: Parts,
  { json, quiet }: TalkArguments,
  due: number,
  isFirst: boolean,
) {
  if (json || quiet || !(host.isTerminal || isFirst)) return
  const count = knownProjects(store.recall()).length
  const left = (due - host.now()) / 1000
  const next = Number.isFinite(left)
    ? `; next look at ${new Date(due).toTimeString().slice(0, 5)} (in ${formatSpan(left)})`
    : ''
  const text = `Watching ${counted(count, 'project')}${next}.`
  if (host.isTerminal) progress(`${text} Ctrl-C stops.`)
  else host.stderr(`${text}\n`)
}
