import { simpleUrl } from './endpoint.ts'
import { CaSyncError } from './errors.ts'
import { username } from './target.ts'
import { poetryVariable, uvVariable } from './variable-names.ts'

export const tools = ['poetry', 'uv', 'pip', 'twine'] as const
export type Tool = (typeof tools)[number]

export type Variables = Readonly<Record<string, string>>

/** For whom variables can be written down. */
export const formatNames = ['sh', 'fish', 'powershell', 'dotenv', 'github', 'json'] as const
export type FormatName = (typeof formatNames)[number]

/** A source, and the token that opens it. */
export interface Login {
  readonly name: string
  /** The repository's URL, ending in `/`. */
  readonly url: string
  readonly token: string
}

/** At least one. */
export type Logins = readonly [Login, ...Login[]]

/** What the project and the user have settled for uv already, and what ca-sync must not override. */
export interface UvSettings {
  /** Names of the project's own `[[tool.uv.index]]`. */
  readonly declared: ReadonlySet<string>
  /** UV_INDEX is set. */
  readonly hasIndexes: boolean
}

/** Poetry (`Config.get`): by name, and so for whatever has that name. */
const poetry = (logins: Logins): Variables =>
  merged(
    logins.map(({ name, token }) => ({
      [poetryVariable('HTTP_BASIC', name, 'USERNAME')]: username,
      [poetryVariable('HTTP_BASIC', name, 'PASSWORD')]: token,
    })),
  )

/**
 * uv: credentials by index name. An index that the project does not declare itself comes with its URL, before PyPI; with one
 * such index, `uv publish` goes there too. (Where the project declares it, `uv publish --index NAME` does, and UV_PUBLISH_URL would forbid that.)
 */
function uv(logins: Logins, { declared, hasIndexes }: UvSettings): Variables {
  const own = logins.filter(({ name }) => !declared.has(name))
  const indexes = own.map(({ name, url }) => `${name}=${simpleUrl(url)}`)
  const [only] = logins
  return merged([
    ...logins.map(({ name, token }) => ({
      [uvVariable(name, 'USERNAME')]: username,
      [uvVariable(name, 'PASSWORD')]: token,
    })),
    indexes.length > 0 && !hasIndexes ? { UV_INDEX: indexes.join(' ') } : {},
    own.length === 1 && logins.length === 1
      ? { UV_PUBLISH_URL: only.url, UV_PUBLISH_USERNAME: username, UV_PUBLISH_PASSWORD: only.token }
      : {},
  ])
}

/** pip takes the highest version that any of its indexes has, so PyPI is not among them: a stranger's `my-lib` there would win. */
function pip([first, ...others]: Logins): Variables {
  const extra = others.map(withPassword).join(' ')
  return { PIP_INDEX_URL: withPassword(first), ...(extra !== '' && { PIP_EXTRA_INDEX_URL: extra }) }
}

/** Tokens have no character that a URL would need escaped (base64url and dots); others are escaped all the same. */
const withPassword = ({ url, token }: Login): string =>
  simpleUrl(url).replace('://', `://${username}:${encodeURIComponent(token)}@`)

/** twine takes its one repository from here, whatever `-r` says. */
const twine = ([{ url, token }]: Logins): Variables => ({
  TWINE_REPOSITORY_URL: url,
  TWINE_USERNAME: username,
  TWINE_PASSWORD: token,
})

/** @throws CaSyncError USAGE: twine uploads to one repository */
export function checkTwine(chosen: readonly Tool[], names: readonly string[]): void {
  if (!chosen.includes('twine') || names.length === 1) return
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

/** The environment variables by which each tool finds its repositories and their token */
export function variablesFor(chosen: readonly Tool[], logins: Logins, uvSettings: UvSettings): Variables {
  const makers: Record<Tool, () => Variables> = {
    poetry: () => poetry(logins),
    uv: () => uv(logins, uvSettings),
    pip: () => pip(logins),
    twine: () => twine(logins),
  }
  return merged([...new Set(chosen)].map((tool) => makers[tool]()))
}
