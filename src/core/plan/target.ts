import type { SourceRecord, Store } from '../memory/state.ts'
import { hostOf } from '../repository/endpoint.ts'
import { describeKey, type Identity, identityKey } from '../repository/identity.ts'
import { domainKey, type Repository, type Source } from '../repository/source.ts'
import type { RefreshBefore } from '../words/duration.ts'

export interface Target extends Repository {
  readonly source: Source
  readonly name: string
  /** The repository's URL, ending in `/`. */
  readonly url: string
  readonly identity: Identity
  /** Stamp of an overridden AWS endpoint; empty for AWS's own. */
  readonly apiStamp: string
  /** What the token is kept under, in the vault and in the state. */
  readonly tokenKey: string
  /** The keyring services that hold the token: the host, or the repository's URLs where one host serves two identities; both if asked for. */
  readonly services: readonly string[]
  readonly store: Store
  /** Poetry's auth.toml, where that is where it lives. */
  readonly file?: string
  /** Where its `repositories.<name>` goes, if not to config.toml: to the project's poetry.toml, or nowhere. */
  readonly urlHome?: 'project' | 'none'
  readonly refreshBefore: RefreshBefore
  /** Seconds; undefined for AWS's default. */
  readonly durationSeconds?: number
}

/** One whose token has no place yet. */
export type DraftTarget = Omit<Target, 'services' | 'store'>

/** The user name of every CodeArtifact token. */
export const username = 'aws'

/** `apiStamp` tells an overridden AWS endpoint (an emulator, a private one) from AWS itself, whose is empty. */
export const tokenKey = (repository: Repository, identity: Identity, apiStamp = ''): string =>
  [domainKey(repository), identityKey(identity), apiStamp].filter((part) => part !== '').join(' ')

/** One in plain text is another token than the vault's. */
export const keyInFile = (key: string, file: string): string => `${key} in ${file}`

const keyParts = /^(\d+)\/([^/]*)\/(\S+) (.*?)(?: [\da-f]{1,8})?(?: in ((?:[A-Z]:)?[/\\].*))?$/i

/** The domain of a token's key, as people call it, and where others are of that name; and the file that it is in in plain text. */
export function placeOfToken(key: string) {
  const [, owner, domain = '', region, identity = '', file] = keyParts.exec(key) ?? []
  return { domain, unlike: `${domain} of ${owner} (${region}) as ${describeKey(identity)}`, file }
}

/** The URLs that are looked up for a repository: publishing asks for ours (twine for nothing else), installing for the source's; Poetry less its last slash, pip and uv with it. */
export const lookUpUrls = (url: string): readonly string[] => [url, `${url}simple`, `${url}simple/`]

/** Entries by URL, which Poetry and others would ask before the host's: of other programs, or ours from when there had to be some. */
export const hidingUrls = ({ url, services }: Pick<Target, 'url' | 'services'>): readonly string[] =>
  lookUpUrls(url).filter((service) => !services.includes(service))

// Every project of a run looks at the records of all others. A record is never changed, only replaced.
const uses = new WeakMap<SourceRecord, { readonly host: string; readonly tokenKey: string }>()

export function useOf(record: SourceRecord) {
  const found = uses.get(record) ?? {
    host: hostOf(record.url),
    tokenKey: tokenKey(record, record.identity, record.apiStamp),
  }
  uses.set(record, found)
  return found
}

export const tokenKeyOf = (record: SourceRecord): string => useOf(record).tokenKey
