import { existsSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { createAws } from './aws/aws.ts'
import type { Cooldown } from './core/doctor/cooldown.ts'
import type { Leftover } from './core/doctor/leftovers.ts'
import type { NetrcEntry } from './core/doctor/poetry.ts'
import type { Presence } from './core/memory/absence.ts'
import { textStamp } from './core/memory/text-stamp.ts'
import { type Claim, currentClaim, type ReadSources } from './core/plan/conflicts.ts'
import type { Aws } from './core/ports/aws.ts'
import type { Host } from './core/ports/host.ts'
import type { PoetryFiles } from './core/ports/poetry-files.ts'
import type { PoetryFinder, PoetryProgram } from './core/ports/poetry-finder.ts'
import type { PoetryKeyring } from './core/ports/poetry-keyring.ts'
import type { Project } from './core/ports/project.ts'
import type { Scheduling, StablePrograms } from './core/ports/schedule.ts'
import type { StartupFiles } from './core/ports/shell.ts'
import type { Vault } from './core/ports/vault.ts'
import { withoutPlace as declaration, readDeclarations } from './core/project/declarations.ts'
import type { UserConfig } from './core/project/settings.ts'
import { readAnySources, readSources } from './core/project/sources.ts'
import type { Entry } from './core/toml/array.ts'
import type { Variables } from './core/variables/names.ts'
import type { FormatName } from './core/variables/variables.ts'
import { CaSyncError } from './core/words/errors.ts'
import { printableLines } from './core/words/quote.ts'
import { stateDir, userConfigFile } from './files/places.ts'
import { append, writeSecret } from './files/secret.ts'
import { realFolder } from './files/spelling.ts'
import { fileStamp, whileSame } from './files/stamp.ts'
import { readCooldowns } from './poetry/files/cooldowns.ts'
import { readLeftovers, readNetrc } from './poetry/files/other-tools.ts'
import { readPyproject } from './poetry/files/pyproject.ts'
import type { ArrayPath } from './poetry/files/pyproject-edit.ts'
import { readUvIndexes } from './poetry/files/uv.ts'
import { findPyproject } from './poetry/find/find-pyproject.ts'
import { presenceOf } from './poetry/find/presence.ts'
import { createFinder, createKeyring, createPoetryFiles } from './poetry/poetry.ts'
import { runCommand } from './shell/child.ts'
import { formats, maskLines } from './shell/formats.ts'
import { acquireLock, type Lock } from './state/lock.ts'
import { apiStamp, environmentStamp } from './state/stamp.ts'
import { openStore, type StateStore } from './state/store.ts'
import { readUserFile } from './state/user-config.ts'
import { cleaner, withProgress } from './terminal.ts'
import { inPassing } from './vault/guard.ts'
import { openVault } from './vault/vault.ts'

/** How long a run may wait, in milliseconds: by hand a person may be typing a password; a job must end soon. */
const limits = {
  byHand: { aws: 30_000, handover: 110_000, vaultCall: 4_000, lock: 60_000 },
  unattended: { aws: 15_000, handover: 13_000, vaultCall: 3_000, lock: 0 },
  // A program waits to be started, and nothing may prompt.
  inPassing: { aws: 30_000, handover: 0, vaultCall: inPassing.limitMs, lock: 10_000 },
}

/** What the options of a command say about talking and waiting. */
export interface Manner {
  readonly quiet: boolean
  readonly verbose: boolean
  readonly unattended: boolean
  /** The command only prepares another one. */
  readonly inPassing: boolean
}

const limitOf = ({ unattended, inPassing }: Manner) => {
  if (inPassing) return limits.inPassing
  return unattended ? limits.unattended : limits.byHand
}

/** The folder of a project, and its pyproject.toml. */
export type ProjectPlace = Pick<Project, 'folder' | 'file'>

/** The lock, while this run has it. */
export interface Hold extends Pick<Lock, 'isWanted' | 'giveWay'> {
  /** Writes what of the state was put off, and gives the lock back. */
  release(): Promise<void>
}

/** The parts of the program, as commands get them. */
export interface Machine {
  /** Its output is free of every secret of this run. */
  readonly host: Host
  readonly store: StateStore
  readonly finder: PoetryFinder
  readonly keyring: PoetryKeyring
  /** The keyring as it would be in another environment. */
  keyringIn(env: Host['env']): PoetryKeyring
  readonly poetryFiles: PoetryFiles
  scheduling(): Promise<Scheduling>
  /**
   * Paths of Node and ca-sync that outlive upgrades. Throws CaSyncError SCHEDULE_REFUSED.
   * @param command - what writes them again, for messages
   */
  stablePrograms(command: string): Promise<StablePrograms>
  startup(): Promise<StartupFiles>
  /** Shows a desktop notification, within 5 s. Gives why it could not. */
  notify(text: string): Promise<string | undefined>
  readonly vault: Vault
  /** The vault, which is asked only while the keyring is open (on Linux; elsewhere that cannot be seen): a locked one removes nothing, and says nothing. */
  readonly openVault: Vault
  /** AWS; its SDK is loaded at the first call. */
  readonly aws: Aws
  /** Every secret of this run. */
  readonly secrets: Set<string>
  /** Takes them out of a text that is kept. */
  clean(text: string): string
  /** Keys of the tokens that this run has asked AWS for. */
  readonly renewed: Set<string>
  /** What was warned of so far. */
  readonly warnings: readonly string[]
  readonly userConfigFile: string
  /** Stamp of the environment variables that matter. */
  readonly environmentStamp: string
  /** Stamp of the access key in the environment, if there is one. */
  readonly keysStamp: string | undefined
  /** Stamp of an overridden AWS endpoint; empty for AWS's own. */
  readonly apiStamp: string
  warn(text: string): void
  /** What is going on, for a person who waits. */
  progress(text: string): void
  /** The real path of a folder; what is none keeps the path it was named by. Throws CaSyncError PROJECT_NOT_FOUND where the current one is gone. */
  findFolder(folder: string | undefined): { readonly path: string; readonly isFolder: boolean }
  /** @throws CaSyncError PROJECT_NOT_FOUND */
  findProject(folder: string | undefined): ProjectPlace
  exists(file: string): boolean
  /** What can be seen at a project's place. */
  presence(folder: string): Presence
  /** @throws CaSyncError PYPROJECT_INVALID, SOURCE_INVALID, NO_SOURCES */
  readProject(place: ProjectPlace): Project
  /** The same for a project that may have no source yet. */
  readAnyProject(place: ProjectPlace): Project
  /**
   * Adds tables to an array of tables of pyproject.toml, and gives the function that writes the file. Throws CaSyncError
   * PYPROJECT_INVALID where all else in it could not stay as it is.
   */
  extendProject(place: ProjectPlace, array: ArrayPath, entries: readonly Entry[]): Promise<() => Promise<void>>
  /** What the project of a claim calls by that name now; undefined for nothing. */
  currentClaim(claim: Claim): Claim | undefined
  /** @throws CaSyncError CONFIG_INVALID */
  userConfig(): Promise<UserConfig>
  stamps(files: readonly string[]): Record<string, string>
  /** Poetry's Python and keyring backend: who reads what was handed over. */
  readerOf(program: PoetryProgram): string
  /** @throws CaSyncError BUSY when another run holds it for too long */
  lock(): Promise<Hold>
  /** The text by which somebody else sets the variables. */
  format(name: FormatName, variables: Variables): string
  /** Lines that make GitHub Actions hide the secrets of this run in its logs. */
  masks(): string
  /** Prints what stays as it is to the byte: a secret that was asked for, or what a shell is to read. */
  reveal(text: string): void
  /** Writes a file that only its owner may read. Throws CaSyncError FILE_UNWRITABLE. */
  writeSecret(path: string, text: string): Promise<void>
  /** Throws CaSyncError FILE_UNWRITABLE. */
  append(path: string, text: string): Promise<void>
  /** Tokens in plain text in files of other tools. @param isCodeArtifact - of a host */
  leftovers(isCodeArtifact: (host: string) => boolean): Promise<readonly Leftover[]>
  netrc(): Promise<readonly NetrcEntry[]>
  /** What lets new versions wait in a project's tools. @param configDir - Poetry's, where it is known */
  cooldowns(folder: string, configDir?: string): Promise<readonly Cooldown[]>
  /** The names of a project's own indexes for uv. */
  uvIndexes(folder: string): Promise<ReadonlySet<string>>
  /** Runs a program in place of this one, with variables added to its environment. Throws CaSyncError COMMAND_*. */
  run(command: readonly [string, ...string[]], variables: Variables): Promise<number>
  /** The same parts anew: what one run looked up does not bind the next. */
  again(): Machine
  close(): void
}

/** @throws CaSyncError PROJECT_NOT_FOUND */
function resolveFolder(cwd: string, folder = '.'): string {
  if (cwd !== '' || isAbsolute(folder)) return resolve(cwd, folder)
  throw new CaSyncError('PROJECT_NOT_FOUND', 'The current folder does not exist any more.', {
    hint: 'Go to your Poetry project, or name its folder in full: ca-sync -C /path/to/project',
  })
}

function findProject(cwd: string, folder?: string): ProjectPlace {
  const file = findPyproject(resolveFolder(cwd, folder))
  return { file, folder: realFolder(dirname(file)) }
}

function findFolder(cwd: string, folder?: string): { path: string; isFolder: boolean } {
  const path = resolveFolder(cwd, folder)
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
  return { path: isFolder ? realFolder(path) : path, isFolder }
}

function readProject(document: unknown, { file, folder }: ProjectPlace, read = readSources): Project {
  const declarations = readDeclarations(document, file).map(declaration)
  return { file, folder, declarations, ...read(document, file) }
}

/** What the projects' files name; each is read once, until `clear`. */
function openReadings(read: (place: ProjectPlace) => Project) {
  const known = new Map<string, ReadSources>()

  function readingOf(folder: string): ReadSources {
    try {
      return read({ file: join(folder, 'pyproject.toml'), folder }).sources
    } catch {
      return undefined
    }
  }

  return {
    of(folder: string): ReadSources {
      if (!known.has(folder)) known.set(folder, readingOf(folder))
      return known.get(folder)
    },
    clear: () => known.clear(),
  }
}

/** @param secrets - what `plain`'s output is free of; the run's tokens are added to it */
export function createMachine(plain: Host, manner: Manner, secrets: Set<string>): Machine {
  const { env, platform, uid, home } = plain
  const limit = limitOf(manner)
  const canWipe = plain.isTerminal && env['TERM'] !== 'dumb'
  const { host, progress, wipe } = withProgress(plain, canWipe && !manner.quiet)
  const clean = cleaner(plain, secrets)
  const warnings: string[] = []
  const aws = createAws({ env, platform, limitMs: limit.aws, now: host.now })
  const vaultThat = (onlyOpen: boolean) =>
    openVault({
      node: host.nodePath,
      script: join(host.programDir, 'vault.cjs'),
      onlyOpen,
      env,
      platform,
      uid,
      limitMs: limit.vaultCall,
      budgetMs: 2 * limit.vaultCall,
    })
  const guarded = vaultThat(true)
  const vault = manner.inPassing ? guarded : vaultThat(false)
  const onWaiting = () => progress('Your desktop asks you to unlock the keyring; waiting for you…')
  const keyringIn = (its: Host['env']) =>
    createKeyring({ env: its, platform, uid, budgetMs: limit.handover, onWaiting })
  const warn = (text: string): void => {
    if (!warnings.includes(text)) host.stderr(`warning: ${printableLines(text)}\n`)
    warnings.push(text)
  }
  let opened: StateStore | undefined
  const store = (): StateStore => {
    opened ??= openStore(stateDir(host), host.now, ({ code, message }) => {
      // Where all of it is lost, this run has made anew what it was about; doctor tells of it before.
      if (manner.verbose || code !== 'STATE_LOST') warn(`${message} Type ca-sync in your other projects, too.`)
    })
    return opened
  }
  const poetryFiles = createPoetryFiles({ env, platform, home })
  const pyproject = whileSame(readPyproject)
  const readAnyProject = (place: ProjectPlace) => readProject(pyproject(place.file), place, readAnySources)
  const readings = openReadings(readAnyProject)
  return {
    host,
    get store() {
      return store()
    },
    finder: createFinder({ env, platform, uid, home }),
    keyring: keyringIn(env),
    keyringIn,
    poetryFiles,
    scheduling: async () => (await import('./schedule/scheduling.ts')).createScheduling(host),
    stablePrograms: async (command) => (await import('./schedule/scheduling.ts')).stablePrograms(host, command),
    startup: async () => (await import('./shell/startup-files.ts')).createStartupFiles(host),
    notify: async (text) => (await import('./desktop/notify.ts')).notify(clean(text), host),
    vault,
    openVault: guarded,
    aws,
    secrets,
    clean,
    renewed: new Set(),
    warnings,
    get userConfigFile() {
      return userConfigFile(host)
    },
    environmentStamp: environmentStamp(env),
    keysStamp: env['AWS_ACCESS_KEY_ID'] ? textStamp(env['AWS_ACCESS_KEY_ID']) : undefined,
    apiStamp: apiStamp(env),
    warn,
    progress,
    findFolder: (folder) => findFolder(host.cwd, folder),
    findProject: (folder) => findProject(host.cwd, folder),
    exists: existsSync,
    presence: presenceOf,
    readProject: (place) => readProject(pyproject(place.file), place),
    readAnyProject,
    extendProject: async ({ file }, array, entries) =>
      (await import('./poetry/files/pyproject-edit.ts')).addToPyproject(file, array, entries),
    currentClaim: (claim) => currentClaim(claim, readings.of(claim.project)),
    userConfig: () => readUserFile(userConfigFile(host)),
    stamps: (files) => Object.fromEntries(files.map((file) => [file, fileStamp(file)])),
    readerOf: ({ python }) => `${python} ${env['PYTHON_KEYRING_BACKEND'] ?? ''}`,
    async lock() {
      const { release, isWanted, giveWay } = await acquireLock({
        dir: stateDir(host),
        pid: host.pid,
        waitMs: limit.lock,
        onWait: (pid) => progress(`Another ca-sync (process ${pid}) is at work; waiting for it…`),
      })
      return {
        isWanted,
        release: () => store().flush().finally(release),
        async giveWay() {
          await store().flush()
          await giveWay()
          readings.clear()
        },
      }
    },
    format: (name, variables) => formats[name](variables),
    masks: () => maskLines(secrets),
    reveal: (text) => {
      wipe()
      host.reveal(text)
    },
    writeSecret: (path, text) => writeSecret(resolve(host.cwd, path), text),
    append: (path, text) => append(resolve(host.cwd, path), text),
    leftovers: (isCodeArtifact) => readLeftovers(plain, isCodeArtifact),
    netrc: () => readNetrc(plain),
    cooldowns: (folder, configDir = poetryFiles.configDir()) =>
      readCooldowns(folder, poetryFiles.paths(configDir, folder), plain),
    uvIndexes: readUvIndexes,
    run: ([command, ...words], variables) => runCommand([command, ...words], variables, host),
    again() {
      secrets.clear()
      return createMachine(plain, manner, secrets)
    },
    close: () => {
      vault.close()
      guarded.close()
      aws.close()
      wipe()
    },
  }
}
