import { isLive } from '../../core/memory/freshness.ts'
import { keepingOf } from '../../core/memory/keeping-rules.ts'
import type { ProjectRecord } from '../../core/memory/state.ts'
import { type Actual, fileSteps, isShown, type PlannedSource, plan } from '../../core/plan/plan.ts'
import { assignServices, type TokenPlace } from '../../core/plan/services.ts'
import type { Target } from '../../core/plan/target.ts'
import type { PoetrySettings } from '../../core/ports/poetry-files.ts'
import { CaSyncError, EXIT, type ExitCode } from '../../core/words/errors.ts'
import type { Machine } from '../../machine.ts'
import { actualOf, readerOf } from '../../survey/actual.ts'
import { survey, syncedTarget } from '../../survey/look.ts'
import { placeOf } from '../../survey/place.ts'
import type { Draft } from '../../survey/targets.ts'
import type { LookArguments } from '../options.ts'
import { blank, fromTarget, judge, type LastRun, plaintextWarning, type SourceReport } from '../report.ts'
import { printStatus } from './text.ts'

const hint = 'Type: ca-sync'
const notSynced = new CaSyncError('NOT_SYNCED', 'not synced yet.', { hint })
const changed = new CaSyncError('NOT_SYNCED', "Poetry's files are not as ca-sync left them.", { hint })
const notServed = new CaSyncError('NOT_SYNCED', "Poetry's keyring was not given the token.", { hint })
const expired = new CaSyncError('TOKEN_EXPIRED', 'the token has expired.', { hint })

/** One row a source: no AWS call, no Python, no keyring. */
export async function status(machine: Machine, args: LookArguments): Promise<ExitCode> {
  const { project, sources, state, record, configDir, settings, drafts } = await survey(machine, args)
  const reader = record === undefined ? '' : readerOf(machine, record.poetry)
  // Whose keys are in this shell does not matter to what was synced.
  const actual = actualOf(machine, state, { names: settings.names, reader, keysStamp: undefined })
  const names = project.sources.map(({ name }) => name)
  const keeping = keepingOf(state, project.folder, names, {})
  const place = placeOf(machine, keeping, configDir)
  const planned = planKnown(drafts, actual, project.folder, place)
  const rows = sources.map((source) => {
    const found = planned.find(({ target }) => target.source === source)
    const { store } = keeping
    return { ...(found ? row(found, actual, settings) : { ...blank(source), error: notSynced }), store }
  })
  const passing = planned.flatMap(({ target }) => judge(settings.shadows(target)).warnings)
  const plain = plaintextWarning(planned.map(({ target }) => target))
  const warnings = [...project.warnings, ...plain, ...new Set(passing)]
  printStatus(machine, args, { sources: rows, warnings, lastRun: lastRunOf(record) })
  return rows.every(({ ready }) => ready) ? EXIT.ok : EXIT.partial
}

const lastRunOf = (record: ProjectRecord | undefined): LastRun | null =>
  record?.ranAt === undefined ? null : { at: record.ranAt, error: record.failure ?? null }

/** The plan for the sources that were synced before, as the identity that they were synced with. */
function planKnown(drafts: readonly Draft[], actual: Actual, folder: string, place: TokenPlace): PlannedSource[] {
  const targets = drafts.flatMap((one) => syncedTarget(one, actual.state) ?? [])
  return plan(assignServices(targets, actual.state, folder, place), actual)
}

function row({ target, steps }: PlannedSource, actual: Actual, settings: PoetrySettings): SourceReport {
  const expiresAt = actual.state.tokens[target.tokenKey]?.expiresAt ?? null
  const error = whyNot(target, actual, settings)
  return { ...fromTarget(target), expiresAt, steps, ready: error === null, error }
}

/** Why Poetry will not get a live token for a source. One that is due for renewal still is one. */
function whyNot(target: Target, actual: Actual, settings: PoetrySettings): CaSyncError | null {
  const token = actual.state.tokens[target.tokenKey]
  if (token === undefined) return notSynced
  if (!isLive(token, actual.now)) return expired
  if (fileSteps(target, actual).length > 0) return changed
  if (!isShown(target, actual)) return notServed
  return judge(settings.shadows(target)).error
}
