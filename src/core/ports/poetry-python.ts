import type { Variables } from '../variables/names.ts'
import type { CaSyncError } from '../words/errors.ts'
import type { Env } from './full-path.ts'

/** What a launcher does so that its Python finds Poetry. */
export interface PythonStart {
  /** Python's own options (`-sP`). */
  readonly flags: readonly string[]
  /** The whole of `sys.path`, where the launcher makes its own; else empty. */
  readonly path: readonly string[]
  /** What it sets of the variables that matter to Poetry and its keyring. */
  readonly variables: Variables
}

export interface PoetryPython {
  readonly python: string
  readonly start?: PythonStart
}

export interface PoetryProgram extends PoetryPython {
  /** What a shell would run as `poetry`. */
  readonly poetry: string
}

/** Who made the environment that Poetry runs in, and looks after it. */
export type Installer = 'pipx' | 'uv tool' | 'uv' | 'conda' | 'Homebrew' | 'Nix' | 'system' | 'pip' | 'nobody'

/** The packages that Poetry's Python finds, as its folders show them without a start of it. */
export interface PoetrySite {
  readonly python: string
  readonly poetry: string
  readonly installer: Installer
  /** By name, in lower case and with `-`: its version. */
  readonly packages: ReadonlyMap<string, string>
  /** The name by which pipx knows it; conda's prefix. */
  readonly name: string
  /** Those that the installer, or `poetry self`, was asked to add. */
  readonly injected: readonly string[]
  readonly ofPoetrySelf: readonly string[]
  /** Those of the system's package manager. */
  readonly ofSystem: readonly string[]
}

/** What Poetry's own Python says of itself and its keyring. */
export interface Probe extends Omit<Installation, 'plugins'> {
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
  /** All of these passwords are new: no keyring has one yet. */
  readonly new?: boolean
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
  readonly looks: readonly MaybeLookUp[]
  /** Simple pages, each of the host that its token is bound to. Without a `password`, the keyring entry for that host is tried. */
  readonly indexes: readonly MaybeLookUp[]
}
type MaybeLookUp = Omit<LookUp, 'password'> & { readonly password: string | null }

/** What Poetry's keyring gives back for one look-up, asked in Poetry's order. Never the secret itself. */
export interface FoundEntry {
  readonly name: string
  readonly service: string | null
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

export interface Looked {
  readonly found: readonly FoundEntry[]
  readonly answers: readonly IndexAnswer[]
}

/** One start of Poetry's Python that changes nothing, and asks the person nothing. One question at a time; each throws as HandoverSession does. */
export interface Inspection {
  describe(): Promise<Installation>
  probe(): Promise<Probe>
  look(request: LookRequest): Promise<Looked>
  close(): void
}

export interface PoetryKeyring {
  /**
   * One start of Poetry's Python, which begins at once.
   * @param projects - folders that nothing is imported from
   * @param env - the environment that it is to see, if it is another one than this run's
   */
  open(python: PoetryPython, projects: readonly string[], unattended: boolean, env?: Env): HandoverSession
  inspect(python: PoetryPython, project: string): Inspection
}
