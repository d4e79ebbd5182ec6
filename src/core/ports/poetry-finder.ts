import type { Variables } from '../variables/names.ts'

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

/** Finds Poetry. Throws CaSyncError POETRY_NOT_FOUND, POETRY_BROKEN. */
export interface PoetryFinder {
  /** @param first - whether PATH or what an earlier run found comes first */
  find(project: string, recorded: PoetryProgram | undefined, first: 'path' | 'recorded'): Promise<PoetryProgram>
  /** Looked at once a run. */
  site(program: PoetryProgram): PoetrySite
}
