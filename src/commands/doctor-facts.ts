import type { Context } from '../context.ts'
import { hostOf, simpleUrl } from '../core/endpoint.ts'
import { CaSyncError } from '../core/errors.ts'
import { isLive } from '../core/freshness.ts'
import { type Identity, identityKey } from '../core/identity.ts'
import { keepingOf } from '../core/keeping.ts'
import type {
  Caller,
  FoundEntry,
  IndexAnswer,
  Inspection,
  Installation,
  LookRequest,
  PoetryProgram,
  PoetrySettings,
  Probe,
  Project,
} from '../core/ports.ts'
import { environmentBase, type UserConfig } from '../core/settings.ts'
import type { Source } from '../core/source.ts'
import type { ProjectRecord, State } from '../core/state.ts'
import { assignServices, lookUpUrls, type Target, username } from '../core/target.ts'
import { placeOf, rememberedDir, resolve } from './gather.ts'
import { fromVault, needsOf } from './live-tokens.ts'
import { asSynced, type Draft, type DraftTarget, draft, knownTarget } from './targets.ts'

/** The Poetry that a shell here would start. */
export interface FoundPoetry {
  readonly program: PoetryProgram
  readonly installation: Installation
  /** Its keyring, or why it cannot be used. */
  readonly keyring: Probe | CaSyncError
}

/** What is, of all that doctor looks at. */
export interface Facts {
  readonly project: Project
  readonly sources: readonly Source[]
  readonly state: State
  readonly record: ProjectRecord | undefined
  readonly targets: readonly Target[]
  readonly poetry: FoundPoetry | CaSyncError
  readonly settings: PoetrySettings | CaSyncError
  /** By token key: those that there is a copy of. */
  readonly tokens: ReadonlyMap<string, string>
  readonly found: readonly FoundEntry[]
  readonly answers: readonly IndexAnswer[]
  readonly callers: readonly { readonly identity: Identity; readonly answer: Caller | CaSyncError }[]
}

/** Gives the error instead of throwing it. */
export async function caught<T>(work: () => Promise<T>): Promise<T | CaSyncError> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof CaSyncError) return error
    throw error
  }
}

interface Asked {
  readonly project: Project
  readonly sources: readonly Source[]
  readonly config: UserConfig
  readonly offline: boolean
}

/** Asks Poetry's Python and AWS, side by side. */
export async function collectFacts(context: Context, { project, sources, config, offline }: Asked): Promise<Facts> {
  const state = context.store.read()
  const record = state.projects[project.folder]
  const drafts = draftsOf(context, sources, record, config)
  const opening = openPoetry(context, project, record)
  const asking = offline ? [] : askCallers(context, drafts)
  const resolved = await targetsOf(context, drafts, state, offline)
  const { session, ...seen } = await opening
  try {
    const place = await placeFor(context, project, state, seen.poetry)
    const targets = assignServices(resolved, state, project.folder, place)
    const settings = await caught(() => context.poetry.settings(place.configDir, project.folder))
    const tokens = await tokensOf(context, targets, state, seen.poetry)
    const looked = await look(session, targets, tokens, seen.poetry, offline)
    const callers = await Promise.all(asking)
    return { project, sources, state, record, targets, settings, tokens, callers, ...seen, ...looked }
  } finally {
    session?.close()
  }
}

function draftsOf(
  { host, credentials, api }: Context,
  sources: readonly Source[],
  record: ProjectRecord | undefined,
  config: UserConfig,
): Draft[] {
  const chooser = { flags: {}, environment: environmentBase(host.env), credentials, api, config }
  return draft(sources, record, chooser).map(asSynced)
}

interface Opened {
  readonly poetry: FoundPoetry | CaSyncError
  readonly session: Inspection | undefined
}

async function openPoetry(context: Context, { folder }: Project, record: ProjectRecord | undefined): Promise<Opened> {
  const program = await caught(() => context.poetry.find(folder, record?.poetry, 'path'))
  if (program instanceof CaSyncError) return { poetry: program, session: undefined }
  const session = context.poetry.inspect(program.python, folder)
  const installation = await caught(() => session.describe())
  if (installation instanceof CaSyncError) return { poetry: installation, session }
  return { poetry: { program, installation, keyring: await caught(() => session.probe()) }, session }
}

/** Each identity once: one of them in two regions is the same to STS. */
function askCallers({ aws }: Context, drafts: readonly Draft[]): Promise<Facts['callers'][number]>[] {
  const identities = new Map(drafts.map(({ identity, source }) => [identityKey(identity), { identity, source }]))
  return [...identities.values()].map(async ({ identity, source }) => ({
    identity,
    answer: await caught(() => aws.caller(identity, source.region)),
  }))
}

/** What AWS cannot be asked for is left out: its own check tells why. */
async function targetsOf(
  context: Context,
  drafts: readonly Draft[],
  state: State,
  offline: boolean,
): Promise<readonly DraftTarget[]> {
  if (offline) return drafts.flatMap((one) => knownTarget(one, state) ?? [])
  return (await resolve(context, { drafts, state, force: false })).targets
}

async function placeFor(context: Context, { folder, sources }: Project, state: State, poetry: Opened['poetry']) {
  const told = poetry instanceof CaSyncError ? undefined : poetry.installation.configDir
  const configDir = told ?? rememberedDir(context, state, folder) ?? context.poetry.configDir()
  const names = sources.map(({ name }) => name)
  return { configDir, ...placeOf(context, keepingOf(state, folder, names, {}), configDir) }
}

const isOpen = (poetry: Opened['poetry']): poetry is FoundPoetry =>
  !(poetry instanceof CaSyncError) && !(poetry.keyring instanceof CaSyncError)

/** Our copies of the live tokens. A vault that Poetry's keyring says is locked is not asked. */
async function tokensOf(
  context: Context,
  targets: readonly Target[],
  state: State,
  poetry: Opened['poetry'],
): Promise<Facts['tokens']> {
  const [plain, kept] = [targets.filter(isPlain), targets.filter((target) => !isPlain(target))]
  const inFile = await Promise.all(plain.map((target) => fromFile(context, target, state)))
  const manner = { force: false, verbose: false }
  const inVault = isOpen(poetry) ? await fromVault(context, needsOf(kept), state, manner) : []
  return new Map([...inFile.flat(), ...[...inVault].map(([key, { token }]) => [key, token.value] as const)])
}

const isPlain = ({ plaintextFile }: Target): boolean => plaintextFile !== undefined

async function fromFile(context: Context, { token, plaintextFile = '' }: Target, { tokens }: State) {
  const life = tokens[token]
  if (life?.stamp === undefined || !isLive(life, context.host.now())) return []
  const { stamp } = life
  const value = await caught(async () => context.poetry.password(plaintextFile, stamp))
  if (value === undefined || value instanceof CaSyncError) return []
  context.secrets.add(value)
  return [[token, value] as const]
}

/** What Poetry's keyring gives, and what the index says to the token; nothing is asked of a keyring that cannot be used. */
async function look(
  session: Inspection | undefined,
  targets: readonly Target[],
  tokens: Facts['tokens'],
  poetry: Opened['poetry'],
  offline: boolean,
): Promise<Pick<Facts, 'found' | 'answers'>> {
  if (session === undefined || poetry instanceof CaSyncError) return { found: [], answers: [] }
  const looked = await caught(() => session.look(lookRequest(targets, tokens, isOpen(poetry), offline)))
  return looked instanceof CaSyncError ? { found: [], answers: [] } : looked
}

/** Any project will do: an index that lets us in says 404 to one that it does not have. */
const page = (url: string): string => `${simpleUrl(url)}ca-sync/`

function lookRequest(
  targets: readonly Target[],
  tokens: Facts['tokens'],
  isKeyringOpen: boolean,
  offline: boolean,
): LookRequest {
  const passwordOf = ({ token }: Target) => tokens.get(token) ?? null
  const inKeyring = isKeyringOpen ? targets.filter((target) => !isPlain(target)) : []
  const asked = offline ? [] : targets
  return {
    looks: inKeyring.flatMap((target) =>
      lookUpUrls(target.url).map((url) => ({ name: target.name, url, username, password: passwordOf(target) })),
    ),
    indexes: asked.flatMap((target) => {
      const password = passwordOf(target)
      return password === null ? [] : [{ name: target.name, url: page(target.url), username, password }]
    }),
  }
}

/** Whether a host is one of CodeArtifact's, or of the project's own repositories. */
export const isCodeArtifact =
  (targets: readonly Target[]) =>
  (host: string): boolean =>
    /(?:^|\.)codeartifact\.[^.]+\.(?:amazonaws\.com(?:\.cn)?|on\.aws)$/.test(host) ||
    targets.some(({ url }) => hostOf(url) === host)
