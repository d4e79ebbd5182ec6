import type { Store } from '../core/memory/keeping.ts'
import type { Step } from '../core/plan/stores.ts'
import type { Target } from '../core/plan/target.ts'
import type { Shadow } from '../core/ports/poetry-files.ts'
import type { Source } from '../core/repository/source.ts'
import { commandWords } from '../core/words/command-words.ts'
import { formatSpan } from '../core/words/duration.ts'
import { CaSyncError, EXIT, type ExitCode } from '../core/words/errors.ts'
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
  /** Where Poetry finds the token. */
  readonly store: Store
  readonly steps: readonly Step[]
  readonly error: CaSyncError | null
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
  store: 'keyring',
  steps: [],
  error: null,
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

/** What shadows a source: why it is not ready, and warnings of what does so in this shell only. */
export function judge(shadows: readonly Shadow[]): { error: CaSyncError | null; warnings: readonly string[] } {
  const lasting = shadows.find(({ passing }) => !passing)
  const warnings = shadows.filter(({ passing }) => passing).map(({ message, hint }) => `${message} ${hint}`)
  return {
    error: lasting ? new CaSyncError('CREDENTIALS_SHADOWED', lasting.message, { hint: lasting.hint }) : null,
    warnings,
  }
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
    sources: sources.map((source) => ({ ...source, error: source.error && errorDocument(source.error) })),
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

/** Errors of a report as people read them, each text once with the sources it hit; `verbose`: with their causes. */
export function describeErrors({ sources }: Report, verbose: boolean): string[] {
  const groups = new Map<string, { names: string[]; error: CaSyncError }>()
  for (const { name, error } of sources) {
    if (error === null) continue
    const group = groups.get(error.message)
    if (group === undefined) groups.set(error.message, { names: [name], error })
    else group.names.push(name)
  }
  return [...groups.values()].map(
    ({ names, error }) => describeError(error, names.join(', ')) + (verbose ? describeCauses(error) : ''),
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
