import { isDeepStrictEqual } from 'node:util'
import { renewAt } from '../../core/memory/freshness.ts'
import type { ReadyRecord, State } from '../../core/memory/state.ts'
import { create, type Served, serve } from '../../core/plan/ledger.ts'
import type { Variables } from '../../core/variables/names.ts'
import { variablesFor, withSecrets } from '../../core/variables/variables.ts'
import type { CaSyncError } from '../../core/words/errors.ts'
import type { Machine } from '../../machine.ts'
import { readUvIndexes } from '../../poetry/files/index-tools.ts'
import type { Run } from '../../run.ts'
import { type Need, needsOf } from '../../survey/tokens.ts'
import type { CredentialArguments } from '../options.ts'
import { inspect, sayCooldowns, type Work } from './inspect.ts'
import { fromVault, type Held, keep, renew } from './live-tokens.ts'
import { seeToRepositories } from './repositories.ts'

type Parts = Run & Pick<Machine, 'keyring' | 'poetryFiles' | 'vault' | 'unlockedVault' | 'aws' | 'store' | 'lock'>

/**
 * The variables by which each chosen program finds the sources and a live token. Nothing prompts, and nothing needs to be there but AWS.
 * @param folders - of other projects that the variables will serve
 */
export async function credentials(machine: Machine, args: CredentialArguments, folders: readonly string[] = []) {
  const work = await inspect(machine, args, folders)
  const needs = needsOf(work.targets)
  const held = await fromVault(machine, needs, work.state, args)
  const due = needs.filter(({ tokenKey }) => held.get(tokenKey)?.isFresh !== true)
  const ready = due.length === 0 ? readyRecord(machine, args, work) : undefined
  const { tokens, substitutes } = isAsLeft(machine, work, due, ready)
    ? { tokens: held, substitutes: await substitutesOf(machine, work) }
    : await complete(machine, args, work, due, held, ready)
  const logins = withSecrets(work.targets, (tokenKey) => tokens.get(tokenKey)?.token.secret)
  if (logins === undefined) throw new Error('there is a source without a token')
  await sayCooldowns(machine, args, work)
  const declared = args.for.includes('uv') ? await readUvIndexes(work.project.folder) : undefined
  return { ...variablesFor(args.for, logins, machine.host.env, declared), ...substitutes }
}

const substitutesOf = async (machine: Parts, { project, repositories }: Work): Promise<Variables> =>
  repositories === undefined ? {} : seeToRepositories(machine, project, repositories)

/** What the state is to know of this run. */
function afterServing({ keysStamp, host }: Parts, work: Work, state: State, did: Pick<Served, 'kept' | 'ready'>) {
  const { project, targets, repositories } = work
  const moment = { keysStamp, random: host.random() }
  return serve(state, project.folder, { ...did, targets, named: repositories?.missing ?? [] }, moment)
}

/** By what the next plain run is answered without a look at anything else; undefined where that would leave something out. */
function readyRecord(machine: Parts, args: CredentialArguments, work: Work): ReadyRecord | undefined {
  const { project, targets, repositories, state, inputs } = work
  const isPlain = isDeepStrictEqual(args.for, ['poetry']) && isBare(args)
  const isSeenTo = repositories?.missing.length === 0 && repositories.strays.length === 0
  if (!isPlain || !isSeenTo || machine.warnings.length > 0) return undefined
  if (targets.length < project.sources.length) return undefined
  const ends = targets.flatMap(({ tokenKey, refreshBefore }) => {
    const life = state.tokens[tokenKey]
    return life === undefined ? [] : [renewAt(life, refreshBefore)]
  })
  const logins = targets.map(({ name, url, tokenKey }) => ({ name, url, tokenKey }))
  return { inputs, environmentStamp: machine.environmentStamp, renewAt: Math.min(...ends), logins }
}

const isBare = ({ project, profile, roleArn, duration, refreshBefore, force }: CredentialArguments): boolean =>
  !force && [project, profile, roleArn, duration, refreshBefore].every((flag) => flag === undefined)

const isAsLeft = (machine: Parts, work: Work, due: readonly Need[], ready: ReadyRecord | undefined): boolean =>
  due.length === 0 &&
  (work.repositories?.missing ?? []).length === 0 &&
  isDeepStrictEqual(afterServing(machine, work, work.state, { kept: [], ready }), work.state)

/** Gets the tokens that are due, and leaves all so that the next run has less to do, as far as the keyring and the home let. */
async function complete(
  machine: Parts,
  args: CredentialArguments,
  work: Work,
  due: readonly Need[],
  held: Held,
  ready: ReadyRecord | undefined,
): Promise<{ tokens: Held; substitutes: Variables }> {
  const hold = await takeLock(machine, args)
  try {
    const state = hold === undefined ? work.state : machine.store.read()
    // Another run may have done it while this one waited.
    const newer = hold === undefined ? held : await fromVault(machine, due, state, args)
    const still = due.filter(({ tokenKey }) => newer.get(tokenKey)?.isFresh !== true)
    const minted = await renew(machine, still, held)
    if (hold !== undefined) {
      const kept = await keep(machine, minted, args)
      const absent = work.repositories?.missing.length ? machine.poetryFiles.absent(work.repositories.configDir) : []
      await keepState(machine, args, create(afterServing(machine, work, state, { kept, ready }), absent))
    }
    const substitutes = await substitutesOf(machine, work)
    const fresh = minted.map(({ tokenKey, token }) => [tokenKey, { token, isFresh: true }] as const)
    return { tokens: new Map([...held, ...newer, ...fresh]), substitutes }
  } finally {
    await hold?.release()
  }
}

/** Without the lock, nothing is kept for the next run: the home may be read-only, another run hang, or the state be a newer version's. */
async function takeLock({ lock, store, warn }: Parts, { verbose }: CredentialArguments) {
  try {
    store.read()
    return await lock()
  } catch (error) {
    const { code, message } = error as CaSyncError
    if (verbose || code === 'STATE_NEWER') warn(`Nothing is kept for the next time: ${message}`)
    return undefined
  }
}

async function keepState({ store, warn }: Parts, { verbose }: CredentialArguments, state: State): Promise<void> {
  try {
    await store.write(state)
  } catch (error) {
    if (verbose) warn(`Nothing is kept for the next time: ${(error as Error).message}`)
  }
}
