import type { SourceRecord, State, Store } from '../core/memory/state.ts'
import type { PlannedSource } from '../core/plan/plan.ts'
import type { ProjectPlace } from '../core/ports/project.ts'
import type { SchedulerKind } from '../core/ports/schedule.ts'
import type { Source } from '../core/repository/source.ts'
import { brief, type Verdict } from '../core/verdict/verdict.ts'
import { type CaSyncError, EXIT, type ExitCode, type Said } from '../core/words/errors.ts'

interface Told {
  readonly source: Omit<Source, 'origin'>
  readonly verdict: Omit<Verdict, 'lacks'>
  /** Absent where it is not known in full. */
  readonly planned?: PlannedSource | undefined
  readonly store?: Store
  readonly tokens?: State['tokens']
}

/** One source of the JSON document, and of what is said in text: a new field is a line here. Times are ISO 8601 UTC; what is not known is null. */
export function sourceReport({ source, verdict, planned, store = 'keyring', tokens = {} }: Told) {
  const { target, steps = [] } = planned ?? {}
  const { name, domain, region, repository } = source
  return {
    name,
    domain,
    owner: target?.owner ?? source.owner ?? null,
    region,
    repository,
    url: target?.url ?? null,
    expiresAt: tokens[target?.tokenKey ?? '']?.expiresAt ?? null,
    ready: verdict.ready,
    install: verdict.install,
    publish: verdict.publish,
    /** What AWS calls for it are made with; null before the first. */
    identity: target?.identity ?? null,
    store,
    steps,
    error: verdict.error,
    /** Why it is not ready, in a few words; not for the document. */
    cause: verdict.cause,
  }
}

/** Of several projects, each source has its folder. */
export type SourceReport = Readonly<ReturnType<typeof sourceReport>> & { readonly project?: string }

export const failedSource = (source: SourceRecord, error: CaSyncError): SourceReport => ({
  ...sourceReport({ source, verdict: { ready: false, install: false, publish: false, error, cause: brief(error) } }),
  url: source.url,
})

export const failedReport = (sources: readonly SourceRecord[], error: CaSyncError): Report => ({
  sources: sources.map((source) => failedSource(source, error)),
  warnings: [],
})

export interface LastRun {
  /** ISO 8601 UTC. */
  readonly at: string
  readonly error: Said | null
}

/** A line of what `--verbose` tells. */
export type Detail = readonly [what: string, text: string]

/** What renews tokens, as far as it is seen without asking a scheduler, and when that is due. */
export interface Renewing {
  readonly by: readonly (SchedulerKind | 'hook' | 'watch')[]
  /** ISO 8601 UTC; null where nothing was synced. */
  readonly nextAt: string | null
  /** What would renew them, but does not run. */
  readonly stopped?: readonly SchedulerKind[]
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
  /** Only `status` tells. */
  readonly renewal?: Renewing
  /** What `--verbose` tells besides. */
  readonly details?: readonly Detail[]
  /** Of the failed sources, those whose failure was told before. */
  readonly known?: readonly SourceReport[]
}

/** A report among those of other projects. */
export const ofProject = ({ details = [], ...report }: Report, { folder }: ProjectPlace): Report => ({
  ...report,
  sources: report.sources.map((source) => ({ ...source, project: folder })),
  details: details.length > 0 ? [['project', folder], ...details] : [],
})

export const together = (reports: readonly Report[]): Report => ({
  sources: reports.flatMap(({ sources }) => sources),
  warnings: [...new Set(reports.flatMap(({ warnings }) => warnings))],
  standing: reports.flatMap(({ standing = [] }) => standing),
  known: reports.flatMap(({ known = [] }) => known),
  details: reports.flatMap(({ details = [] }) => details),
})

/** One source failing, or all of them: the first failure's own code. Some: 6. */
export function exitCodeOf({ sources }: Report): ExitCode {
  const failed = sources.filter(({ ready }) => !ready)
  if (failed.length > 0 && failed.length < sources.length) return EXIT.partial
  return failed[0] === undefined ? EXIT.ok : (failed[0].error?.exitCode ?? EXIT.partial)
}
