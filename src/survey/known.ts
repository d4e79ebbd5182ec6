import { isLive } from '../core/memory/freshness.ts'
import { type Actual, fileSteps, otherToken, plan } from '../core/plan/plan.ts'
import { assignServices, storeRules } from '../core/plan/stores.ts'
import type { Target } from '../core/plan/target.ts'
import { poetryRefusal } from '../core/project/refusal.ts'
import type { Source } from '../core/repository/source.ts'
import { keyringOff } from '../core/verdict/shadow.ts'
import { CaSyncError } from '../core/words/errors.ts'
import type { Machine } from '../machine.ts'
import { actualOf, readersOf } from './actual.ts'
import { configDirOf, placeOf, type Survey } from './survey.ts'
import { asSynced, draft, knownTarget } from './targets.ts'
import { type Naming, placeNames, sift, stuckError, verdictsOf } from './verdict.ts'

type Parts = Pick<Machine, 'host' | 'renewed' | 'keysStamp' | 'projects' | 'poetryFiles' | 'userConfig'>

const notSynced = 'not synced yet.'
const changed = "Poetry's files are not as ca-sync left them."
const notServed = "Poetry's keyring was not given the token."
const expired = 'the token has expired.'

/** A source by what the state and Poetry's files say; without a plan where it was never synced. */
export type KnownSource = Awaited<ReturnType<typeof knownSources>>[number]

/** The verdicts of a project without AWS, Python and keyring. @param where - what names it in a command; empty for the current one */
export async function knownSources(machine: Parts, seen: Survey, where: string) {
  const { project, sources, state, record, keeping } = seen
  const version = record?.poetry.version
  const configDir = configDirOf(machine, state, project.folder)
  const settings = await machine.poetryFiles.settings(configDir, project.folder, version)
  const [elsewhere, here] = record === undefined ? ['', ''] : await readersOf(machine, record.poetry, true)
  // Whose keys are in this shell does not matter to what was synced.
  const actual = actualOf(machine, state, {
    ...{ names: settings.names, keysStamp: undefined, yields: true },
    reader: seen.anyShell ? elsewhere : here,
  })
  /** In another shell, Poetry gets it. */
  const isBarred = (target: Target) => whyUnready(target, { ...actual, reader: elsewhere }) === null
  const naming = { ...seen, settings, version, where, refusal: poetryRefusal(project, version) }
  const nobody = { flags: {}, environment: undefined, keysStamp: undefined, apiStamp: '' }
  const drafts = draft(sources, record, { ...nobody, config: await machine.userConfig() })
  const known = drafts.flatMap((one) => (one.record && knownTarget(asSynced(one), state)) ?? [])
  const targets = assignServices(known, state, project.folder, placeOf(machine, keeping, configDir))
  const placed = placeNames(machine, naming, targets)
  const { refused } = sift(machine, naming, targets)
  const failureOf = (source: Source, target?: Target): CaSyncError | null => {
    const refusal = refused.find((one) => one.source === source)?.error
    const why = target === undefined ? notSynced : whyUnready(target, actual)
    if (refusal !== undefined || why === null) return refusal ?? null
    return (
      (target && stuckError(target, actual, where)) ??
      keyringOff(settings.shadows(target ?? { ...source, ...keeping, url: '' })) ??
      (target && isBarred(target) ? machine.poetryFiles.busError() : undefined) ??
      told(why, source, naming)
    )
  }
  return verdictsOf(naming, sources, placed, failureOf).map(({ source, target, verdict }) => {
    const [planned] = target ? plan([target], actual) : []
    const isPlain = target?.file !== undefined && settings.names.passwords.has(source.name)
    return { source, verdict, planned, store: keeping.store, isPlain }
  })
}

/** What the last run failed with says more than that it did not get there. */
function told(why: string, { name }: Source, { record, where }: Naming): CaSyncError {
  const own = new CaSyncError(why === expired ? 'TOKEN_EXPIRED' : 'NOT_SYNCED', why, { hint: `Type: ca-sync${where}` })
  const { failure } = record ?? {}
  if (why === changed || failure === undefined) return own
  const { names = [name], others = [] } = failure
  const its = names.includes(name) ? failure : others.find((one) => one.name === name)
  return its === undefined ? own : new CaSyncError(its.code, its.message, { hint: its.hint })
}

/** Why Poetry will not get a live token for a source. One that is due for renewal still is one. */
function whyUnready(target: Target, actual: Actual): string | null {
  const other = otherToken(target, actual)
  const token = other ?? actual.state.tokens[target.tokenKey]
  if (token === undefined) return notSynced
  if (!isLive(token, actual.now)) return expired
  if (fileSteps(target, actual).length > 0) return changed
  return other !== undefined || storeRules[target.store].shows(target, actual) ? null : notServed
}
