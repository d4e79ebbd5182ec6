import { simpleUrl } from './endpoint.ts'
import { CaSyncError } from './errors.ts'
import type { Env } from './full-path.ts'
import type { Login, Logins } from './login.ts'
import { type Backend, keyringVariables } from './poetry-keyring.ts'
import { username } from './target.ts'
import { poetryVariable, type Variables } from './variable-names.ts'

export const tools = ['poetry', 'uv', 'pip', 'twine'] as const
export type Tool = (typeof tools)[number]

/** For whom variables can be written down. */
export const formatNames = ['sh', 'fish', 'powershell', 'dotenv', 'github', 'json'] as const
export type FormatName = (typeof formatNames)[number]

/** For whom variables are: a child of ours, or whoever gets them, wherever that is. */
export type Reader = 'child' | 'anyone'

/** Poetry (`Config.get`): by name, and so for whatever has that name. */
const poetry = (logins: Logins): Variables =>
  merged(
    logins.map(({ name, token }) => ({
      [poetryVariable('HTTP_BASIC', name, 'USERNAME')]: username,
      [poetryVariable('HTTP_BASIC', name, 'PASSWORD')]: token,
    })),
  )

/**
 * uv: by URL, never by the name of an index, which is whatever a file calls so. The indexes have no name either: a name would take the place
 * of the project's own index, and so put PyPI back beside one that is `default`, and `uv add` would look for everything there alone.
 * @param env - has the user's own UV_INDEX, which stays
 */
function uv(logins: Logins, env: Env): Variables {
  const ours = new Map(logins.map(({ url, token }) => [simpleUrl(url), withPassword(simpleUrl(url), token)]))
  const others = (env['UV_INDEX'] ?? '').split(/\s+/).filter((one) => one !== '' && !ours.has(withoutLogin(one)))
  const [{ url, token }] = logins
  return {
    UV_INDEX: [...ours.values(), ...others].join(' '),
    ...(ours.size === 1 && { UV_PUBLISH_URL: withPassword(url, token) }),
  }
}

/** pip takes the highest version that any of its indexes has, so PyPI is not among them: a stranger's `my-lib` there would win. */
function pip(logins: Logins): Variables {
  const [first = '', ...others] = logins.map(({ url, token }) => withPassword(simpleUrl(url), token))
  return { PIP_INDEX_URL: first, ...(others.length > 0 && { PIP_EXTRA_INDEX_URL: others.join(' ') }) }
}

/** Tokens have no character that a URL would need escaped (base64url and dots); others are escaped all the same. */
const withPassword = (url: string, token: string): string =>
  url.replace('://', `://${username}:${encodeURIComponent(token)}@`)

const withoutLogin = (url: string): string => url.replace(/:\/\/[^/@]*@/, '://')

/** twine takes its one repository from here, whatever `-r` says; a TWINE_PASSWORD would go wherever `--repository-url` says. */
const twine = ([{ url, token }]: Logins): Variables => ({
  TWINE_REPOSITORY_URL: withPassword(url, token),
  TWINE_USERNAME: username,
})

/**
 * twine uploads to one repository, and prefers a password of the user's own.
 * @throws CaSyncError USAGE
 */
export function checkTwine(chosen: readonly Tool[], names: readonly string[], env: Env): void {
  if (!chosen.includes('twine')) return
  if (env['TWINE_PASSWORD'])
    throw new CaSyncError(
      'USAGE',
      'TWINE_PASSWORD is set, and twine would send that, not the token.',
      'Remove the variable: unset TWINE_PASSWORD (PowerShell: Remove-Item Env:TWINE_PASSWORD).',
    )
  if (names.length === 1) return
  throw new CaSyncError(
    'USAGE',
    `twine uploads to one repository, and the project has several: ${names.join(', ')}.`,
    `Say which: --source ${names[0]}`,
  )
}

/**
 * Poetry's variables for repositories, where its config.toml cannot be written. One such variable hides every repository of its files,
 * and Poetry lists them by names of letters and `-` only (`_get_environment_repositories`).
 * @param others - names of the files' other repositories
 * @returns undefined where Poetry would not see all of them
 */
export function repositoryVariables(
  sources: readonly Omit<Login, 'token'>[],
  others: readonly string[],
): Variables | undefined {
  if (others.length > 0 || !sources.every(({ name }) => /^[a-z-]+$/.test(name))) return undefined
  return merged(sources.map(({ name, url }) => ({ [poetryVariable('REPOSITORIES', name, 'URL')]: url })))
}

const merged = (parts: readonly Variables[]): Variables => Object.assign({}, ...parts)

/**
 * The environment variables by which each tool finds its repositories and their token.
 * @param backend - of a child on this machine; elsewhere Poetry has nothing but variables
 */
export function variablesFor(chosen: readonly Tool[], logins: Logins, env: Env, backend?: Backend): Variables {
  const makers: Record<Tool, () => Variables> = {
    poetry: () => (backend === undefined ? poetry(logins) : keyringVariables(logins, env, backend)),
    uv: () => uv(logins, env),
    pip: () => pip(logins),
    twine: () => twine(logins),
  }
  return merged([...new Set(chosen)].map((tool) => makers[tool]()))
}
