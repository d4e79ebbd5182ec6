import type { Store } from '../core/memory/keeping.ts'
import type { Step } from '../core/plan/stores.ts'
import type { Target } from '../core/plan/target.ts'
import type { Source } from '../core/repository/source.ts'
import type { Lack } from '../core/verdict/publishing.ts'
import type { Verdict } from '../core/verdict/verdict.ts'
import { commandWords } from '../core/words/command-words.ts'
import { formatSpan } from '../core/words/duration.ts'
import { type CaSyncError, EXIT, type ExitCode } from '../core/words/errors.ts'
import { printableLines } from '../core/words/quote.ts'
import type { Machine } from '../machine.ts'
import type { TalkArguments } from './options.ts'

/** One source of the JSON document. Times are ISO 8601 UTC; what is not known is null. */
export interface SourceReport {
  /** The project's folder, where a run is about several. */
  readonly project?: string
  readonly name: string
  readonly domain: string
  readonly owner: string | null
  readonly region: string
  readonly repository: string
  readonly url: string | null
  readonly expiresAt: string | null
  readonly ready: boolean
  /** Poetry can install from it by that name. */
  readonly install: boolean
  /** Poetry can publish to it by that name. */
  readonly publish: boolean
  /** Where Poetry finds the token. */
  readonly store: Store
  readonly steps: readonly Step[]
  readonly error: CaSyncError | null
  /** Why it is not ready, in a few words; not for the document. */
  readonly cause: string | null
}

export interface LastRun {
  /** ISO 8601 UTC. */
  readonly at: string
  readonly error: Pick<CaSyncError, 'code' | 'message' | 'hint'> | null
}

export interface Report {
  readonly sources: readonly SourceReport[]
  /** Whole sentences for people. */
  readonly warnings: readonly string[]
  /** Of the warnings, those of what stays as it is until a person changes it. */
  readonly standing?: readonly string[]
  /** What the next run in its folder is to say again. */
  readonly notes?: readonly string[]
  /** How the project's last run ended; null where there was none. Only `status` tells. */
  readonly lastRun?: LastRun | null
  /** Of the failed sources, those whose failure was told before. */
  readonly known?: readonly SourceReport[]
}

/** What is known of a source before anything has been found out. */
export const blank = ({ name, domain, owner, region, repository }: Omit<Source, 'origin'>): SourceReport => ({
  name,
  domain,
  owner: owner ?? null,
  region,
  repository,
  url: null,
  expiresAt: null,
  ready: false,
  install: false,
  publish: false,
  store: 'keyring',
  steps: [],
  error: null,
  cause: null,
})

export const fromTarget = (target: Target): SourceReport => ({
  ...blank(target.source),
  owner: target.owner,
  url: target.url,
})

/** One source failing, or all of them: the first failure's own code. Some: 6. */
export function exitCodeOf({ sources }: Report): ExitCode {
  const failed = sources.filter(({ ready }) => !ready)
  if (failed.length > 0 && failed.length < sources.length) return EXIT.partial
  return failed[0] === undefined ? EXIT.ok : (failed[0].error?.exitCode ?? EXIT.partial)
}

/** A source as its verdict says. */
export const withVerdict = (source: SourceReport, { lacks: _, ...verdict }: Verdict): SourceReport => ({
  ...source,
  ...verdict,
})

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
  return [...undeclaredWarnings(undeclared, where), ...new Set(others.map(lackText))]
}

const lackText = ({ message, hint }: Lack): string => `${message} ${hint}`.trim()

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

/** Of ready sources, those that are not ready for everything: `dev: publish only`. */
export const partlyReady = (sources: readonly SourceReport[]): string[] =>
  sources.flatMap((source) =>
    source.ready && !(source.install && source.publish) ? [`${source.name}: ${readyText(source)}`] : [],
  )

/** Whether Poetry is ready for a source, in the words of a table. */
export function readyText({
  ready,
  install,
  publish,
  cause,
}: Pick<SourceReport, 'ready' | 'install' | 'publish' | 'cause'>): string {
  if (!ready) return `no: ${cause ?? 'not synced yet'}`
  if (install && publish) return 'yes'
  if (install) return 'install only'
  return publish ? 'publish only' : 'no: not declared'
}

/** The JSON of an error: `{"code","message","hint"}`. */
export const errorDocument = ({ code, message, hint }: Pick<CaSyncError, 'code' | 'message' | 'hint'>): object => ({
  code,
  message,
  hint,
})

/** What hints say to type, each command as its words, for programs to run. */
export function fixesOf(hints: readonly (string | null | undefined)[]): (readonly string[])[] {
  const fixes = hints.flatMap((hint) => [commandWords(hint ?? '')].filter((words) => words !== null))
  return fixes.filter((fix, at) => fixes.findIndex((one) => one.join(' ') === fix.join(' ')) === at)
}

/** A document of `--json`. Keys are added to it, never renamed: a change that breaks a reader gets another number. */
export const wholeDocument = (content: object, indent = 2): string =>
  `${JSON.stringify({ ...content, schemaVersion: 1 }, null, indent)}\n`

/** Tells what a command did: by a document, or in whole lines. */
export function tellDone(
  { host, warnings }: Pick<Machine, 'host' | 'warnings'>,
  { json, quiet }: Pick<TalkArguments, 'json' | 'quiet'>,
  document: object,
  text: string,
): void {
  if (json) host.stdout(wholeDocument({ ...document, warnings, error: null }))
  else if (!quiet) host.stdout(text)
}

/** The one document of `--json`. `error` is that of a run which failed as a whole. */
export function toDocument({ sources, warnings, lastRun }: Report, error: CaSyncError | null): string {
  return wholeDocument({
    sources: sources.map(({ cause: _, ...source }) => ({
      ...source,
      error: source.error && errorDocument(source.error),
    })),
    warnings: warnings.map(printableLines),
    error: error && errorDocument(error),
    fixes: fixesOf([error, ...sources.map((source) => source.error)].map((one) => one?.hint)),
    lastRun: lastRun && { at: lastRun.at, error: lastRun.error && errorDocument(lastRun.error) },
  })
}

/** The document of a command that failed as a whole. @param shape - of its success */
export const failedDocument = (shape: object, error: CaSyncError | null, indent?: number): string =>
  wholeDocument({ ...shape, error: error && errorDocument(error), fixes: fixesOf([error?.hint]) }, indent)

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

/** Errors of a report as people read them, each text once with the sources it hit; `verbose`: with their causes. */
export function describeErrors({ sources }: Report, verbose: boolean): string[] {
  const groups = new Map<string, { label: string; error: CaSyncError }>()
  for (const source of sources) {
    if (source.error === null) continue
    const { error, project = '', name } = source
    const key = `${project}\n${error.message}`
    const group = groups.get(key)
    groups.set(key, { error, label: group === undefined ? labelOf(source) : `${group.label}, ${name}` })
  }
  return [...groups.values()].map(
    ({ label, error }) => describeError(error, label) + (verbose ? describeCauses(error) : ''),
  )
}

export function describeError({ message, hint }: CaSyncError, subject?: string): string {
  return `error: ${subject === undefined ? '' : `${subject}: `}${message}\n  ${hint.replaceAll('\n', '\n  ')}\n`
}

/** The stack of an error, and of what caused it. */
export const describeCauses = (error: unknown): string => `${printableLines(stacks(error))}\n`

function stacks(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { stack = error.message, cause } = error
  return cause === undefined ? stack : `${stack}\ncaused by: ${stacks(cause)}`
}

/** What a person has to do who chose `--store exec`. */
export const execAdvice =
  'Poetry gets these tokens from `ca-sync exec -- poetry …` only. To have plain `poetry` do that in your shells, type: ca-sync hook install --wrap'

/**
 * Where tokens live in plain text.
 * @param where - what names the project in a command; empty for the current one
 */
export function plaintextWarning(targets: readonly Target[], where = ''): string[] {
  const names = targets.map(({ name }) => name).join(', ')
  return [...new Set(targets.flatMap(({ file }) => file ?? []))].map(
    (file) =>
      `The token of ${names} is in plain text in ${file}, for every program that can read your files. To stop that, type: ca-sync${where} --store keyring`,
  )
}
