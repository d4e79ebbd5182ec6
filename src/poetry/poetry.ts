import { basename, join } from 'node:path'
import type { PoetryNames } from '../core/plan/plan.ts'
import type { Env } from '../core/ports/full-path.ts'
import type { Poetry, PoetrySettings } from '../core/ports/ports.ts'
import type { Surroundings } from '../files/places.ts'
import { whileSame } from '../files/stamp.ts'
import type { Around } from '../programs/environment.ts'
import { setLogins, setRepositories } from './files/edit.ts'
import { configDir, type PoetryFile, readPassword, readPoetryFile } from './files/files.ts'
import { forgetLogins, forgetRepositories } from './files/forget.ts'
import { shadows } from './files/settings.ts'
import { findPoetry } from './find/find.ts'
import { openHandover } from './keyring/handover.ts'
import { openInspection } from './keyring/inspect.ts'

interface PoetryOptions extends Around, Surroundings {
  /** Milliseconds that the keyring may take in a run. */
  readonly budgetMs: number
  /** A person is being asked to unlock the keyring. */
  readonly onWaiting: () => void
}

/** Looking prompts for nothing; the slowest part is an index that does not answer. */
const INSPECT_MS = 30_000

const places = (dir: string, project: string) => ({
  config: join(dir, 'config.toml'),
  auth: join(dir, 'auth.toml'),
  project: join(project, 'poetry.toml'),
})

const namesOf = (config: PoetryFile, auth: PoetryFile): PoetryNames => ({
  urls: config.repositories,
  usernames: new Map(
    [...auth.httpBasic].flatMap(([name, { username }]) => (username === undefined ? [] : [[name, username]])),
  ),
  passwords: new Map(
    [...auth.httpBasic].flatMap(([name, { hasPassword, stamp = '' }]) => (hasPassword ? [[name, stamp]] : [])),
  ),
})

async function readSettings(
  read: typeof readPoetryFile,
  dir: string,
  project: string,
  env: Env,
): Promise<PoetrySettings> {
  const { config, auth, project: own } = places(dir, project)
  // One after another: of several that cannot be read, it is always the first that is named.
  const inConfig = await read(config)
  const inAuth = await read(auth)
  const files = [inConfig, inAuth, await read(own)]
  return {
    names: namesOf(inConfig, inAuth),
    repositories: files.flatMap(({ path, repositories }) =>
      [...repositories].map(([name, url]) => ({ name, url, where: path })),
    ),
    quoting: files.flatMap(({ path, quotesLogin }) => (quotesLogin ? [path] : [])),
    shadows: (source) => shadows(source, files, env),
  }
}

/** Poetry on this machine. */
export function createPoetry({ env, platform, uid, home, budgetMs, onWaiting }: PoetryOptions): Poetry {
  const readFile = whileSame(readPoetryFile)
  const talk = { env, platform, uid, now: () => performance.now() }
  return {
    find: (projectDir, recorded, first) =>
      findPoetry({
        env,
        platform,
        uid,
        home,
        projectDir,
        remembered: recorded?.poetry,
        rememberedFirst: first === 'recorded',
      }),
    open: (python, projects, unattended) =>
      openHandover({ ...talk, python, projects, unattended, budgetMs, onWaiting }),
    inspect: (python, project) =>
      openInspection({ ...talk, python, projects: [project], unattended: true, budgetMs: INSPECT_MS }),
    configDir: () => configDir({ env, platform, home }),
    settings: (dir, project) => readSettings(readFile, dir, project, env),
    async change(dir, { plaintext, passwords = {}, usernames, urls }) {
      const { auth, config } = places(dir, '')
      const written = [
        { file: auth, done: await setLogins(auth, { plaintext, passwords, usernames }) },
        { file: config, done: await setRepositories(config, urls) },
      ]
      return written.filter(({ done }) => done).map(({ file }) => file)
    },
    written: (dir) => [places(dir, '').auth, places(dir, '').config],
    forget: (path, leftovers) =>
      basename(path) === 'auth.toml' ? forgetLogins(path, leftovers) : forgetRepositories(path, leftovers),
    authFile: (dir) => places(dir, '').auth,
    password: readPassword,
    files: (dir, project) => Object.values(places(dir, project)),
  }
}
