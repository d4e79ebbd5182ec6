import type { Store } from '../core/memory/state.ts'
import type { Step } from '../core/plan/stores.ts'
import type { Target } from '../core/plan/target.ts'
import type { SchedulerKind } from '../core/ports/schedule.ts'
import type { Identity } from '../core/repository/identity.ts'
import type { Source } from '../core/repository/source.ts'
import type { Verdict } from '../core/verdict/verdict.ts'
import { type CaSyncError, EXIT, type ExitCode } from '../core/words/errors.ts'

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
  /** What AWS calls for it are made with; null before the first. */
  readonly identity: Identity | null
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

/** A line of what `--verbose` tells. */
export type Detail = readonly [what: string, text: string]

/** What renews tokens, as far as it is seen without asking a scheduler, and when that is due. */
export interface Renewing {
  readonly by: readonly (SchedulerKind | 'hook' | 'watch')[]
  /** ISO 8601 UTC; null where nothing was synced. */
  readonly nextAt: string | null
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
  identity: null,
  store: 'keyring',
  steps: [],
  error: null,
  cause: null,
})

export const fromTarget = (target: Target): SourceReport => ({
  ...blank(target.source),
  owner: target.owner,
  url: target.url,
  identity: target.identity,
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
