import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { PoetryFiles, PoetryNames, PoetrySettings } from '../core/ports/poetry-files.ts'
import type { PoetryFinder, PoetrySite } from '../core/ports/poetry-finder.ts'
import type { PoetryKeyring } from '../core/ports/poetry-keyring.ts'
import { netrcShadows, readsNetrc } from '../core/verdict/netrc.ts'
import { isFrozen } from '../files/frozen.ts'
import type { Surroundings } from '../files/places.ts'
import { whileSame } from '../files/stamp.ts'
import type { Around } from '../programs/environment.ts'
import { forgetLogins, forgetRepositories, setLogins, setRepositories } from './files/edit.ts'
import { configDir, type PoetryFile, readPassword, readPoetryFile } from './files/files.ts'
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

/** Of an old Poetry also what it takes from the user's netrc file. */
async function openSettings(
  read: typeof readPoetryFile,
  paths: ReturnType<typeof filePaths>,
  around: Surroundings,
  version: string | undefined,
): Promise<PoetrySettings> {
  // One after another: of several that cannot be read, it is always the first that is named.
  const [config, auth, own] = [await read(paths.config), await read(paths.auth), await read(paths.project)]
  const files = [config, auth, own]
  const netrc = version !== undefined && readsNetrc(version) ? await readNetrc(around) : []
  const home = (path: string) => ({ path, isFrozen: isFrozen(path) })
  return {
    names: poetryNamesOf(config, auth, own),
    homes: { config: home(paths.config), project: home(paths.project) },
    publishUrl: (name) => publishUrl(name, files, around.env),
    repositories: files.flatMap(({ path, repositories }) =>
      [...repositories].map(([name, url]) => ({ name, url, where: path })),
    ),
    quoting: files.flatMap(({ path, quotesLogin }) => (quotesLogin ? [path] : [])),
    shadows: (source) => [...shadows(source, files, around.env), ...netrcShadows(netrc, [source.url], version ?? '')],
  }
}

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

export function createKeyring({ budgetMs, onWaiting, ...around }: KeyringOptions): PoetryKeyring {
  const talk = { ...around, now: () => performance.now() }
  return {
    open: (python, projects, unattended, env = around.env) =>
      openHandover({ ...talk, env, ...python, projects, unattended, budgetMs, onWaiting }),
    inspect: (python, project) =>
      openInspection({ ...talk, ...python, projects: [project], unattended: true, budgetMs: INSPECT_MS }),
  }
}

export function createPoetryFiles(around: Surroundings): PoetryFiles {
  const readFile = whileSame(readPoetryFile)
  const written = (dir: string) => [filePaths(dir, '').auth, filePaths(dir, '').config]
  return {
    configDir: () => configDir(around),
    settings: (dir, project, version) => openSettings(readFile, filePaths(dir, project), around, version),
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
