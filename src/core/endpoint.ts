import { type Repository, repositoryKey } from './source.ts'

/** What the URL of a CodeArtifact repository says. `host` is what a token is bound to. */
export interface RepositoryUrl extends Repository {
  readonly host: string
}

export type UrlReading =
  | { readonly kind: 'repository'; readonly repository: RepositoryUrl }
  /** A CodeArtifact host, but not a URL that Poetry and we read alike; `problem` completes "url …". */
  | { readonly kind: 'malformed'; readonly problem: string }
  | { readonly kind: 'other' }

// Domain, owner and repository by the patterns of AWS's service model; the owner is the 12 digits after the last `-`.
const host =
  /^(?<domain>[a-z][a-z0-9-]{0,48}[a-z0-9])-(?<owner>\d{12})\.(?:d\.codeartifact\.(?<ipv4>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?|codeartifact\.(?<dual>[a-z0-9-]+)\.on\.aws)$/
const path = /^\/pypi\/(?<repository>[A-Za-z0-9][A-Za-z0-9._-]{1,99})(?:\/simple)?\/?$/
const codeArtifactHost = /(?:^|\.)codeartifact\.[^.]+\.(?:amazonaws\.com(?:\.cn)?|on\.aws)\.?$/

const parse = (url: string): URL | undefined => (URL.canParse(url) ? new URL(url) : undefined)

/** Reads a URL strictly: only what Poetry, too, takes for exactly this host and repository is a repository. */
export function readUrl(url: string): UrlReading {
  const parsed = parse(url)
  if (parsed === undefined || !codeArtifactHost.test(parsed.hostname)) return { kind: 'other' }
  const hostParts = host.exec(parsed.hostname)?.groups
  const pathParts = path.exec(parsed.pathname)?.groups
  const problem = urlProblem(url, parsed, hostParts !== undefined, pathParts !== undefined)
  if (problem !== undefined) return { kind: 'malformed', problem }
  const { domain = '', owner = '', ipv4, dual = '' } = hostParts ?? {}
  const { repository = '' } = pathParts ?? {}
  return { kind: 'repository', repository: { domain, owner, region: ipv4 ?? dual, repository, host: parsed.host } }
}

function urlProblem(url: string, parsed: URL, hostFits: boolean, pathFits: boolean): string | undefined {
  if (parsed.protocol !== 'https:') return 'must start with https://'
  if (parsed.username !== '' || parsed.password !== '') return 'must not have a user name or password in it'
  if (!hostFits) return 'must have a host that starts with <domain>-<owner>, the owner being 12 digits'
  if (parsed.port !== '') return 'must not have a port'
  if (!pathFits || /[?#]/.test(url)) return 'must have the path /pypi/<repository>/simple/ and nothing after it'
  // The parser forgives upper case, `:443`, encoded characters, `\`, tabs and `..`, where Poetry compares the text as it stands.
  if (url !== parsed.href) return `must be written plainly, as ${simpleUrl(parsed.href)}`
  return undefined
}

/** The CodeArtifact repository of a URL (with or without `simple/`; ipv4, China and dual-stack hosts), if it is one. */
export function parseRepositoryUrl(url: string): RepositoryUrl | undefined {
  const reading = readUrl(url)
  return reading.kind === 'repository' ? reading.repository : undefined
}

/** The URL that GetRepositoryEndpoint would give, by AWS's rule for hosts; for where that call is denied. */
export const constructedUrl = ({ domain, owner, region, repository }: Repository, dnsSuffix: string): string =>
  `https://${domain}-${owner}.d.codeartifact.${region}.${dnsSuffix}/pypi/${repository}/`

/** A repository's URL in the form that we write: ending in `/`, without `simple/`. A repository may be called `simple`. */
export const baseUrl = (url: string): string => `${url.replace(/\/+$/, '').replace(/(?<!\/pypi)\/simple$/, '')}/`

/** The URL that Poetry and pip install from. */
export const simpleUrl = (url: string): string => `${baseUrl(url)}simple/`

/** The host as Poetry looks it up in the keyring: the text between `//` and the path, port and case kept (Python's netloc). */
export const hostOf = (url: string): string => /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(url)?.[1] ?? ''

/** Whether two URLs are one repository: a slash, `simple/` and CodeArtifact's dual-stack host make no difference. */
export const sameRepository = (a: string, b: string): boolean => comparable(a) === comparable(b)

function comparable(url: string): string {
  const base = baseUrl(parse(url)?.href ?? url)
  const repository = parseRepositoryUrl(base)
  return repository === undefined ? base : repositoryKey(repository)
}
