import type { Share } from '../memory/keeping.ts'
import type { SourceRecord, State } from '../memory/state.ts'
import { hostOf } from '../repository/endpoint.ts'
import { type Identity, identityKey } from '../repository/identity.ts'
import { domainKey, type Repository, type Source } from '../repository/source.ts'
import type { RefreshBefore } from '../words/duration.ts'

/** A source with everything known that a plan needs. */
export interface Target extends Repository {
  readonly source: Source
  readonly name: string
  /** The repository's URL, ending in `/`. */
  readonly url: string
  readonly identity: Identity
  /** Stamp of an overridden AWS endpoint; empty for AWS's own. */
  readonly api: string
  /** What the token is kept under, in the vault and in the state. */
  readonly token: string
  /** The keyring services that hold the token: the host, or the repository's URLs where one host serves two identities; both if asked for. */
  readonly services: readonly string[]
  /** Poetry's auth.toml, where the user asked for it to hold the token in plain text; then no keyring does. */
  readonly plaintextFile?: string
  readonly refreshBefore: RefreshBefore
  /** Seconds; undefined for AWS's default. */
  readonly durationSeconds?: number
}

/** The user name of every CodeArtifact token. */
export const username = 'aws'

/** `api` tells an overridden AWS endpoint (an emulator, a private one) from AWS itself, whose is empty. */
export const tokenKey = (repository: Repository, identity: Identity, api = ''): string =>
  [domainKey(repository), identityKey(identity), api].filter((part) => part !== '').join(' ')

/** The domain of a token's key, as people call it. */
export const tokenDomain = (key: string): string => key.split('/')[1] ?? ''

/** The URLs that are looked up for a repository: publishing asks for ours (twine for nothing else), installing for the source's; Poetry less its last slash, pip and uv with it. */
export const lookUpUrls = (url: string): readonly string[] => [url, `${url}simple`, `${url}simple/`]

/** Entries by URL, which Poetry and others would ask before the host's: of other programs, or ours from when there had to be some. */
export const hidingUrls = ({ url, services }: Pick<Target, 'url' | 'services'>): readonly string[] =>
  lookUpUrls(url).filter((service) => !services.includes(service))

/** The tokens of each target's host: the targets', and those of other projects and of sources of this one that a run is not about. */
function tokensByHost(
  targets: readonly Pick<Target, 'name' | 'url' | 'token'>[],
  state: State,
  project: string,
): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Set(targets.map(({ name }) => name))
  const tokens = new Map<string, Set<string>>()
  for (const { url, token } of targets) tokens.set(hostOf(url), (tokens.get(hostOf(url)) ?? new Set()).add(token))
  for (const [folder, { sources, store }] of Object.entries(state.projects)) {
    if (store === 'plaintext') continue
    for (const record of sources) {
      const { host, token } = useOf(record)
      if (folder !== project || !names.has(record.name)) tokens.get(host)?.add(token)
    }
  }
  return tokens
}

interface Use {
  readonly host: string
  readonly token: string
}

// Every project of a run looks at the records of all others. A record is never changed, only replaced.
const uses = new WeakMap<SourceRecord, Use>()

function useOf(record: SourceRecord): Use {
  const found = uses.get(record) ?? {
    host: hostOf(record.url),
    token: tokenKey(record, record.identity, record.api),
  }
  uses.set(record, found)
  return found
}

export const recordToken = (record: SourceRecord): string => useOf(record).token

/** URLs that other projects want entries under. */
const sharedUrls = ({ projects }: State, project: string): ReadonlySet<string> =>
  new Set(
    Object.entries(projects).flatMap(([folder, { sources, share }]) =>
      folder !== project && share === 'url' ? sources.map(({ url }) => url) : [],
    ),
  )

/** How a run keeps its tokens. */
export interface Place {
  readonly share?: Share
  /** Poetry's auth.toml, where it is to hold the tokens. */
  readonly plaintextFile?: string
}

/**
 * Under which service the token of each target goes. A host's entry serves all its repositories; only where
 * two identities meet on one host does each repository get its own entries, which Poetry asks for before the host's.
 */
export function assignServices(
  targets: readonly Omit<Target, 'services'>[],
  state: State,
  project: string,
  { share, plaintextFile }: Place = {},
): Target[] {
  if (plaintextFile !== undefined) return targets.map((target) => inPlaintext(target, plaintextFile))
  const tokens = tokensByHost(targets, state, project)
  const shared = sharedUrls(state, project)
  return targets.map((target) => {
    const host = hostOf(target.url)
    const hosts = (tokens.get(host)?.size ?? 0) > 1 ? [] : [host]
    const byUrl = hosts.length === 0 || share === 'url' || shared.has(target.url)
    return { ...target, services: byUrl ? [...hosts, ...lookUpUrls(target.url)] : hosts }
  })
}

/** A token of its own: the vault's is not in that file, and that file's is not in the vault. */
const inPlaintext = (target: Omit<Target, 'services'>, plaintextFile: string): Target => ({
  ...target,
  token: `${target.token} in ${plaintextFile}`,
  services: [],
  plaintextFile,
})
