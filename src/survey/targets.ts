import { endpointKey, type ProjectRecord, type SourceRecord, type State } from '../core/memory/state.ts'
import { type Target, tokenKey } from '../core/plan/target.ts'
import type { Aws } from '../core/ports/aws.ts'
import type { Project } from '../core/ports/project.ts'
import {
  type Choices,
  chooseIdentity,
  chooseRefreshBefore,
  configured,
  environmentBase,
  type Settings,
  type UserConfig,
} from '../core/project/settings.ts'
import { baseUrl, constructedUrl, hostOf, isVpcEndpoint } from '../core/repository/endpoint.ts'
import { type Identity, identityKey, otherKeys } from '../core/repository/identity.ts'
import type { Repository, Source } from '../core/repository/source.ts'
import { CaSyncError } from '../core/words/errors.ts'
import { present } from '../core/words/present.ts'
import { quote } from '../core/words/quote.ts'
import { closest } from '../core/words/suggest.ts'
import type { Machine } from '../machine.ts'

type Parts = Pick<Machine, 'host' | 'keysStamp' | 'apiStamp'>

/** A source with its identity chosen: what can be said of it before AWS is asked. */
export interface Draft {
  readonly source: Source
  readonly identity: Identity
  readonly settings: Settings
  readonly record: SourceRecord | undefined
  /** Stamp of the access key in the environment, if there is one. */
  readonly keysStamp: string | undefined
  /** Stamp of an overridden AWS endpoint. */
  readonly apiStamp: string
}

export type DraftTarget = Omit<Target, 'services' | 'store'>

/** A source that cannot be synced, and why. */
export interface FailedSource {
  readonly source: Source
  readonly error: CaSyncError
}

export interface Chooser {
  readonly flags: Settings
  readonly environment: Identity['base'] | undefined
  readonly keysStamp: string | undefined
  readonly apiStamp: string
  readonly config: UserConfig
}

/** What identities are chosen by in this shell. */
export const chooserOf = ({ keysStamp, apiStamp, host }: Parts, config: UserConfig, flags: Settings): Chooser => ({
  flags,
  config,
  keysStamp,
  apiStamp,
  environment: environmentBase(host.env),
})

/** A source that is new in a project is synced as those of its domain were, or as the project was. */
const neighbour = ({ domain }: Source, records: readonly SourceRecord[]): SourceRecord | undefined =>
  records.find((one) => one.domain === domain) ?? records[0]

/** Chooses the identity of each source. */
export function draft(
  sources: Project['sources'],
  record: Pick<ProjectRecord, 'sources'> | undefined,
  chooser: Chooser,
): Draft[] {
  return sources.map((source) => {
    const found = record?.sources.find(({ name }) => name === source.name)
    const last = found ?? neighbour(source, record?.sources ?? [])
    const settings = configured(chooser.config, source)
    const { flags, environment } = chooser
    const choices: Choices = present({ flags, environment, recorded: last?.identity })
    return {
      source,
      identity: chooseIdentity(settings, choices),
      settings: { ...settings, ...chooser.flags },
      record: found,
      keysStamp: chooser.keysStamp,
      apiStamp: chooser.apiStamp,
    }
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

/** What resolving asks of the outside. */
interface Resolver {
  readonly aws: Aws
}

/** The repository of a draft; AWS is asked for the caller's account where the owner is not known. */
export async function resolveRepository(draft: Draft, { aws }: Resolver): Promise<Repository> {
  const { identity, source } = draft
  return repositoryOfDraft(draft, knownOwner(draft) ?? (await aws.account(identity, source.region)))
}

/** The target of a draft, asking AWS for what is not known: the caller's account, and the endpoint. */
export async function resolveTarget(draft: Draft, state: State, resolver: Resolver): Promise<DraftTarget> {
  const { identity } = draft
  const repository = await resolveRepository(draft, resolver)
  const known = knownUrl(draft, repository, state)
  const url = known ?? (await resolver.aws.endpoint(repository, identity)) ?? constructedUrl(repository)
  return toTarget(draft, repository, url)
}

/** @throws CaSyncError SOURCE_UNKNOWN; where none of those that are named can be served, why */
export function selectSources(project: Project, names: readonly string[] | undefined): readonly Source[] {
  const { sources, unfit, file } = project
  if (names === undefined) return sources
  const all = [...sources, ...unfit.map(({ source }) => source)]
  const unknown = names.find((name) => !all.some((source) => source.name === name))
  const fit = sources.filter(({ name }) => names.includes(name))
  const [refused] = selectUnfit(project, names)
  if (fit.length === 0 && unknown === undefined && refused !== undefined) throw refused.error
  if (unknown === undefined) return fit
  const known = all.map(({ name }) => name)
  const meant = closest(unknown, known)
  throw new CaSyncError('SOURCE_UNKNOWN', `There is no CodeArtifact source ${quote(unknown)} in ${file}.`, {
    hint: `${meant === undefined ? '' : `Did you mean ${meant}? `}It has: ${known.join(', ')}.`,
  })
}

/** Of the entries that cannot be served, those that were asked for. */
export const selectUnfit = ({ unfit }: Project, names: readonly string[] | undefined): Project['unfit'] =>
  names === undefined ? unfit : unfit.filter(({ source }) => names.includes(source.name))
