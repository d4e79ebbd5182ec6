import { type Result, remembered, sourceRecords } from '../../core/memory/record.ts'
import { mapTable, type SourceRecord, type State } from '../../core/memory/state.ts'
import { otherToken } from '../../core/plan/plan.ts'
import type { Step } from '../../core/plan/stores.ts'
import { placeOfToken, type Target } from '../../core/plan/target.ts'
import type { PoetrySettings } from '../../core/ports/poetry-files.ts'
import { chooseRefreshBefore } from '../../core/project/settings.ts'
import { identityKey } from '../../core/repository/identity.ts'
import { stops } from '../../core/verdict/shadow.ts'
import type { CaSyncError } from '../../core/words/errors.ts'
import { present } from '../../core/words/present.ts'
import type { Machine } from '../../machine.ts'
import type { Run } from '../../run.ts'
import { actualOf } from '../../survey/actual.ts'
import { type Draft, draft } from '../../survey/targets.ts'
import type { Gathered } from './gather.ts'
import type { Request } from './request.ts'

type Parts = Run & Pick<Machine, 'poetryFiles'>

/** The flags of a run do not bind the next one: whether a plain run would be the same identity, and when it would renew. */
function plainRun({ project, chooser }: Request, sources: readonly SourceRecord[], targets: readonly Target[]) {
  const drafts = draft(project.sources, { sources }, { ...chooser, flags: {} })
  const isSame = ({ identity, record }: Draft) =>
    record !== undefined && identityKey(identity) === identityKey(record.identity)
  return {
    sameIdentity: drafts.every(isSame),
    plain: drafts.flatMap(({ source, settings }) => {
      const target = targets.find(({ name }) => name === source.name)
      return target === undefined ? [] : [{ ...target, refreshBefore: chooseRefreshBefore(settings) }]
    }),
  }
}

export interface Applied {
  readonly state: State
  readonly failed: ReadonlyMap<string, CaSyncError>
  readonly done: ReadonlyMap<string, readonly Step[]>
  readonly written: readonly string[]
}

/** The run, in terms of the record that is kept of it. */
export const runOf = (machine: Parts, request: Request, { planned, program, configDir, version }: Gathered) => ({
  folder: request.project.folder,
  names: request.project.sources.map(({ name }) => name),
  targets: planned.map(({ target }) => target),
  before: request.record,
  poetry: present({ ...program, configDir, ruledDir: machine.poetryFiles.configDir(), version }),
  keysStamp: request.chooser.keysStamp,
  keeping: request.keeping,
  keepingWish: request.keepingWish,
})

/** What is in that file no more was a token once. */
const withoutGone = (state: State, file: string, { names }: PoetrySettings): State => ({
  ...state,
  tokens: mapTable(state.tokens, (token, key) =>
    placeOfToken(key).file !== file || [...names.passwords.values()].includes(token.stamp ?? '') ? token : undefined,
  ),
})

interface Outcome extends Omit<Result, 'sources' | 'plain' | 'environmentStamp' | 'actual'> {
  readonly applied: Applied
  readonly settings: PoetrySettings
}

/**
 * The project's record, by which the next run knows at once that there is nothing to do. It is looked at anew after the
 * run: whatever is not as planned (also in sources that this run was not about) makes the next run look closer.
 */
export function remember(machine: Parts, request: Request, gathered: Gathered, outcome: Outcome): State {
  const { settings, ...result } = outcome
  const auth = machine.poetryFiles.authFile(gathered.configDir)
  const applied = { ...outcome.applied, state: withoutGone(outcome.applied.state, auth, settings) }
  const run = runOf(machine, request, gathered)
  const { targets } = run
  const synced = targets.filter(({ name }) => !applied.failed.has(name))
  const sources = sourceRecords(run, synced)
  const { sameIdentity, plain } = plainRun(request, sources, targets)
  const shadowed = targets.some((target) => settings.shadows(target).some(stops))
  const actual = actualOf(machine, applied.state, { names: settings.names, reader: gathered.readers[0], yields: true })
  // By hand, an entry that was left to another project is taken back.
  const yielded = targets.some((target) => otherToken(target, actual) !== undefined)
  // Plain text is told of at every run.
  const isTold = request.keeping.store === 'plaintext'
  // That a folder may be written to by now, no stamp of its files tells.
  const home = settings.homes[request.keeping.local ? 'project' : 'config']
  const waits = result.notes.length > 0 && (home.isFrozen || settings.names.isAuthFrozen)
  // A job asked nobody whether its own shell has a keyring.
  const isUnasked = request.unattended && machine.poetryFiles.isBare()
  // No stamp tells of another version of Poetry.
  const isRefused = gathered.refusal !== undefined
  const isAnswered = sameIdentity && !shadowed && !yielded && !isTold && !waits && !isUnasked && !isRefused
  return remembered(applied.state, run, {
    ...result,
    sources,
    plain,
    environmentStamp: isAnswered ? machine.environmentStamp : '',
    actual,
  })
}
