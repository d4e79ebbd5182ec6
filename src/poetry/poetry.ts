import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { storeRules } from '../core/plan/stores.ts'
import type { PoetryFiles, PoetryNames, PoetrySettings, ShadowedSource } from '../core/ports/poetry-files.ts'
import { netrcShadows, readsNetrc } from '../core/verdict/netrc.ts'
import { isFrozen } from '../files/place.ts'
import type { Surroundings } from '../files/places.ts'
import { whileSame } from '../files/stamp.ts'
import { configDir, type PoetryFile, readPassword, readPoetryFile } from './files/files.ts'
import { backendChoice, keyringFile, netrcFiles, readNetrc, readNoBackend } from './files/other-tools.ts'
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
  const chosen = await readNoBackend(around)
  const backend = ({ store }: ShadowedSource) =>
    chosen !== undefined && storeRules[store].reads === 'keyring' ? [backendInFile(keyringFile(around), chosen)] : []
  const home = (path: string) => ({ path, isFrozen: isFrozen(path) })
  return {
    names: poetryNamesOf(config, auth, own),
    homes: { config: home(paths.config), project: home(paths.project) },
    publishUrl: (name) => publishUrl(name, files, around.env),
    repositories: files.flatMap(({ path, repositories }) =>
      [...repositories].map(([name, url]) => ({ name, url, where: path })),
    ),
    quoting: files.flatMap(({ path, quotesLogin }) => (quotesLogin ? [path] : [])),
    shadows: (source) => [
      ...shadows(source, files, around.env),
      ...backend(source),
      ...netrcShadows(netrc, [source.url], version ?? ''),
    ],
  }
}

/** Poetry's files on this machine. */
export function createPoetryFiles(around: Surroundings): PoetryFiles {
  const readFile = whileSame(readPoetryFile)
  const written = (dir: string) => [filePaths(dir, '').auth, filePaths(dir, '').config]
  return {
    configDir: () => configDir(around),
    settings: (dir, project, version) => openSettings(readFile, filePaths(dir, project), around, version),
    async change(dir, folder, { plaintext, passwords = {}, usernames, urls, localUrls = {} }) {
      const { auth, config, project } = filePaths(dir, folder)
      const { setLogins, setRepositories } = await import('./files/edit.ts')
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
    async forget(path, leftovers) {
      const { forgetLogins, forgetRepositories } = await import('./files/edit.ts')
      return basename(path) === 'auth.toml' ? forgetLogins(path, leftovers) : forgetRepositories(path, leftovers)
    },
    authFile: (dir) => filePaths(dir, '').auth,
    projectFile: (project) => filePaths('', project).project,
    password: readPassword,
    backendChoice: () => backendChoice(around),
    paths: (dir, project, version) => [
      ...Object.values(filePaths(dir, project)),
      keyringFile(around),
      ...(version !== undefined && readsNetrc(version) ? netrcFiles(around) : []),
    ],
  }
}
