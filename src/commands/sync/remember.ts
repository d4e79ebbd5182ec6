import { never, renewAt } from '../../core/memory/freshness.ts'
import { endPlaintext, recordKeeping } from '../../core/memory/keeping-rules.ts'
import type { PoetryRecord, ProjectRecord, SourceRecord, State } from '../../core/memory/state.ts'
import { sourceRecord } from '../../core/plan/ledger.ts'
import { plan } from '../../core/plan/plan.ts'
import type { Step } from '../../core/plan/stores.ts'
import type { Target } from '../../core/plan/target.ts'
import type { PoetrySettings } from '../../core/ports/poetry-files.ts'
import { chooseRefreshBefore } from '../../core/project/settings.ts'
import { identityKey } from '../../core/repository/identity.ts'
import { stops } from '../../core/verdict/verdict.ts'
import type { CaSyncError } from '../../core/words/errors.ts'
import { present } from '../../core/words/present.ts'
import type { Machine } from '../../machine.ts'
import { actualOf } from '../../survey/actual.ts'
import { type Draft, draft } from '../../survey/targets.ts'
import type { Gathered, Request } from './gather.ts'

/**
 * The sources of the project as they were synced last: this run's, and those that it was not about or that failed. Where none is
 * left, the old ones stay: they say as whom the project was synced.
 */
function sourceRecords({ project, record, chooser }: Request, synced: readonly Target[]): readonly SourceRecord[] {
  const before = record?.sources ?? []
  const now = project.sources.flatMap(({ name }) => {
    const target = synced.find((one) => one.name === name)
    return target === undefined ? before.filter((one) => one.name === name) : [sourceRecord(target, chooser.keysStamp)]
  })
  return now.length > 0 ? now : before
}

/** The flags of a run do not bind the next one: whether a plain run would be the same identity, and when it would renew. */
function plainRun({ project, chooser }: Request, sources: readonly SourceRecord[], targets: readonly Target[]) {
  const drafts = draft(project.sources, { sources }, { ...chooser, flags: {} })
  const isSame = ({ identity, record }: Draft) =>
    record !== undefined && identityKey(identity) === identityKey(record.identity)
  return {
    sameIdentity: drafts.every(isSame),
    targets: drafts.flatMap(({ source, settings }) => {
      const target = targets.find(({ name }) => name === source.name)
      return target === undefined ? [] : [{ ...target, refreshBefore: chooseRefreshBefore(settings) }]
    }),
  }
}

/** What a run did. */
export interface Applied {
  readonly state: State
  /** Why a source is not ready, by name. */
  readonly failed: ReadonlyMap<string, CaSyncError>
  /** What was done, by name. */
  readonly done: ReadonlyMap<string, readonly Step[]>
  /** The files of Poetry's that were written. */
  readonly written: readonly string[]
}

interface Outcome {
  readonly applied: Applied
  /** Poetry's files after the run. */
  readonly settings: PoetrySettings
  /** Every source of the run is, but for what comes of this shell alone. */
  readonly ready: boolean
  /** What it has to warn of, as long as nothing changes. */
  /** One of its sources is ready. */
  readonly tried: boolean
  readonly notes: readonly string[]
  readonly partly: readonly string[]
  /** Stamps of what the run read, taken before it did: what changes after that is seen by the next run. */
  readonly inputs: ProjectRecord['inputs']
}

/** What was logged out stays so until it is synced by hand. */
const withoutStill = ({ project, record }: Request, planned: readonly Target[]): readonly string[] =>
  (record?.without ?? []).filter(
    (name) => project.sources.some((one) => one.name === name) && !planned.some((one) => one.name === name),
  )

const poetryRecord = ({ poetryFiles }: Machine, { program, configDir, version }: Gathered): PoetryRecord =>
  present({ ...program, configDir, ruledDir: poetryFiles.configDir(), version })

/** The record of a run that is about to write: what it is about, and that it is not done. */
export function begin(machine: Machine, request: Request, gathered: Gathered): State {
  const { project, state } = request
  const targets = gathered.planned.map(({ target }) => target)
  const without = withoutStill(request, targets)
  const record: ProjectRecord = present({
    sources: sourceRecords(request, targets),
    poetry: poetryRecord(machine, gathered),
    inputs: {},
    environmentStamp: '',
    renewAt: 0,
    expiresAt: 0,
    ...recordKeeping(request.record, request.keepingWish, request.keeping, false),
    untried: request.record?.untried ?? (request.record === undefined || undefined),
    without: without.length > 0 ? without : undefined,
    failure: request.record?.failure,
  })
  return { ...state, projects: { ...state.projects, [project.folder]: record } }
}

/**
 * The project's record, by which the next run knows at once that there is nothing to do. It is looked at anew after the
 * run: whatever is not as planned (also in sources that this run was not about) makes the next run look closer.
 */
export function remember(machine: Machine, request: Request, gathered: Gathered, outcome: Outcome): State {
  const { project, keeping, keepingWish } = request
  const {
    settings,
    ready,
    applied: { state },
  } = outcome
  const done = gathered.planned.map(({ target }) => target)
  const sources = sourceRecords(
    request,
    done.filter(({ name }) => !outcome.applied.failed.has(name)),
  )
  const { sameIdentity, targets } = plainRun(request, sources, done)
  const shadowed = done.some((target) => settings.shadows(target).some(stops))
  const actual = actualOf(machine, state, { names: settings.names, reader: gathered.reader })
  const without = withoutStill(request, done)
  const whole = ready && targets.length === project.sources.length - without.length
  const settled = whole && plan(targets, actual).every(({ steps }) => steps.length === 0)
  const lives = targets.flatMap((target) => state.tokens[target.tokenKey] ?? [])
  const record: ProjectRecord = present({
    sources,
    poetry: poetryRecord(machine, gathered),
    inputs: outcome.inputs,
    // Plain text is told of at every run.
    environmentStamp: sameIdentity && !shadowed && keeping.store !== 'plaintext' ? machine.environmentStamp : '',
    ...recordKeeping(request.record, keepingWish, keeping, ready),
    renewAt: settled ? Math.min(never, ...targets.map((target) => renewAtOf(target, state))) : 0,
    expiresAt:
      lives.length > 0 ? Math.min(...lives.map(({ expiresAt }) => Math.floor(Date.parse(expiresAt) / 1000))) : 0,
    untried: outcome.tried ? undefined : (request.record?.untried ?? (request.record === undefined || undefined)),
    notes: outcome.notes.length > 0 ? outcome.notes : undefined,
    partly: outcome.partly.length > 0 ? outcome.partly : undefined,
    without: without.length > 0 ? without : undefined,
    failure: request.record?.failure,
  })
  const { [project.folder]: _, ...served } = state.served
  const { [project.folder]: __, ...away } = state.away
  const after = { ...state, served, away, projects: { ...state.projects, [project.folder]: record } }
  const names = project.sources.map(({ name }) => name)
  return keepingWish.store !== undefined && keepingWish.store !== 'plaintext' && ready
    ? endPlaintext(after, names)
    : after
}

function renewAtOf({ tokenKey, refreshBefore }: Target, { tokens }: State): number {
  const life = tokens[tokenKey]
  return life === undefined ? 0 : renewAt(life, refreshBefore)
}
