import type { PoetryNames } from '../plan/plan.ts'
import type { Target } from '../plan/target.ts'
import type { Identity } from '../repository/identity.ts'
import type { Declaration, Domain, Repository, Source } from '../repository/source.ts'
import type { Token } from '../repository/token.ts'
import type { Rival } from '../variables/names.ts'
import type { CaSyncError } from '../words/errors.ts'

/** AWS, as commands see it. Every method throws CaSyncError with an AWS_* code, and ends within the limit it was built with. */
export interface Aws {
  /** The 12-digit account of an identity (STS GetCallerIdentity). */
  account(identity: Identity, region: string): Promise<string>
  /** The repository's URL for pip (CodeArtifact GetRepositoryEndpoint, format pypi), ending in `/`; undefined when the call is denied. */
  endpoint(repository: Repository, identity: Identity): Promise<string | undefined>
  /** Who an identity is (STS GetCallerIdentity), and how far this computer's clock is from AWS's, in seconds: positive when it is fast. */
  caller(identity: Identity, region: string): Promise<Caller>
  /** The names of a domain's repositories (CodeArtifact ListRepositoriesInDomain), in AWS's order. */
  repositories(domain: Domain, identity: Identity): Promise<readonly string[]>
  /** A new token (CodeArtifact GetAuthorizationToken). `durationSeconds`: 0 for the life of the role session, or 900 to 43200; undefined for AWS's default (12 h). */
  token(domain: Domain, identity: Identity, durationSeconds: number | undefined): Promise<Token>
}

export interface Caller {
  readonly account: string
  readonly arn: string
  readonly clockSkewSeconds: number
}

/** ca-sync's own keyring items (the vault). Every method throws CaSyncError with code VAULT_FAILED. */
export interface Vault {
  /** The stored secret, or undefined when there is none (a locked keyring looks the same). */
  read(account: string): Promise<string | undefined>
  write(account: string, secret: string): Promise<void>
  /** Removing what is not there succeeds. */
  remove(account: string): Promise<void>
}

/** What Poetry's own Python says of itself and its keyring. */
export interface Probe {
  readonly poetryVersion: string
  /** Poetry's config folder (`poetry.locations.CONFIG_DIR`). */
  readonly configDir: string
  /** The backend's class, e.g. `keyring.backends.SecretService.Keyring`. */
  readonly backend: string
  /** The most characters a password may have, where the backend has a limit. */
  readonly limit?: number
}

/** One entry of Poetry's keyring: the service is a host, or a repository URL where one host serves two identities. */
interface KeyringEntry {
  readonly service: string
  readonly username: string
}

export interface HandoverRequest {
  /** Entries to delete first: the `poetry-repository-<name>` ones that would shadow ours. */
  readonly remove: readonly KeyringEntry[]
  readonly write: readonly (KeyringEntry & { readonly password: string })[]
  /** Look-ups to make in Poetry's order (name, URL, host) after writing; each must give back exactly this password. A name may have several. */
  readonly check: readonly LookUp[]
}

export interface LookUp {
  readonly name: string
  readonly url: string
  readonly username: string
  readonly password: string
}

/** The outcome of a handover: the names of the sources that Poetry's keyring now serves, and why not for the others. */
export interface HandoverResult {
  readonly ready: readonly string[]
  readonly failed: ReadonlyMap<string, CaSyncError>
}

/** One start of Poetry's Python. */
export interface HandoverSession {
  /**
   * By hand, the desktop may ask the person to unlock the keyring here; unattended, nothing asks.
   * Throws CaSyncError KEYRING_* or POETRY_BROKEN when the backend cannot take entries.
   */
  probe(): Promise<Probe>
  /** Once a project, after probe. Throws CaSyncError when nothing could be done at all. */
  apply(request: HandoverRequest): Promise<HandoverResult>
  /** Once a session, after probe, in place of `apply`. Gives why an entry could not be removed, by service; what is not there is no failure. */
  remove(entries: readonly KeyringEntry[]): Promise<ReadonlyMap<string, CaSyncError>>
  /** For another project of the run: the keyring is looked at again, and the time begins anew. */
  again(): void
  /** Ends the child at once. Safe to call at any time, and twice. */
  close(): void
}

/** What Poetry's Python says of itself, which takes no keyring. */
export interface Installation {
  readonly poetryVersion: string
  /** Poetry's config folder (`poetry.locations.CONFIG_DIR`). */
  readonly configDir: string
  /** The packages that add to Poetry, or to its keyring. */
  readonly plugins: readonly string[]
}

/** What is asked of Poetry's keyring, and of the index that a token is for. */
export interface LookRequest {
  /** `password`: the token that should be found; null where there is none. */
  readonly looks: readonly (Omit<LookUp, 'password'> & { readonly password: string | null })[]
  /** Simple pages, each of the host that its token is bound to. Without a `password`, the keyring entry for that host is tried. */
  readonly indexes: readonly (Omit<LookUp, 'password'> & { readonly password: string | null })[]
}

/** What Poetry's keyring gives back for one look-up, asked in Poetry's order. Never the secret itself. */
export interface FoundEntry {
  readonly name: string
  /** The entry that was found; null for none. */
  readonly service: string | null
  /** It holds the token that should be found. */
  readonly isOurs: boolean
  /** The keyring has a PyPI token of that name, which publishing tries first. */
  readonly pypiToken: boolean
}

/** What an index said; `status` null where it gave no answer. */
export interface IndexAnswer {
  readonly name: string
  readonly status: number | null
  readonly detail: string
}

/** One start of Poetry's Python that changes nothing, and asks the person nothing. One question at a time; each throws as HandoverSession does. */
export interface Inspection {
  describe(): Promise<Installation>
  probe(): Promise<Probe>
  look(request: LookRequest): Promise<{
    readonly found: readonly FoundEntry[]
    readonly answers: readonly IndexAnswer[]
  }>
  close(): void
}

/** One start of ca-sync on one project: what its pyproject.toml names. */
export interface Project {
  /** The folder of pyproject.toml. */
  readonly folder: string
  readonly file: string
  readonly sources: readonly Source[]
  /** Every `[[tool.poetry.source]]` that has a URL, CodeArtifact's or not. */
  readonly declarations: readonly Declaration[]
  /** What the user should know of, as whole sentences. */
  readonly warnings: readonly string[]
}

/** The Poetry of a project. */
export interface PoetryProgram {
  /** What a shell would run as `poetry`. */
  readonly poetry: string
  /** The interpreter it runs on. */
  readonly python: string
}

/** What stands in Poetry's files and environment for our names. */
export interface PoetrySettings {
  readonly names: PoetryNames
  /** `repositories.<name>` of all its files, and where each stands. */
  readonly repositories: readonly Rival[]
  /** Its files in which a value quotes an `http-basic` entry, which may be ours. */
  readonly quoting: readonly string[]
  /** What Poetry would use instead of what we set up for a source. */
  shadows(source: Pick<Target, 'name' | 'url' | 'plaintextFile'>): readonly Shadow[]
}

/** A setting that makes Poetry pass by what ca-sync sets up for a source. */
export interface Shadow {
  readonly kind: 'password' | 'username' | 'pypi-token' | 'repository-url' | 'repositories-hidden' | 'keyring-disabled'
  /** The file's path, or the name of the environment variable. */
  readonly where: string
  /** A variable of this shell; what stands in a file lasts. */
  readonly passing: boolean
  readonly message: string
  readonly hint: string
}

/** What a run changes in Poetry's files. */
export interface PoetryChanges {
  /** Names whose plaintext password goes from auth.toml. */
  readonly plaintext: readonly string[]
  /** auth.toml: http-basic.<name>.password, for who asked for plain text. */
  readonly passwords?: Readonly<Record<string, string>>
  /** Names that get `username = "aws"` in auth.toml. */
  readonly usernames: readonly string[]
  /** config.toml: repositories.<name>.url */
  readonly urls: Readonly<Record<string, string>>
}

/** What became of a file: one that was there before ca-sync stays, even if it is empty now. */
export type Forgotten = 'cleaned' | 'removed'

/** What of Poetry's files goes, where it still is as ca-sync wrote it. */
export interface PoetryLeftovers {
  /** By name, the URLs that were written. */
  readonly urls: Readonly<Record<string, readonly string[]>>
  /** Names whose `http-basic` user name was written. */
  readonly usernames: readonly string[]
  /** Of tokens in plain text. */
  readonly stamps: readonly string[]
  /** Paths of the files that were not there before: they go with the last that is in them. */
  readonly created: readonly string[]
}

/** What Poetry reads: its program, its Python, its files. Throws CaSyncError POETRY_*. */
export interface Poetry {
  /** @param first - whether PATH or what an earlier run found comes first */
  find(project: string, recorded: PoetryProgram | undefined, first: 'path' | 'recorded'): Promise<PoetryProgram>
  /** One start of Poetry's Python, which begins at once. @param projects - folders that nothing is imported from */
  open(python: string, projects: readonly string[], unattended: boolean): HandoverSession
  /** One start of Poetry's Python, to look. */
  inspect(python: string, project: string): Inspection
  /** Poetry's config folder by its own rule, for where its Python has not been asked yet. */
  configDir(): string
  settings(configDir: string, project: string): Promise<PoetrySettings>
  /** Gives the paths of the files that it wrote. */
  change(configDir: string, changes: PoetryChanges): Promise<readonly string[]>
  /** The files that ca-sync writes: auth.toml and config.toml. */
  written(configDir: string): readonly string[]
  /** Takes out of one of these what ca-sync wrote there. Undefined where nothing of it was there, or the file is not. */
  forget(path: string, leftovers: PoetryLeftovers): Promise<Forgotten | undefined>
  authFile(configDir: string): string
  /** The password in auth.toml that has this stamp, under whatever name. */
  password(authFile: string, stamp: string): Promise<string | undefined>
  /** The files that decide what Poetry does in a project. */
  files(configDir: string, project: string): readonly string[]
}
