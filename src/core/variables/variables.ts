import type { LoginRecord } from '../memory/state.ts'
import { username } from '../plan/target.ts'
import type { Env } from '../ports/full-path.ts'
import { simpleUrl } from '../repository/endpoint.ts'
import { CaSyncError } from '../words/errors.ts'
import { present } from '../words/present.ts'
import { unsetHint } from '../words/quote.ts'
import { poetryVariable, type Variables } from './names.ts'
import type { Tool } from './tools.ts'

export interface Login {
  readonly name: string
  /** The repository's URL, ending in `/`. */
  readonly url: string
  readonly secret: string
}

export type Logins = readonly [Login, ...Login[]]

/** The logins of sources; undefined where a token is missing, or there is no source. */
export function withSecrets(
  sources: readonly LoginRecord[],
  secretOf: (tokenKey: string) => string | undefined,
): Logins | undefined {
  const [first, ...others] = sources.flatMap(({ name, url, tokenKey }) => {
    const secret = secretOf(tokenKey)
    return secret ? [{ name, url, secret }] : []
  })
  return first === undefined || others.length + 1 < sources.length ? undefined : [first, ...others]
}

/** Poetry (`Config.get`): by name, and so for whatever has that name (`checkVariables`). */
const forPoetry = (logins: Logins): Variables =>
  merged(
    logins.map(({ name, secret }) => ({
      [poetryVariable('HTTP_BASIC', name, 'USERNAME')]: username,
      [poetryVariable('HTTP_BASIC', name, 'PASSWORD')]: secret,
    })),
  )

/**
 * uv: by URL, never by credentials for the name of an index, which is whatever a file calls so. An index has its name along, for
 * `[tool.uv.sources]`, unless that is declared: ours would take its place, and put PyPI back beside one that was `default`.
 * @param env - has the user's own UV_INDEX, which stays
 */
function forUv(logins: Logins, env: Env, declared: ReadonlySet<string>): Variables {
  const urls = new Set(logins.map(({ url }) => simpleUrl(url)))
  const others = (env['UV_INDEX'] ?? '').split(/\s+/).filter((one) => one !== '' && !urls.has(plainUrl(one)))
  const taken = new Set([...declared, ...others.flatMap((one) => indexName.exec(one)?.[1] ?? [])])
  const ours = logins.map(({ name, url, secret }) => {
    const index = withPassword(simpleUrl(url), secret)
    return taken.has(name) ? index : `${name}=${index}`
  })
  const [{ url, secret }] = logins
  return present({
    UV_INDEX: [...new Set([...ours, ...others])].join(' '),
    UV_PUBLISH_URL: urls.size === 1 ? withPassword(url, secret) : undefined,
  })
}

const indexName = /^([\w.-]+)=/

const plainUrl = (index: string): string => index.replace(indexName, '').replace(/:\/\/[^/@]*@/, '://')

/** pip takes the highest version that any of its indexes has, so PyPI is not among them: a stranger's `my-lib` there would win. */
function forPip(logins: Logins): Variables {
  const [first = '', ...others] = logins.map(({ url, secret }) => withPassword(simpleUrl(url), secret))
  return present({ PIP_INDEX_URL: first, PIP_EXTRA_INDEX_URL: others.join(' ') || undefined })
}

/** Tokens have no character that a URL would need escaped (base64url and dots); others are escaped all the same. */
const withPassword = (url: string, secret: string): string =>
  url.replace('://', `://${username}:${encodeURIComponent(secret)}@`)

/** twine takes its one repository from here, whatever `-r` says; a TWINE_PASSWORD would go wherever `--repository-url` says. */
const forTwine = ([{ url, secret }]: Logins): Variables => ({
  TWINE_REPOSITORY_URL: withPassword(url, secret),
  TWINE_USERNAME: username,
})

/** twine uploads to one repository, and prefers a password of the user's own. @throws CaSyncError USAGE */
export function checkTwine(chosen: readonly Tool[], names: readonly string[], env: Env): void {
  if (!chosen.includes('twine')) return
  if (env['TWINE_PASSWORD'])
    throw new CaSyncError('USAGE', 'TWINE_PASSWORD is set, and twine would send that, not the token.', {
      hint: unsetHint('TWINE_PASSWORD'),
    })
  if (names.length === 1) return
  const what = `twine uploads to one repository, and the project has several: ${names.join(', ')}.`
  throw new CaSyncError('USAGE', what, { hint: `Say which: --source ${names[0]}` })
}

/**
 * Poetry's variables for repositories, where its config.toml cannot be written. One such variable hides every repository of its files,
 * and Poetry lists them by names of letters and `-` only (`_get_environment_repositories`).
 * @param others - the repositories of the files, in the order in which Poetry merges them: they get variables, too
 * @returns undefined where Poetry would not see all of them
 */
export function repositoryVariables(
  sources: readonly Omit<Login, 'secret'>[],
  others: readonly Omit<Login, 'secret'>[],
): Variables | undefined {
  const all = [...others, ...sources]
  if (!all.every(({ name }) => /^[a-z-]+$/.test(name))) return undefined
  return merged(all.map(({ name, url }) => ({ [poetryVariable('REPOSITORIES', name, 'URL')]: url })))
}

const merged = (parts: readonly Variables[]): Variables => Object.assign({}, ...parts)

/**
 * The environment variables by which each tool finds its repositories and their token.
 * @param declared - the names of the project's own indexes for uv
 */
export function variablesFor(
  chosen: readonly Tool[],
  logins: Logins,
  env: Env,
  declared: ReadonlySet<string> = new Set(),
): Variables {
  const makers: Record<Tool, () => Variables> = {
    poetry: () => forPoetry(logins),
    uv: () => forUv(logins, env, declared),
    pip: () => forPip(logins),
    twine: () => forTwine(logins),
  }
  return merged([...new Set(chosen)].map((tool) => makers[tool]()))
}
