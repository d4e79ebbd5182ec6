import type { CaSyncError } from '../../core/words/errors.ts'
import type { Machine } from '../../machine.ts'
import type { TalkArguments } from '../options.ts'
import { errorDocument, type SourceReport } from '../report.ts'

/** One line an event: a source that was renewed, or one that failed. */
export function logSource({ host }: Machine, { json, quiet }: TalkArguments, source: SourceReport): void {
  const { name, project, expiresAt, error } = source
  if (error === null && (quiet || source.steps.length === 0)) return
  const time = new Date(host.now()).toISOString()
  const event = error === null ? 'renewed' : 'failed'
  const line = json
    ? JSON.stringify({ time, event, project, name, expiresAt, error: error && errorDocument(error) })
    : `${time} ${event} ${name} of ${project}: ${error === null ? `token until ${expiresAt}` : `${error.message} ${error.hint}`}`
  host.stdout(`${line.replaceAll('\n', ' ')}\n`)
}

/** A failure that is not one source's. */
export function logWhole({ host }: Machine, { json }: TalkArguments, error: CaSyncError): void {
  const time = new Date(host.now()).toISOString()
  const text = `${time} failed: ${error.message} ${error.hint}`.replaceAll('\n', ' ')
  host.stdout(`${json ? JSON.stringify({ time, event: 'failed', error: errorDocument(error) }) : text}\n`)
}
