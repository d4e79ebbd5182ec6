import { isDeepStrictEqual } from 'node:util'
import { cooldownUnderExec } from '../../core/doctor/cooldown.ts'
import { renewAt } from '../../core/memory/freshness.ts'
import { type ReadyRecord, type State, usedSources } from '../../core/memory/state.ts'
import { create, type Served, serve } from '../../core/plan/ledger.ts'
import { assignServices } from '../../core/plan/services.ts'
import type { Target } from '../../core/plan/target.ts'
import type { Hold } from '../../core/ports/hold.ts'
import type { Project } from '../../core/ports/project.ts'
import { withSecrets } from '../../core/variables/login.ts'
import type { Variables } from '../../core/variables/names.ts'
import { checkTwine, type Tool, variablesFor } from '../../core/variables/variables.ts'
import { about, CaSyncError, caught } from '../../core/words/errors.ts'
import type { Machine } from '../../machine.ts'
import { readUvIndexes } from '../../poetry/files/uv.ts'
import { readFlags } from '../../survey/flags.ts'
import { rememberedDir } from '../../survey/place.ts'
import { resolve } from '../../survey/resolve.ts'
import { rivalIn } from '../../survey/rivals.ts'
import { chooserOf, draft, selectSources } from '../../survey/targets.ts'
import { type Need, needsOf } from '../../survey/tokens.ts'
import type { CredentialArguments } from '../options.ts'
import { fromVault, type Held, keep, renew } from './live-tokens.ts'
import { inspectRepositories, type Repositories, seeToRepositories } from './repositories.ts'

/** What is, before anything is asked for or written. */
interface Work {
  readonly project: Project
  readonly targets: readonly Target[]
  readonly state: State
  /** For Poetry only. */
  readonly repositories: Repositories | undefined
  /** Stamps of the files that all of this was read from, taken before. */
  readonly inputs: ReadyRecord['inputs']
}

/**
 * The variables by which each chosen program finds the sources and a live token. Nothing prompts, and nothing needs to be there but AWS.
 * @param folders - of other projects that the variables will serve
 */
export async function credentials(
  machine: Machine,
  args: CredentialArguments,
  folders: readonly string[] = [],
): Promise<Variables> {
  const work = await inspect(machine, args, folders)
  const needs = needsOf(work.targets)
  const held = await fromVault(machine, needs, work.state, args)
  const due = needs.filter(({ tokenKey }) => held.get(tokenKey)?.isFresh !== true)
  const ready = due.length === 0 ? readyRecord(machine, args, work) : undefined
  const { tokens, substitutes } = isSettled(machine, work, due, ready)
    ? { tokens: held, substitutes: {} }
    : await complete(machine, args, work, due, held, ready)
  const logins = withSecrets(work.targets, (tokenKey) => tokens.get(tokenKey)?.token.secret)
  if (logins === undefined) throw new Error('there is a source without a token')
  await sayCooldowns(machine, args, work)
  const declared = args.for.includes('uv') ? await readUvIndexes(work.project.folder) : undefined
  return { ...variablesFor(args.for, logins, machine.host.env, declared), ...substitutes }
}

async function sayCooldowns(machine: Machine, args: CredentialArguments, { project, targets }: Work): Promise<void> {
  const others: readonly Tool[] = args.for.filter((tool) => tool !== 'poetry')
  const cooldowns = others.length === 0 ? [] : await machine.cooldowns(project.folder)
  for (const cooldown of cooldowns) {
    const sources = targets.map(({ source }) => source)
    const text = others.includes(cooldown.tool) ? cooldownUnderExec(cooldown, sources) : undefined
    if (text !== undefined) machine.warn(text)
  }
}

async function inspect(machine: Machine, args: CredentialArguments, folders: readonly string[]): Promise<Work> {
  const flags = readFlags(args)
  const found = machine.projects.find(args.project)
  const { poetryFiles, store } = machine
  const state = store.recall()
  const configDir = rememberedDir(machine, state, found.folder) ?? poetryFiles.configDir()
  const inputs = machine.stamps([found.file, machine.userConfigFile, ...poetryFiles.paths(configDir, found.folder)])
  const project = machine.projects.read(found)
  const sources = selectSources(project, args.source)
  const names = sources.map(({ name }) => name)
  checkTwine(args.for, names, machine.host.env)
  const chooser = chooserOf(machine, await machine.userConfig(), flags)
  const drafts = draft(sources, { sources: usedSources(state, project.folder) }, chooser)
  const { targets: resolved, failures } = await resolve(machine, { drafts, state, force: args.force })
  if (failures[0] !== undefined) throw about(failures[0].source.name, failures[0].error)
  const targets = assignServices(resolved, state, project.folder)
  const isFor = (tool: Tool): boolean => args.for.includes(tool)
  if (isFor('poetry')) await warnOfRivals(machine, project, state, targets)
  return {
    project,
    targets,
    state,
    repositories: isFor('poetry')
      ? await inspectRepositories(machine, { project, targets, state, configDir, folders })
      : undefined,
    inputs,
  }
}

/** A plugin that would have Poetry fail at a source that is declared; whatever is run may be what removes it. */
async function warnOfRivals(machine: Machine, { folder }: Project, { projects }: State, targets: readonly Target[]) {
  const declared = targets.filter(({ source }) => source.declaration !== undefined).map(({ url }) => url)
  const program = await caught(() => machine.finder.find(folder, projects[folder]?.poetry, 'path'))
  if (program instanceof CaSyncError) return
  const rival = rivalIn(machine, program, declared, { isKeyringAsked: false })
  if (rival !== undefined) machine.warn(`${rival.message} ${rival.hint}`)
}

/** What the state is to know of this run. */
function afterServing(
  { keysStamp, host }: Machine,
  work: Work,
  state: State,
  did: Pick<Served, 'kept' | 'ready'>,
): State {
  const { project, targets, repositories } = work
  const moment = { keysStamp, random: host.random() }
  return serve(state, project.folder, { ...did, targets, named: repositories?.missing ?? [] }, moment)
}

/** By what the next plain run is answered without a look at anything else; undefined where that would leave something out. */
function readyRecord(machine: Machine, args: CredentialArguments, work: Work): ReadyRecord | undefined {
  const { project, targets, repositories, state, inputs } = work
  const isPlain =
    isDeepStrictEqual(args.for, ['poetry']) && flagsOf(args).every((flag) => flag === undefined || flag === false)
  if (!isPlain || repositories?.missing.length !== 0 || machine.warnings.length > 0) return undefined
  if (targets.length < project.sources.length) return undefined
  const ends = targets.flatMap(({ tokenKey, refreshBefore }) => {
    const life = state.tokens[tokenKey]
    return life === undefined ? [] : [renewAt(life, refreshBefore)]
  })
  const logins = targets.map(({ name, url, tokenKey }) => ({ name, url, tokenKey }))
  return { inputs, environmentStamp: machine.environmentStamp, renewAt: Math.min(...ends), logins }
}

const flagsOf = ({ project, profile, roleArn, duration, refreshBefore, force }: CredentialArguments) => [
  ...[project, profile, roleArn, duration, refreshBefore, force],
]

const isSettled = (machine: Machine, work: Work, due: readonly Need[], ready: ReadyRecord | undefined): boolean =>
  due.length === 0 &&
  (work.repositories?.missing ?? []).length === 0 &&
  isDeepStrictEqual(afterServing(machine, work, work.state, { kept: [], ready }), work.state)

interface Completed {
  readonly tokens: Held
  readonly substitutes: Variables
}

/** Gets the tokens that are due, and leaves all so that the next run has less to do, as far as the keyring and the home let. */
async function complete(
  machine: Machine,
  args: CredentialArguments,
  work: Work,
  due: readonly Need[],
  held: Held,
  ready: ReadyRecord | undefined,
): Promise<Completed> {
  const hold = await takeLock(machine, args)
  try {
    const state = hold === undefined ? work.state : machine.store.read()
    // Another run may have done it while this one waited.
    const newer = hold === undefined ? held : await fromVault(machine, due, state, args)
    const minted = await renew(
      machine,
      due.filter(({ tokenKey }) => newer.get(tokenKey)?.isFresh !== true),
      held,
    )
    if (hold !== undefined) {
      const kept = await keep(machine, minted, args)
      const absent = work.repositories?.missing.length ? machine.poetryFiles.absent(work.repositories.configDir) : []
      await keepState(machine, args, create(afterServing(machine, work, state, { kept, ready }), absent))
    }
    const { repositories, targets } = work
    const substitutes = repositories === undefined ? {} : await seeToRepositories(machine, targets, repositories)
    const fresh = minted.map(({ tokenKey, token }) => [tokenKey, { token, isFresh: true }] as const)
    return { tokens: new Map([...held, ...newer, ...fresh]), substitutes }
  } finally {
    await hold?.release()
  }
}

/** Without the lock, nothing is kept for the next run: the home may be read-only, another run hang, or the state be a newer version's. */
async function takeLock({ lock, store, warn }: Machine, { verbose }: CredentialArguments): Promise<Hold | undefined> {
  try {
    store.read()
    return await lock()
  } catch (error) {
    const { code, message } = error as CaSyncError
    if (verbose || code === 'STATE_NEWER') warn(`Nothing is kept for the next time: ${message}`)
    return undefined
  }
}

async function keepState({ store, warn }: Machine, { verbose }: CredentialArguments, state: State): Promise<void> {
  try {
    await store.write(state)
  } catch (error) {
    if (verbose) warn(`Nothing is kept for the next time: ${(error as Error).message}`)
  }
}
