import { sourceRecord } from '../plan/kept.ts'
import { type Actual, otherToken, plan } from '../plan/plan.ts'
import type { Target } from '../plan/target.ts'
import type { CaSyncError } from '../words/errors.ts'
import { present } from '../words/present.ts'
import { countFailure, type Failure } from './failure.ts'
import { never, renewAt } from './freshness.ts'
import { endPlaintext, recordKeeping } from './keeping.ts'
import {
  type Keeping,
  type KeepingWish,
  mapTable,
  type PoetryRecord,
  type ProjectRecord,
  type State,
  type TokenRecord,
} from './state.ts'

/** A run on one project, as far as its record goes. */
export interface ProjectRun {
  readonly folder: string
  readonly names: readonly string[]
  readonly targets: readonly Target[]
  readonly before: ProjectRecord | undefined
  readonly poetry: PoetryRecord
  readonly keysStamp: string | undefined
  readonly keeping: Keeping
  readonly keepingWish: KeepingWish
}

export interface Result extends Pick<ProjectRecord, 'sources' | 'inputs'> {
  /** Every source of the run is ready, but for what comes of this shell alone. */
  readonly ready: boolean
  /** One of its sources is. */
  readonly tried: boolean
  /** What it has to warn of, as long as nothing changes. */
  readonly notes: readonly string[]
  readonly partly: readonly string[]
  readonly unusable: number
  /** The sources as a plain run would have them: the flags of a run do not bind the next one. */
  readonly plain: readonly Target[]
  /** By this a plain run is answered at once; empty where it must look closer. */
  readonly environmentStamp: string
  readonly actual: Actual
}

export const withRecord = (state: State, folder: string, record: ProjectRecord | undefined): State => ({
  ...state,
  projects: mapTable<ProjectRecord | undefined, ProjectRecord>({ ...state.projects, [folder]: record }, (one) => one),
})

const unless = <T>(list: readonly T[] = []): readonly T[] | undefined => (list.length > 0 ? list : undefined)

/**
 * The sources of the project as they were synced last: this run's, and those that it was not about or that failed. Where none is
 * left, the old ones stay: they say as whom the project was synced.
 */
export function sourceRecords({ names, before, keysStamp }: ProjectRun, synced: readonly Target[]) {
  const older = before?.sources ?? []
  const now = names.flatMap((name) => {
    const target = synced.find((one) => one.name === name)
    return target === undefined ? older.filter((one) => one.name === name) : [sourceRecord(target, keysStamp)]
  })
  return now.length > 0 ? now : older
}

/** What was logged out stays so until it is synced by hand. */
const stillWithout = ({ names, before, targets }: ProjectRun): readonly string[] =>
  (before?.without ?? []).filter((name) => names.includes(name) && !targets.some((one) => one.name === name))

/** What a record says before and after a run alike. */
const standing = (run: ProjectRun, ready: boolean) => ({
  poetry: run.poetry,
  ...recordKeeping(run.before, run.keepingWish, run.keeping, ready),
  untried: run.before?.untried ?? (run.before === undefined || undefined),
  without: unless(stillWithout(run)),
  failure: run.before?.failure,
})

const nothingDone = { inputs: {}, environmentStamp: '', renewAt: 0, expiresAt: 0 }

/** A run is about to write: what it is about is known, and that it is not done. */
export const begun = (state: State, run: ProjectRun): State =>
  withRecord(
    state,
    run.folder,
    present({ sources: sourceRecords(run, run.targets), ...nothingDone, ...standing(run, false) }),
  )

/** Nothing is left to do for any source of the project, also for those that the run was not about. */
const isSettled = (run: ProjectRun, { ready, plain, actual }: Result): boolean =>
  ready &&
  plain.length === run.names.length - stillWithout(run).length &&
  plan(plain, actual).every(({ steps }) => steps.length === 0)

const lifeOf = (target: Target, actual: Actual): TokenRecord | undefined =>
  otherToken(target, actual) ?? actual.state.tokens[target.tokenKey]

/** When the first of these tokens expires, in epoch seconds; 0 where there is none. */
function firstExpiry(targets: readonly Target[], actual: Actual): number {
  const lives = targets.flatMap((target) => lifeOf(target, actual) ?? [])
  const ends = lives.map(({ expiresAt }) => Math.floor(Date.parse(expiresAt) / 1000))
  return ends.length > 0 ? Math.min(...ends) : 0
}

/** A run is over: by its record the next one knows at once whether there is anything to do. */
export function remembered(state: State, run: ProjectRun, result: Result): State {
  const { sources, inputs, environmentStamp, ready, tried, notes, partly, unusable, plain } = result
  const kept = standing(run, ready)
  const renewals = plain.map((target) => {
    const life = lifeOf(target, result.actual)
    return life === undefined ? 0 : renewAt(life, target.refreshBefore)
  })
  const record: ProjectRecord = present({
    ...kept,
    sources,
    inputs,
    environmentStamp,
    renewAt: isSettled(run, result) ? Math.min(never, ...renewals) : 0,
    expiresAt: firstExpiry(plain, result.actual),
    untried: tried ? undefined : kept.untried,
    notes: unless(notes),
    partly: unless(partly),
    unusable: unusable || undefined,
  })
  const { [run.folder]: _, ...served } = state.served
  const { [run.folder]: __, ...away } = state.away
  const after = withRecord({ ...state, served, away }, run.folder, record)
  const { store = 'plaintext' } = run.keepingWish
  return store !== 'plaintext' && ready ? endPlaintext(after, run.names) : after
}

interface End {
  readonly error: CaSyncError | undefined
  /** The sources that failed so, where it is not all. */
  readonly names?: readonly string[] | undefined
  readonly others?: Failure['others']
  /** Epoch milliseconds. */
  readonly now: number
  /** From 0 to 1. */
  readonly random: number
}

/** How the last run ended, in the project's record; one that is not known has none. */
export function ended(state: State, folder: string, { error, names, others, now, random }: End): State {
  const found = state.projects[folder]
  if (found === undefined) return state
  const { failure, ...record } = found
  const counted = error && present({ ...countFailure(failure, error, now, random), names, others: unless(others) })
  return withRecord(state, folder, present({ ...record, failure: counted, ranAt: new Date(now).toISOString() }))
}

/** A project whose first run failed: that is known in its folder; what Poetry it has, and what sources, is not. */
export const tried = (state: State, folder: string, configDir: string): State => {
  const poetry = { poetry: '', python: '', configDir, ruledDir: configDir }
  return { ...state, projects: { [folder]: { sources: [], poetry, ...nothingDone, untried: true }, ...state.projects } }
}
