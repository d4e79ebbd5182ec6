import { type Env, separator } from './full-path.ts'
import type { Host } from './host.ts'
import type { Logins } from './login.ts'
import { poetryVariable, type Variables } from './variable-names.ts'

/** Where Poetry of a child finds our keyring backend (`poetry/python/path/ca_sync_keyring.py`). */
export interface Backend {
  /** The folder of the module. */
  readonly folder: string
  readonly delimiter: string
  /** From 0 to 1. */
  readonly random: number
  /** Poetry would ask the user's own keyring, too. */
  readonly asksOwn: boolean
}

/** The backend for a child of this program. */
export const childBackend = (
  { programDir, platform, random }: Pick<Host, 'programDir' | 'platform' | 'random'>,
  asksOwn: boolean,
): Backend => {
  const slash = platform === 'win32' ? '\\' : '/'
  return { folder: `${programDir}${slash}python`, delimiter: separator(platform), random: random(), asksOwn }
}

const backend = 'ca_sync_keyring.Keyring'
const tokenPrefix = 'CA_SYNC_TOKEN_'

/**
 * Poetry sends what its variables hold to whatever has the name, and its files can quote them (`{http-basic.dev.password}`). So it gets
 * the tokens from a keyring backend instead, which knows URLs only; empty passwords keep it from older ones in its files.
 */
export function keyringVariables(logins: Logins, env: Env, { folder, delimiter, random, asksOwn }: Backend): Variables {
  const secret = random.toString(36).slice(2).toUpperCase()
  const folders = [folder, ...(env['PYTHONPATH'] ?? '').split(delimiter)].filter((one) => one !== '')
  const ours = ['python-poetry-check', ...logins.map(({ name }) => `poetry-repository-${name}`)]
  return {
    ...Object.fromEntries(
      logins.flatMap(({ name }) => [
        [poetryVariable('HTTP_BASIC', name, 'USERNAME'), 'aws'],
        [poetryVariable('HTTP_BASIC', name, 'PASSWORD'), ''],
      ]),
    ),
    ...Object.fromEntries(
      [...urlsByToken(logins)].map(([token, urls], at) => [
        `${tokenPrefix}${secret}_${at}`,
        JSON.stringify({ token, urls }),
      ]),
    ),
    CA_SYNC_KEYRING: JSON.stringify({ ours, own: asksOwn, backend: env['PYTHON_KEYRING_BACKEND'] }),
    PYTHONPATH: [...new Set(folders)].join(delimiter),
    PYTHON_KEYRING_BACKEND: backend,
    POETRY_KEYRING_ENABLED: 'true',
  }
}

/** A token opens its whole host; only where two meet on one does each open its own repositories. */
function urlsByToken(logins: Logins): Map<string, string[]> {
  const tokensAt = (origin: string) =>
    new Set(logins.filter(({ url }) => root(url) === origin).map(({ token }) => token))
  const urls = new Map<string, string[]>()
  for (const { url, token } of logins) {
    const scope = tokensAt(root(url)).size > 1 ? url : root(url)
    urls.set(token, [...new Set([...(urls.get(token) ?? []), scope])])
  }
  return urls
}

const root = (url: string): string => new URL('/', url).href

/** For ca-sync under `exec`: what makes its environment the one outside, where Python's keyring is the user's own. */
export function outside(env: Env): readonly (readonly [string, string | undefined])[] {
  const settings = env['CA_SYNC_KEYRING']
  if (settings === undefined) return []
  const ours = Object.keys(env).filter((name) => name === 'CA_SYNC_KEYRING' || name.startsWith(tokenPrefix))
  const changes = ours.map((name) => [name, undefined] as const)
  if (env['PYTHON_KEYRING_BACKEND'] !== backend) return changes
  return [...changes, ['PYTHON_KEYRING_BACKEND', /"backend":"([\w.]+)"/.exec(settings)?.[1]]]
}
