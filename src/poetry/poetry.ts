import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { storeRules } from '../core/plan/stores.ts'
import type {
  Forgotten,
  PoetryChanges,
  PoetryLeftovers,
  PoetryNames,
  PoetrySettings,
} from '../core/ports/poetry-files.ts'
import { netrcShadows, readsNetrc } from '../core/verdict/netrc.ts'
import { isFrozen } from '../files/place.ts'
import type { Surroundings } from '../files/places.ts'
import { whileSame } from '../files/stamp.ts'
import { type Around, busAddress, isBus } from '../programs/environment.ts'
import { busError, busShadow } from './bus.ts'
import { configDir, type PoetryFile, readPassword, readPoetryFile } from './files/files.ts'
import { backendChoice, backendOfFile, keyringFile, netrcFiles, noBackend, readNetrc } from './files/other-tools.ts'
import { backendInFile, publishUrl, shadows } from './files/settings.ts'

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

type UserPlace = Surroundings & Partial<Pick<Around, 'uid'>>

/** Of an old Poetry also what it takes from the user's netrc file. */
async function openSettings(
  read: typeof readPoetryFile,
  paths: ReturnType<typeof filePaths>,
  around: UserPlace,
  version: string | undefined,
): Promise<PoetrySettings> {
  // One after another: of several that cannot be read, it is always the first that is named.
  const [config, auth, own] = [await read(paths.config), await read(paths.auth), await read(paths.project)]
  const files = [config, auth, own]
  const netrc = version !== undefined && readsNetrc(version) ? await readNetrc(around) : []
  const { env } = around
  const chosen = await backendOfFile(around)
  const ofKeyring = [
    ...(chosen !== undefined && noBackend.test(chosen) ? [backendInFile(keyringFile(around), chosen)] : []),
    ...busShadow(busAddress(env, around.uid), env, env['PYTHON_KEYRING_BACKEND'] ?? chosen),
  ]
  const home = (path: string) => ({ path, isFrozen: isFrozen(path) })
  return {
    names: poetryNamesOf(config, auth, own),
    homes: { config: home(paths.config), project: home(paths.project) },
    publishUrl: (name) => publishUrl(name, files, env),
    repositories: files.flatMap(({ path, repositories }) =>
      [...repositories].map(([name, url]) => ({ name, url, where: path })),
    ),
    quoting: files.flatMap(({ path, quotesLogin }) => (quotesLogin ? [path] : [])),
    shadows: (source) => [
      ...shadows(source, files, env),
      ...(storeRules[source.store].reads === 'keyring' ? ofKeyring : []),
      ...netrcShadows(netrc, [source.url], version ?? ''),
    ],
  }
}

/** The files that Poetry reads on this machine. Throws CaSyncError POETRY_FILE_INVALID, FILE_UNWRITABLE. */
export function createPoetryFiles(around: UserPlace) {
  const readFile = whileSame(readPoetryFile)
  const written = (dir: string): readonly string[] => [filePaths(dir, '').auth, filePaths(dir, '').config]
  return {
    /** Poetry's config folder by its own rule, for where its Python has not been asked yet. Throws CaSyncError CONFIG_INVALID. */
    configDir: () => configDir(around),
    /** @param version - of Poetry, where it is known: an old one reads the user's netrc file, too */
    settings: (dir: string, project: string, version?: string) =>
      openSettings(readFile, filePaths(dir, project), around, version),
    /** Gives the paths of the files that it wrote. */
    async change(dir: string, folder: string, changes: PoetryChanges): Promise<readonly string[]> {
      const { auth, config, project } = filePaths(dir, folder)
      const { setLogins, setRepositories } = await import('./files/edit.ts')
      const written = [
        { file: auth, done: await setLogins(auth, changes) },
        { file: config, done: await setRepositories(config, changes.urls) },
        { file: project, done: await setRepositories(project, changes.localUrls ?? {}) },
      ]
      return written.filter(({ done }) => done).map(({ file }) => file)
    },
    /** The files that ca-sync writes: auth.toml and config.toml. */
    written,
    /** Of those, and of a project's own poetry.toml, the ones that are not there yet. */
    absent: (dir: string, folder?: string): readonly string[] => {
      const own = folder === undefined ? [] : [filePaths('', folder).project]
      return [...written(dir), ...own].filter((path) => !existsSync(path))
    },
    /** Takes out of one of these what ca-sync wrote there. Undefined where nothing of it was there, or the file is not. */
    async forget(path: string, leftovers: PoetryLeftovers): Promise<Forgotten | undefined> {
      const { forgetLogins, forgetRepositories } = await import('./files/edit.ts')
      return basename(path) === 'auth.toml' ? forgetLogins(path, leftovers) : forgetRepositories(path, leftovers)
    },
    authFile: (dir: string) => filePaths(dir, '').auth,
    projectFile: (project: string) => filePaths('', project).project,
    password: readPassword,
    /** By what Python's keyring chooses its backend, without a secret; empty where nobody told it. */
    backendChoice: () => backendChoice(around),
    /** A shell from which Python's keyring finds no session bus: it may keep tokens elsewhere than from others, or nowhere. */
    isBare: () => around.platform === 'linux' && !isBus(busAddress(around.env, around.uid)),
    /** Why, in such a shell. */
    busError: () => busError(around.env, around.uid),
    /** The files that decide what Poetry does in a project. */
    paths: (dir: string, project: string, version?: string): readonly string[] => [
      ...Object.values(filePaths(dir, project)),
      keyringFile(around),
      ...(version !== undefined && readsNetrc(version) ? netrcFiles(around) : []),
    ],
  }
}
