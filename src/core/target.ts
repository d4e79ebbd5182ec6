import type { RefreshBefore } from './duration.ts'
import { hostOf } from './endpoint.ts'
import { type Identity, identityKey } from './identity.ts'
import { domainKey, type Repository, type Source } from './source.ts'
import type { SourceRecord, State } from './state.ts'

/** A source with everything known that a plan needs. */
export interface Target extends Repository {
  readonly source: Source
  readonly name: string
  /** The repository's URL, ending in `/`. */
  readonly url: string
  readonly identity: Identity
  /** What the token is kept under, in the vault and in the state. */
  readonly token: string
  /** The keyring service that Poetry looks up: the host, or the URL where one host serves two identities. */
  readonly service: string
  readonly refreshBefore: RefreshBefore
  /** Seconds; undefined for AWS's default. */
  readonly durationSeconds?: number
}

/** The user name of every CodeArtifact token. */
export const username = 'aws'

export const tokenKey = (repository: Repository, identity: Identity): string =>
  `${domainKey(repository)} ${identityKey(identity)}`

/** Every use of a host on this machine: by this project's targets, and by the other projects that were synced. */
interface HostUse {
  readonly url: string
  readonly token: string
}

function otherUses(state: State, project: string): HostUse[] {
  const others = Object.entries(state.projects).filter(([folder]) => folder !== project)
  return others.flatMap(([, { sources }]) => sources.map((source) => ({ url: source.url, token: recordToken(source) })))
}

export const recordToken = (record: SourceRecord): string => tokenKey(record, record.identity)

/**
 * Under which service the token of each target goes. A host's entry serves all its repositories; only where
 * two identities meet on one host does each repository get its own entry, which Poetry asks for before the host's.
 */
export function assignServices(targets: readonly Omit<Target, 'service'>[], state: State, project: string): Target[] {
  const uses: HostUse[] = [...targets, ...otherUses(state, project)]
  const tokensOf = (host: string): Set<string> =>
    new Set(uses.filter(({ url }) => hostOf(url) === host).map(({ token }) => token))
  return targets.map((target) => {
    const host = hostOf(target.url)
    return { ...target, service: tokensOf(host).size > 1 ? target.url : host }
  })
}
