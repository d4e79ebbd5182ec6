import { isDeepStrictEqual } from 'node:util'
import type { Context, Hold } from '../../context.ts'
import { renewAt } from '../../core/memory/freshness.ts'
import { type ReadyRecord, type State, usedSources } from '../../core/memory/state.ts'
import { create, type Served, serve } from '../../core/plan/ledger.ts'
import { assignServices, type Target } from '../../core/plan/target.ts'
import type { Project } from '../../core/ports/ports.ts'
import { type Login, withTokens } from '../../core/variables/login.ts'
import type { Variables } from '../../core/variables/names.ts'
import { checkTwine, type Tool, variablesFor } from '../../core/variables/variables.ts'
import type { CaSyncError } from '../../core/words/errors.ts'
import { about } from '../../core/words/errors.ts'
import { readFlags } from '../../survey/flags.ts'
import { absentFiles, rememberedDir } from '../../survey/place.ts'
import { resolve } from '../../survey/resolve.ts'
import { chooserOf, draft, selectSources } from '../../survey/targets.ts'
import type { CredentialArguments } from '../options.ts'
import { fromVault, type Held, keep, type Need, needsOf, renew } from './live-tokens.ts'
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
  context: Context,
  args: CredentialArguments,
  folders: readonly string[] = [],
): Promise<Variables> {
  const work = await inspect(context, args, folders)
  const needs = needsOf(work.targets)
  const held = await fromVault(context, needs, work.state, args)
  const due = needs.filter(({ key }) => held.get(key)?.isFresh !== true)
  const ready = due.length === 0 ? readyRecord(context, args, work) : undefined
  const { tokens, substitutes } = isSettled(context, work, due, ready)
    ? { tokens: held, substitutes: {} }
    : await complete(context, args, work, due, held, ready)
  const logins = withTokens(work.targets.map(login), (key) => tokens.get(key)?.token.value)
  if (logins === undefined) throw new Error('there is a source without a token')
  const declared = args.for.includes('uv') ? await context.uvIndexes(work.project.folder) : undefined
  return { ...variablesFor(args.for, logins, context.host.env, declared), ...substitutes }
}

/** A source's login, with the key of its token in place of the token. */
const login = ({ name, url, token }: Target): Login => ({ name, url, token })

async function inspect(context: Context, args: CredentialArguments, folders: readonly string[]): Promise<Work> {
  const flags = readFlags(args)
  const found = context.findProject(args.project)
  const { poetry, store } = context
  const state = store.recall()
  const configDir = rememberedDir(context, state, found.folder) ?? poetry.configDir()
  const inputs = context.stamps([found.file, context.userConfigFile, ...poetry.files(configDir, found.folder)])
  const project = context.readProject(found)
  const sources = selectSources(project, args.source)
  const names = sources.map(({ name }) => name)
  checkTwine(args.for, names, context.host.env)
  const chooser = chooserOf(context, await context.userConfig(), flags)
  const drafts = draft(sources, { sources: usedSources(state, project.folder) }, chooser)
  const { targets: resolved, failures } = await resolve(context, { drafts, state, force: args.force })
  if (failures[0] !== undefined) throw about(failures[0].source.name, failures[0].error)
  const targets = assignServices(resolved, state, project.folder)
  const isFor = (tool: Tool): boolean => args.for.includes(tool)
  return {
    project,
    targets,
    state,
    repositories: isFor('poetry')
      ? await inspectRepositories(context, { project, targets, state, configDir, folders })
      : undefined,
    inputs,
  }
}

/** What the state is to know of this run. */
function served({ credentials, host }: Context, work: Work, state: State, did: Pick<Served, 'kept' | 'ready'>): State {
  const { project, targets, repositories } = work
  const moment = { credentials, random: host.random() }
  return serve(state, project.folder, { ...did, targets, named: repositories?.missing ?? [] }, moment)
}

/** By what the next plain run is answered without a look at anything else; undefined where that would leave something out. */
function readyRecord(context: Context, args: CredentialArguments, work: Work): ReadyRecord | undefined {
  const { project, targets, repositories, state, inputs } = work
  const isPlain =
    isDeepStrictEqual(args.for, ['poetry']) && flagsOf(args).every((flag) => flag === undefined || flag === false)
  if (!isPlain || repositories?.missing.length !== 0 || context.warnings.length > 0) return undefined
  if (targets.length < project.sources.length) return undefined
  const ends = targets.flatMap(({ token, refreshBefore }) => {
    const life = state.tokens[token]
    return life === undefined ? [] : [renewAt(life, refreshBefore)]
  })
  return { inputs, environment: context.environment, renewAt: Math.min(...ends), logins: targets.map(login) }
}

const flagsOf = ({ project, profile, roleArn, duration, refreshBefore, force }: CredentialArguments) => [
  ...[project, profile, roleArn, duration, refreshBefore, force],
]

const isSettled = (context: Context, work: Work, due: readonly Need[], ready: ReadyRecord | undefined): boolean =>
  due.length === 0 &&
  (work.repositories?.missing ?? []).length === 0 &&
  isDeepStrictEqual(served(context, work, work.state, { kept: [], ready }), work.state)

interface Completed {
  readonly tokens: Held
  readonly substitutes: Variables
}

/** Gets the tokens that are due, and leaves all so that the next run has less to do, as far as the keyring and the home let. */
async function complete(
  context: Context,
  args: CredentialArguments,
  work: Work,
  due: readonly Need[],
  held: Held,
  ready: ReadyRecord | undefined,
): Promise<Completed> {
  const hold = await takeLock(context, args)
  try {
    const state = hold === undefined ? work.state : context.store.read()
    // Another run may have done it while this one waited.
    const newer = hold === undefined ? held : await fromVault(context, due, state, args)
    const minted = await renew(
      context,
      due.filter(({ key }) => newer.get(key)?.isFresh !== true),
      held,
    )
    if (hold !== undefined) {
      const kept = await keep(context, minted, args)
      const absent = work.repositories?.missing.length ? absentFiles(context, work.repositories.configDir) : []
      await remember(context, args, create(served(context, work, state, { kept, ready }), absent))
    }
    const { repositories, targets } = work
    const substitutes = repositories === undefined ? {} : await seeToRepositories(context, targets, repositories)
    const fresh = minted.map(({ key, token }) => [key, { token, isFresh: true }] as const)
    return { tokens: new Map([...held, ...newer, ...fresh]), substitutes }
  } finally {
    await hold?.release()
  }
}

/** Without the lock, nothing is kept for the next run: the home may be read-only, another run hang, or the state be a newer version's. */
async function takeLock({ lock, store, warn }: Context, { verbose }: CredentialArguments): Promise<Hold | undefined> {
  try {
    store.read()
    return await lock()
  } catch (error) {
    const { code, message } = error as CaSyncError
    if (verbose || code === 'STATE_NEWER') warn(`Nothing is kept for the next time: ${message}`)
    return undefined
  }
}

async function remember({ store, warn }: Context, { verbose }: CredentialArguments, state: State): Promise<void> {
  try {
    await store.write(state)
  } catch (error) {
    if (verbose) warn(`Nothing is kept for the next time: ${(error as Error).message}`)
  }
}
