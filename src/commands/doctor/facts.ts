import type { Cooldown } from '../../core/doctor/cooldown.ts'
import { packagesOf } from '../../core/doctor/origin.ts'
import { keepingOf } from '../../core/memory/keeping-rules.ts'
import type { ProjectRecord, State } from '../../core/memory/state.ts'
import { assignServices } from '../../core/plan/services.ts'
import type { Target } from '../../core/plan/target.ts'
import type { Caller, PackageOrigin } from '../../core/ports/aws.ts'
import type { PoetrySettings } from '../../core/ports/poetry-files.ts'
import type { Inspection, Probe } from '../../core/ports/poetry-keyring.ts'
import type { Project } from '../../core/ports/project.ts'
import type { UserConfig } from '../../core/project/settings.ts'
import { hostOf, isCodeArtifactHost } from '../../core/repository/endpoint.ts'
import { type Identity, identityKey } from '../../core/repository/identity.ts'
import type { Source } from '../../core/repository/source.ts'
import { CaSyncError, caught } from '../../core/words/errors.ts'
import type { Machine } from '../../machine.ts'
import { readAnyToml } from '../../poetry/files/uv.ts'
import { type FoundPoetry, openPoetry } from '../../survey/open-poetry.ts'
import { placeOf, rememberedDir } from '../../survey/place.ts'
import { resolve } from '../../survey/resolve.ts'
import { asSynced, chooserOf, type Draft, draft, type FailedSource, knownTarget } from '../../survey/targets.ts'
import { type Copies, copiesOf, isInKeyring, type Looked, lookUp, nothingSeen } from './look.ts'

type Parts = Pick<Machine, 'poetryFiles'>

/** What is, of all that doctor looks at. */
export interface Facts {
  readonly project: Project
  readonly sources: readonly Source[]
  readonly state: State
  readonly record: ProjectRecord | undefined
  readonly targets: readonly Target[]
  readonly poetry: FoundPoetry | CaSyncError
  /** Poetry's keyring, or why it cannot be used; undefined where none is needed, or nothing can be said of it. */
  readonly keyring: Probe | CaSyncError | undefined
  readonly settings: PoetrySettings | CaSyncError
  readonly copies: Copies
  readonly looked: Looked | CaSyncError
  readonly cooldowns: readonly Cooldown[]
  /** Of the project's own packages, by source; none where the identity may not look. */
  readonly origins: ReadonlyMap<string, readonly PackageOrigin[]>
  /** What AWS said of sources whose repository is not known yet. */
  readonly failures: readonly FailedSource[]
  readonly callers: readonly { readonly identity: Identity; readonly answer: Caller | CaSyncError }[]
}

interface Inquiry {
  readonly project: Project
  readonly sources: readonly Source[]
  readonly config: UserConfig
  readonly offline: boolean
}

/** Asks Poetry's Python and AWS, side by side. */
export async function collectFacts(machine: Machine, asked: Inquiry): Promise<Facts> {
  const { project, sources, offline } = asked
  const state = machine.store.read()
  const record = state.projects[project.folder]
  const drafts = draft(sources, record, chooserOf(machine, asked.config, {})).map(asSynced)
  const opening = openPoetry(machine, project.folder, record)
  try {
    const [callers, resolved, { poetry, session }] = await Promise.all([
      offline ? [] : askCallers(machine, drafts),
      targetsOf(machine, drafts, state, offline),
      opening,
    ])
    const place = await placeFor(machine, project, state, poetry)
    const targets = assignServices(resolved.targets, state, project.folder, place)
    const settings = await caught(() => machine.poetryFiles.settings(place.configDir, project.folder))
    const keyring = await askKeyring(session, targets)
    const may = { keyring: keyring !== undefined && !(keyring instanceof CaSyncError), index: !offline }
    const copies = await copiesOf(machine, targets, state, may)
    const isAsked = session !== undefined && !(keyring instanceof CaSyncError)
    const looked = isAsked ? await lookUp(session, targets, copies, may) : nothingSeen
    const { failures } = resolved
    const cooldowns = await machine.cooldowns(project.folder, place.configDir)
    const origins = offline ? new Map() : await originsOf(machine, project, targets)
    const known = { project, sources, state, record, targets, failures, cooldowns, origins }
    return { ...known, poetry, keyring, settings, copies, looked, callers }
  } finally {
    const { session } = await opening
    session?.close()
  }
}

async function originsOf(
  { aws }: Pick<Machine, 'aws'>,
  { file }: Project,
  targets: readonly Target[],
): Promise<Facts['origins']> {
  const document = await readAnyToml(file)
  const asked = targets.map(async (target) => {
    const packages = packagesOf(document, target.name)
    const found = packages.length === 0 ? [] : await caught(() => aws.origins(target, packages, target.identity))
    return [target.name, found instanceof CaSyncError ? [] : found] as const
  })
  return new Map(await Promise.all(asked))
}

/** Where no token lives in it, as asked for, no keyring matters. */
async function askKeyring(session: Inspection | undefined, targets: readonly Target[]): Promise<Facts['keyring']> {
  if (session === undefined || (targets.length > 0 && !targets.some(isInKeyring))) return undefined
  return caught(() => session.probe())
}

/** Each identity once: one of them in two regions is the same to STS. */
function askCallers({ aws }: Pick<Machine, 'aws'>, drafts: readonly Draft[]): Promise<Facts['callers']> {
  const identities = new Map(drafts.map(({ identity, source }) => [identityKey(identity), { identity, source }]))
  const asked = [...identities.values()].map(async ({ identity, source }) => ({
    identity,
    answer: await caught(() => aws.caller(identity, source.region)),
  }))
  return Promise.all(asked)
}

function targetsOf(
  machine: Pick<Machine, 'aws'>,
  drafts: readonly Draft[],
  state: State,
  offline: boolean,
): ReturnType<typeof resolve> {
  const known = drafts.flatMap((one) => knownTarget(one, state) ?? [])
  return offline ? Promise.resolve({ targets: known, failures: [] }) : resolve(machine, { drafts, state, force: false })
}

async function placeFor(machine: Parts, { folder, sources }: Project, state: State, poetry: Facts['poetry']) {
  const told = poetry instanceof CaSyncError ? undefined : poetry.installation.configDir
  const configDir = told ?? rememberedDir(machine, state, folder) ?? machine.poetryFiles.configDir()
  const names = sources.map(({ name }) => name)
  return { configDir, ...placeOf(machine, keepingOf(state, folder, names, {}), configDir) }
}

/** Whether a host is one of CodeArtifact's, or of the project's own repositories. */
export const isCodeArtifact =
  (targets: readonly Target[]) =>
  (host: string): boolean =>
    isCodeArtifactHost(host) || targets.some(({ url }) => hostOf(url) === host)
