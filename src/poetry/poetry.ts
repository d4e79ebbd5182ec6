import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Env } from '../core/ports/full-path.ts'
import type { PoetryFiles, PoetryNames, PoetrySettings } from '../core/ports/poetry-files.ts'
import type { PoetryFinder, PoetrySite } from '../core/ports/poetry-finder.ts'
import type { PoetryKeyring } from '../core/ports/poetry-keyring.ts'
import { netrcShadows, readsNetrc } from '../core/verdict/netrc.ts'
import { isFrozen } from '../files/frozen.ts'
import type { Surroundings } from '../files/places.ts'
import { whileSame } from '../files/stamp.ts'
import type { Around } from '../programs/environment.ts'
import { setLogins, setRepositories } from './files/edit.ts'
import { configDir, type PoetryFile, readPassword, readPoetryFile } from './files/files.ts'
import { forgetLogins, forgetRepositories } from './files/forget.ts'
import { netrcFiles, readNetrc } from './files/other-tools.ts'
import { publishUrl, shadows } from './files/settings.ts'
import { findPoetry } from './find/find.ts'
import { poetrySiteOf } from './find/site.ts'
import { openHandover } from './keyring/handover.ts'
import { openInspection } from './keyring/inspect.ts'

interface KeyringOptions extends Around {
  /** Milliseconds that the keyring may take in a run. */
  readonly budgetMs: number
  /** A person is being asked to unlock the keyring. */
  readonly onWaiting: () => void
}

/** Looking prompts for nothing; the slowest part is an index that does not answer. */
const INSPECT_MS = 30_000

const filePaths = (dir: string, project: string) => ({
  config: join(dir, 'config.toml'),
  auth: join(dir, 'auth.toml'),
  project: join(project, 'poetry.toml'),
})

const poetryNamesOf = (config: PoetryFile, auth: PoetryFile, own: PoetryFile): PoetryNames => ({
  urls: config.repositories,
  localUrls: own.repositories,
  isAuthFrozen: isFrozen(auth.path),
  usernames: new Map(
    [...auth.httpBasic].flatMap(([name, { username }]) => (username === undefined ? [] : [[name, username]])),
  ),
  passwords: new Map(
    [...auth.httpBasic].flatMap(([name, { hasPassword, stamp = '' }]) => (hasPassword ? [[name, stamp]] : [])),
  ),
})

async function openSettings(
  read: typeof readPoetryFile,
  dir: string,
  project: string,
  env: Env,
): Promise<PoetrySettings> {
  const { config, auth, project: own } = filePaths(dir, project)
  // One after another: of several that cannot be read, it is always the first that is named.
  const inConfig = await read(config)
  const inAuth = await read(auth)
  const inProject = await read(own)
  const files = [inConfig, inAuth, inProject]
  return {
    names: poetryNamesOf(inConfig, inAuth, inProject),
    homes: {
      config: { path: config, isFrozen: isFrozen(config) },
      project: { path: own, isFrozen: isFrozen(own) },
    },
    publishUrl: (name) => publishUrl(name, files, env),
    repositories: files.flatMap(({ path, repositories }) =>
      [...repositories].map(([name, url]) => ({ name, url, where: path })),
    ),
    quoting: files.flatMap(({ path, quotesLogin }) => (quotesLogin ? [path] : [])),
    shadows: (source) => shadows(source, files, env),
  }
}

/** Finds Poetry on this machine. */
export function createFinder(around: Around & Surroundings): PoetryFinder {
  const sites = new Map<string, PoetrySite>()
  return {
    find: (projectDir, recorded, first) =>
      findPoetry({ ...around, projectDir, remembered: recorded, rememberedFirst: first === 'recorded' }),
    site(program) {
      const known = sites.get(program.python) ?? poetrySiteOf(program, around, configDir(around))
      sites.set(program.python, known)
      return known
    },
  }
}

/** The keyring of whichever Poetry is asked. */
export function createKeyring({ budgetMs, onWaiting, ...around }: KeyringOptions): PoetryKeyring {
  const talk = { ...around, now: () => performance.now() }
  return {
    open: (python, projects, unattended, env = around.env) =>
      openHandover({ ...talk, env, ...python, projects, unattended, budgetMs, onWaiting }),
    inspect: (python, project) =>
      openInspection({ ...talk, ...python, projects: [project], unattended: true, budgetMs: INSPECT_MS }),
  }
}

const written = (dir: string): readonly string[] => [filePaths(dir, '').auth, filePaths(dir, '').config]

/** The same with what an old Poetry takes from the user's netrc file. */
async function settingsOf(
  read: typeof readPoetryFile,
  dir: string,
  project: string,
  around: Surroundings,
  version: string | undefined,
): Promise<PoetrySettings> {
  const settings = await openSettings(read, dir, project, around.env)
  if (version === undefined || !readsNetrc(version)) return settings
  const entries = await readNetrc(around)
  return {
    ...settings,
    shadows: (source) => [...settings.shadows(source), ...netrcShadows(entries, [source.url], version)],
  }
}

/** Poetry's files on this machine. */
export function createPoetryFiles(around: Surroundings): PoetryFiles {
  const readFile = whileSame(readPoetryFile)
  return {
    configDir: () => configDir(around),
    settings: (dir, project, version) => settingsOf(readFile, dir, project, around, version),
    async change(dir, folder, { plaintext, passwords = {}, usernames, urls, localUrls = {} }) {
      const { auth, config, project } = filePaths(dir, folder)
      const written = [
        { file: auth, done: await setLogins(auth, { plaintext, passwords, usernames }) },
        { file: config, done: await setRepositories(config, urls) },
        { file: project, done: await setRepositories(project, localUrls) },
      ]
      return written.filter(({ done }) => done).map(({ file }) => file)
    },
    written,
    absent: (dir, folder) =>
      [...written(dir), ...(folder === undefined ? [] : [filePaths('', folder).project])].filter(
        (path) => !existsSync(path),
      ),
    forget: (path, leftovers) =>
      basename(path) === 'auth.toml' ? forgetLogins(path, leftovers) : forgetRepositories(path, leftovers),
    authFile: (dir) => filePaths(dir, '').auth,
    projectFile: (project) => filePaths('', project).project,
    password: readPassword,
    paths: (dir, project, version) => [
      ...Object.values(filePaths(dir, project)),
      ...(version !== undefined && readsNetrc(version) ? netrcFiles(around) : []),
    ],
  }
}
