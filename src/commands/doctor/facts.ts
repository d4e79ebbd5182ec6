import { packagesOf } from '../../core/doctor/aws.ts'
import { isLive } from '../../core/memory/freshness.ts'
import type { State } from '../../core/memory/state.ts'
import { assignServices, storeRules } from '../../core/plan/stores.ts'
import { lookUpUrls, type Target, username } from '../../core/plan/target.ts'
import type { Inspection, Looked, LookRequest } from '../../core/ports/poetry-python.ts'
import { poetryRefusal } from '../../core/project/refusal.ts'
import { hostOf, isCodeArtifactHost, simpleUrl } from '../../core/repository/endpoint.ts'
import { identityKey } from '../../core/repository/identity.ts'
import { CaSyncError, caught } from '../../core/words/errors.ts'
import type { Machine } from '../../machine.ts'
import { readAnyToml } from '../../poetry/files/index-tools.ts'
import type { Run } from '../../run.ts'
import { keeperOf } from '../../survey/keepers/keepers.ts'
import { type FoundPoetry, openPoetry } from '../../survey/poetry.ts'
import { configDirOf, placeOf, type Survey } from '../../survey/survey.ts'
import { asSynced, chooserOf, type Draft, draft, knownTarget, resolve } from '../../survey/targets.ts'

export type Facts = Awaited<ReturnType<typeof collectFacts>>

export const versionOf = (poetry: Facts['poetry']): string | undefined =>
  poetry instanceof CaSyncError ? undefined : poetry.installation.poetryVersion

/** Asks Poetry's Python and AWS, side by side. */
export async function collectFacts(machine: Machine, seen: Survey, offline: boolean) {
  const { project, sources, state, record } = seen
  const drafts = draft(sources, record, await chooserOf(machine, {})).map(asSynced)
  const opening = openPoetry(machine, project.folder, record)
  try {
    const asking = offline ? [] : askCallers(machine, drafts)
    const resolving = targetsOf(machine, drafts, seen, offline)
    const [callers, resolved, { poetry, session }] = await Promise.all([asking, resolving, opening])
    const place = placeFor(machine, seen, poetry)
    const targets = assignServices(resolved.targets, state, project.folder, place)
    const settings = await caught(() => machine.poetryFiles.settings(place.configDir, project.folder))
    const keyring = await askKeyring(session, targets)
    const may = { keyring: keyring !== undefined && !(keyring instanceof CaSyncError), index: !offline }
    const copies = await copiesOf(machine, targets, state, may)
    const isAsked = session !== undefined && !(keyring instanceof CaSyncError)
    const looked = isAsked ? await lookUp(session, targets, copies, may) : nothingSeen
    const { failures } = resolved
    const refusal = poetryRefusal(project, versionOf(poetry))
    const cooldowns = await machine.cooldowns(project.folder, place.configDir)
    const origins = offline ? undefined : await originsOf(machine, project, targets)
    return {
      ...seen,
      targets,
      failures,
      cooldowns,
      origins,
      poetry,
      keyring,
      settings,
      copies,
      looked,
      callers,
      refusal,
    }
  } finally {
    const { session } = await opening
    session?.close()
  }
}

/** Of the project's own packages, by source; none where the identity may not look. */
async function originsOf({ aws }: Pick<Machine, 'aws'>, { file }: Survey['project'], targets: readonly Target[]) {
  const document = await readAnyToml(file)
  const asked = targets.map(async (target) => {
    const packages = packagesOf(document, target.name)
    const found = packages.length === 0 ? [] : await caught(() => aws.origins(target, packages, target.identity))
    return [target.name, found instanceof CaSyncError ? [] : found] as const
  })
  return new Map(await Promise.all(asked))
}

/** Poetry's keyring, or why it cannot be used; undefined where no token lives in it, as asked for, or nothing can be said of it. */
async function askKeyring(session: Inspection | undefined, targets: readonly Target[]) {
  if (session === undefined || (targets.length > 0 && !targets.some(isInKeyring))) return undefined
  return caught(() => session.probe())
}

/** Each identity once: one of them in two regions is the same to STS. */
function askCallers({ aws }: Pick<Machine, 'aws'>, drafts: readonly Draft[]) {
  const identities = new Map(drafts.map(({ identity, source }) => [identityKey(identity), { identity, source }]))
  const asked = [...identities.values()].map(async ({ identity, source }) => ({
    identity,
    answer: await caught(() => aws.caller(identity, source.region)),
  }))
  return Promise.all(asked)
}

function targetsOf(machine: Machine, drafts: readonly Draft[], { state, project }: Survey, offline: boolean) {
  const known = drafts.flatMap((one) => knownTarget(one, state) ?? [])
  return offline ? Promise.resolve({ targets: known, failures: [] }) : resolve(machine, { drafts, state, project })
}

function placeFor(machine: Machine, { project, state, keeping }: Survey, poetry: FoundPoetry | CaSyncError) {
  const told = poetry instanceof CaSyncError ? undefined : poetry.installation.configDir
  const configDir = told ?? configDirOf(machine, state, project.folder)
  return { configDir, ...placeOf(machine, keeping, configDir) }
}

/** Whether a host is one of CodeArtifact's, or of the project's own repositories. */
export const isCodeArtifact =
  (targets: readonly Target[]) =>
  (host: string): boolean =>
    isCodeArtifactHost(host) || targets.some(({ url }) => hostOf(url) === host)

type Parts = Run & Pick<Machine, 'keyring' | 'poetryFiles' | 'vault' | 'unlockedVault'>

type Copies = Awaited<ReturnType<typeof copiesOf>>

/** What may be asked: a keyring that can be used, and the index. */
interface May {
  readonly keyring: boolean
  readonly index: boolean
}

const isInKeyring = ({ store }: Target): boolean => storeRules[store].reads === 'keyring'

/** A vault is not asked where Poetry's keyring is locked. */
async function copiesOf(machine: Parts, targets: readonly Target[], state: State, may: Pick<May, 'keyring'>) {
  const live = targets.filter(({ tokenKey }) => isLive(state.tokens[tokenKey] ?? { expiresAt: '' }, machine.host.now()))
  const asked = live.filter((target) => !isInKeyring(target) || may.keyring)
  const found = await Promise.all(
    [...new Map(asked.map((target) => [target.tokenKey, target]))].map(
      async ([key, target]) => [key, await caught(() => keeperOf(machine, target.store).find(target, state))] as const,
    ),
  )
  const problems = found.flatMap(([, one]) => (one instanceof CaSyncError && one.code === 'VAULT_FAILED' ? [one] : []))
  return {
    tokens: new Map(
      found.flatMap(([key, one]) => (one === undefined || one instanceof CaSyncError ? [] : [[key, one.secret]])),
    ),
    /** Why the vault gave none. */
    problem: problems[0],
  }
}

export const nothingSeen: Looked = { found: [], answers: [] }

const lookUp = (session: Inspection, targets: readonly Target[], { tokens }: Copies, may: May) =>
  caught(() => session.look(request(targets, tokens, may)))

/** Any project will do: an index that lets us in says 404 to one that it does not have. */
const page = (url: string): string => `${simpleUrl(url)}ca-sync/`

function request(targets: readonly Target[], tokens: Copies['tokens'], may: May): LookRequest {
  const copyOf = ({ tokenKey }: Target) => tokens.get(tokenKey) ?? null
  const inKeyring = may.keyring ? targets.filter(isInKeyring) : []
  const asked = may.index ? targets.filter((target) => copyOf(target) !== null || inKeyring.includes(target)) : []
  const lookUp = (target: Target, url: string) => ({ name: target.name, url, username, password: copyOf(target) })
  return {
    looks: inKeyring.flatMap((target) => lookUpUrls(target.url).map((url) => lookUp(target, url))),
    indexes: asked.map((target) => lookUp(target, page(target.url))),
  }
}
