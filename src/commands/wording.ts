import type { Target } from '../core/plan/target.ts'
import { brief, type Verdict } from '../core/verdict/verdict.ts'
import { formatSpan } from '../core/words/duration.ts'
import { type CaSyncError, inFull } from '../core/words/errors.ts'
import type { Health } from '../core/words/look.ts'
import { printableLines } from '../core/words/quote.ts'
import type { Report, SourceReport } from './report.ts'

interface Judged {
  readonly name: string
  readonly verdict: Verdict
}

/**
 * What Poetry cannot do with sources that it gets the token for.
 * @param where - what names the project in a command; empty for the current one
 */
export function lackWarnings(judged: readonly Judged[], where: string): string[] {
  const ready = judged.filter(({ verdict }) => verdict.ready)
  const undeclared = ready.filter(({ verdict: { lacks } }) => lacks.some(({ isUndeclared }) => isUndeclared))
  const others = ready.flatMap(({ verdict: { lacks } }) => lacks.filter((one) => !one.isUndeclared && !one.isPending))
  return [...undeclaredWarnings(undeclared, where), ...new Set(others.map(inFull))]
}

/** Without its own `[[tool.poetry.source]]` Poetry does not know a source by name. */
function undeclaredWarnings(judged: readonly Judged[], where: string): string[] {
  const namesOf = (some: readonly Judged[]): string => some.map(({ name }) => name).join(', ')
  const [published, neither] = [true, false].map((is) => judged.filter(({ verdict }) => verdict.publish === is))
  const why = `pyproject.toml has no [[tool.poetry.source]] of that name. Type: ca-sync sources declare${where}`
  return [
    ...(published?.length ? [`Poetry can publish to ${namesOf(published)}, but not install from there: ${why}`] : []),
    ...(neither?.length ? [`Poetry cannot install from ${namesOf(neither)}: ${why}`] : []),
  ]
}

/** Of ready sources, those that are not ready for everything: `dev: publish only`; and how many of them are for nothing. */
export function partlyReady(sources: readonly SourceReport[]) {
  const found = sources.filter(({ ready, install, publish }) => ready && !(install && publish))
  return {
    partly: found.map((source) => `${labelOf(source)}: ${readyText(source)}`),
    unusable: found.filter(({ install, publish }) => !install && !publish).length,
  }
}

/** Whether Poetry is ready for a source, in the words of a table. */
export function readyText(source: Pick<SourceReport, 'ready' | 'install' | 'publish' | 'cause'>): string {
  const { ready, install, publish, cause } = source
  if (!ready) return `no: ${cause ?? 'not synced yet'}`
  if (install && publish) return 'yes'
  if (install) return 'install only'
  return publish ? 'publish only' : `no: ${cause ?? 'not declared'}`
}

export const healthOf = ({ ready, install, publish }: Pick<SourceReport, 'ready' | 'install' | 'publish'>): Health =>
  ready ? (install && publish ? 'ok' : 'warning') : 'fault'

/** Where Poetry does not find the token in its keyring, how it does. */
export const ways: Record<SourceReport['store'], string> = {
  keyring: '',
  plaintext: ', in plain text',
  exec: ', through exec',
}

/** `my-domain/dev`, as people speak of a repository. */
export const shortName = ({ domain, repository }: Pick<SourceReport, 'domain' | 'repository'>): string =>
  `${domain}/${repository}`

/** How long a token still lives, for people; `now` in epoch milliseconds. */
export function expiresIn(expiresAt: string | null, now: number): string {
  if (expiresAt === null) return '-'
  const left = (Date.parse(expiresAt) - now) / 1000
  return left > 0 ? formatSpan(left) : 'expired'
}

/** What names a source where a run is about several projects, and where it is about one. */
export const labelOf = ({ project, name }: Pick<SourceReport, 'project' | 'name'>): string =>
  project === undefined ? name : `${project}: ${name}`

/**
 * Errors of a report as people read them, each text once with the sources it hit; `verbose`: with their causes.
 * @param isSeen - what a row has as the cause is not said again
 */
export function describeErrors({ sources }: Pick<Report, 'sources'>, verbose: boolean, isSeen = false): string[] {
  const groups = new Map<string, { labels: Map<string | undefined, string>; error: CaSyncError; isSeen: boolean }>()
  for (const source of sources) {
    const { error, project, name } = source
    if (error === null) continue
    const key = `${error.message}\n${error.hint}`
    const { labels } = groups.get(key) ?? { labels: new Map() }
    const label = labels.get(project)
    labels.set(project, label === undefined ? labelOf(source) : `${label}, ${name}`)
    groups.set(key, { error, labels, isSeen: isSeen && source.cause === brief(error) })
  }
  return [...groups.values()].map(
    ({ labels, error, isSeen: short }) =>
      (short ? hintText : describeError)(error, [...labels.values()].join('; ')) +
      (verbose ? describeCauses(error) : ''),
  )
}

const hintText = ({ hint }: CaSyncError, subject: string): string =>
  `${subject}: ${hint.replace(/^Type: /, 'type: ').replaceAll('\n', '\n  ')}\n`

export const describeError = ({ message, hint }: CaSyncError, subject?: string): string =>
  `error: ${subject === undefined ? '' : `${subject}: `}${message}\n  ${hint.replaceAll('\n', '\n  ')}\n`

export const describeCauses = (error: unknown): string => `${printableLines(stacks(error))}\n`

function stacks(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { stack = error.message, cause } = error
  return cause === undefined ? stack : `${stack}\ncaused by: ${stacks(cause)}`
}

/** What a person has to do who chose `--store exec`. */
export const execAdvice =
  'Poetry gets these tokens from `ca-sync exec -- poetry …` only. To have plain `poetry` do that in your shells, type: ca-sync hook install --wrap'

/** Where tokens live in plain text. @param where - what names the project in a command; empty for the current one */
export function plaintextWarning(targets: readonly Target[], where = ''): string[] {
  const names = targets.map(({ name }) => name).join(', ')
  return [...new Set(targets.flatMap(({ file }) => file ?? []))].map(
    (file) =>
      `The token of ${names} is in plain text in ${file}, for every program that can read your files. To stop that, type: ca-sync${where} --store keyring`,
  )
}
