import { endpointKey, type ProjectRecord, type SourceRecord, type State } from '../core/memory/state.ts'
import { type DraftTarget, tokenKey } from '../core/plan/target.ts'
import type { Project, UnfitSource } from '../core/ports/project.ts'
import { lineNaming } from '../core/project/plugin-sources.ts'
import {
  chooseIdentity,
  chooseRefreshBefore,
  configured,
  environmentBase,
  type Settings,
} from '../core/project/settings.ts'
import { baseUrl, constructedUrl, hostOf, isVpcEndpoint } from '../core/repository/endpoint.ts'
import { identityKey, otherKeys } from '../core/repository/identity.ts'
import type { Repository, Source } from '../core/repository/source.ts'
import { CaSyncError, caught, hinting } from '../core/words/errors.ts'
import { orElse } from '../core/words/or-else.ts'
import { present } from '../core/words/present.ts'
import { printable } from '../core/words/quote.ts'
import type { Machine } from '../machine.ts'

type Parts = Pick<Machine, 'host' | 'keysStamp' | 'apiStamp' | 'userConfig'>

/** A source with its identity chosen: what can be said of it before AWS is asked. */
export type Draft = ReturnType<typeof draft>[number]

type Chooser = Awaited<ReturnType<typeof chooserOf>>

export async function chooserOf({ keysStamp, apiStamp, host, userConfig }: Parts, flags: Settings) {
  return { flags, config: await userConfig(), keysStamp, apiStamp, environment: environmentBase(host.env) }
}

/** A source that is new in a project is synced as those of its domain were, or as the project was. */
const neighbour = ({ domain }: Source, records: readonly SourceRecord[]): SourceRecord | undefined =>
  records.find((one) => one.domain === domain) ?? records[0]

export function draft(sources: readonly Source[], known: Pick<ProjectRecord, 'sources'> | undefined, chooser: Chooser) {
  const { flags, environment, keysStamp, apiStamp } = chooser
  return sources.map((source) => {
    const record = known?.sources.find(({ name }) => name === source.name)
    const last = record ?? neighbour(source, known?.sources ?? [])
    const settings = configured(chooser.config, source)
    const identity = chooseIdentity(settings, present({ flags, environment, recorded: last?.identity }))
    return { source, identity, settings: { ...settings, ...flags }, record, keysStamp, apiStamp }
  })
}

/** A source as it was synced, whoever this shell is. */
export const asSynced = (one: Draft): Draft =>
  one.record === undefined ? one : { ...one, identity: one.record.identity, apiStamp: one.record.apiStamp ?? '' }

/** The owner that needs no question: the source's own, or the account seen when the same identity was last used. */
function knownOwner({ source, identity, record, keysStamp }: Draft): string | undefined {
  if (source.owner !== undefined) return source.owner
  if (record?.ownAccount !== true || identityKey(record.identity) !== identityKey(identity)) return undefined
  return otherKeys(identity, record.keysStamp, keysStamp) ? undefined : record.owner
}

function knownUrl(draft: Draft, repository: Repository, state: State): string | undefined {
  const { source, record, apiStamp } = draft
  const { url = '' } = source.declaration ?? {}
  // AWS does not tell of a VPC endpoint: who declares one wants to go through it.
  if (url !== '' && (source.origin === 'poetry' || isVpcEndpoint(hostOf(url)))) return baseUrl(url)
  const recorded =
    record !== undefined && endpointKey(record, record.apiStamp ?? '') === endpointKey(repository, apiStamp)
      ? record.url
      : undefined
  return state.endpoints[endpointKey(repository, apiStamp)] ?? recorded
}

function toTarget({ source, identity, settings, apiStamp }: Draft, repository: Repository, url: string): DraftTarget {
  const { durationSeconds } = settings
  return present({
    ...repository,
    source,
    name: source.name,
    url,
    identity,
    apiStamp,
    tokenKey: tokenKey(repository, identity, apiStamp),
    refreshBefore: chooseRefreshBefore(settings),
    durationSeconds,
  })
}

const repositoryOfDraft = ({ source: { domain, region, repository } }: Draft, owner: string): Repository => ({
  domain,
  owner,
  region,
  repository,
})

/** The target of a draft where the state knows all that AWS would be asked. */
export function knownTarget(draft: Draft, state: State): DraftTarget | undefined {
  const owner = knownOwner(draft)
  if (owner === undefined) return undefined
  const repository = repositoryOfDraft(draft, owner)
  const url = knownUrl(draft, repository, state)
  return url === undefined ? undefined : toTarget(draft, repository, url)
}

/** The repository of a draft; AWS is asked for the caller's account where the owner is not known. */
export async function resolveRepository(draft: Draft, { aws }: Pick<Machine, 'aws'>): Promise<Repository> {
  const { identity, source } = draft
  return repositoryOfDraft(draft, knownOwner(draft) ?? (await aws.account(identity, source.region)))
}

/** The target of a draft, asking AWS for what is not known: the caller's account, and the endpoint. */
async function resolveTarget(draft: Draft, state: State, machine: Pick<Machine, 'aws'>): Promise<DraftTarget> {
  const { identity } = draft
  const repository = await resolveRepository(draft, machine)
  const known = knownUrl(draft, repository, state)
  const url = known ?? (await machine.aws.endpoint(repository, identity)) ?? constructedUrl(repository)
  return toTarget(draft, repository, url)
}

interface Resolving {
  readonly drafts: readonly Draft[]
  readonly state: State
  readonly force?: boolean
  readonly project: Pick<Project, 'file'>
}

type Asking = Pick<Machine, 'aws' | 'projects'>

/** Asks AWS for what the state does not know of the sources; with `force`, for everything. */
export async function resolve(machine: Asking, { drafts, state, force, project }: Resolving) {
  const memory = force ? { ...state, endpoints: {} } : state
  const asked = force ? drafts.map((draft) => ({ ...draft, record: undefined })) : drafts
  const resolved = asked.map(async (draft) => {
    const found = await caught(() => resolveTarget(draft, memory, machine))
    const { source } = draft
    return found instanceof CaSyncError ? { source, error: withLine(machine, project.file, source, found) } : found
  })
  const all = await Promise.all(resolved)
  return {
    targets: all.filter((one): one is DraftTarget => !('error' in one)),
    failures: all.filter((one): one is UnfitSource => 'error' in one),
  }
}

/** What AWS does not know is told with the line that names it. */
function withLine({ projects }: Asking, file: string, source: Source, error: CaSyncError): CaSyncError {
  const { code } = error
  if (code !== 'AWS_DOMAIN_UNKNOWN' && code !== 'AWS_REPOSITORY_UNKNOWN') return error
  const what = lineNaming(source, code === 'AWS_DOMAIN_UNKNOWN' ? 'domain' : 'repository')
  const line = orElse(() => projects.lineOf(file, what), undefined) // it may be gone by now
  const where = `${printable(file)}${line === undefined ? '' : `, line ${line}`}`
  const hint = error.hint.replace('pyproject.toml', () => where)
  return hinting(error, hint)
}
