import { dnsSuffix, partitions } from './region.ts'
import { type Repository, repositoryKey } from './source.ts'

// Domain, owner and repository by the patterns of AWS's service model; the owner is the 12 digits after the last `-`.
const domainAndOwner = '(?<domain>[a-z][a-z0-9-]{0,48}[a-z0-9])-(?<owner>\\d{12})'
const repositoryName = '(?<repository>[A-Za-z0-9][A-Za-z0-9._-]{1,99})(?:/simple)?/?'
const host = new RegExp(`^${domainAndOwner}(?<end>\\..+)$`)
const indexPath = new RegExp(`^/pypi/${repositoryName}$`)
const anyHost = /^(?:.*\.)?codeartifact\.(?<region>[^.]+)\.(?<vpc>vpce\.)?(?<suffix>.+?)\.?$/
// Of a VPC endpoint, which serves all domains of its region: which one, the path says (AWS's "Working with Amazon VPC endpoints").
const vpcHost = /^vpce-[a-z0-9-]+(?<end>\..+)$/
const vpcPath = new RegExp(`^/pypi/d/${domainAndOwner}/${repositoryName}$`)

const dualStack = 'on.aws'

/** What the hosts of a region end in: those of its partition, and the dual-stack ones. */
const endsOf = (region: string): readonly [string, string] => [
  `.d.codeartifact.${region}.${dnsSuffix(region) ?? 'amazonaws.com'}`,
  `.codeartifact.${region}.${dualStack}`,
]

/** The region that a host of CodeArtifact's names, whatever else is in it; undefined for a host of anybody else. */
function regionOf(hostname: string): string | undefined {
  const { region, suffix } = anyHost.exec(hostname)?.groups ?? {}
  return suffix === dualStack || partitions.some((one) => one.dnsSuffix === suffix) ? region : undefined
}

export const isVpcEndpoint = (hostname: string): boolean =>
  isCodeArtifactHost(hostname) && anyHost.exec(hostname)?.groups?.['vpc'] !== undefined

export const isCodeArtifactHost = (hostname: string): boolean => regionOf(hostname) !== undefined

const parsedUrl = (url: string): URL | undefined => (URL.canParse(url) ? new URL(url) : undefined)

/**
 * Reads a URL strictly: only what Poetry, too, takes for exactly this host and repository is a repository.
 * @returns of a CodeArtifact host whose URL Poetry and we do not read alike, what completes "url …"; undefined for any other server's
 */
export function readUrl(url: string): Repository | string | undefined {
  const parsed = parsedUrl(url)
  const region = parsed && regionOf(parsed.hostname)
  if (parsed === undefined || region === undefined) return undefined
  const isVpc = isVpcEndpoint(parsed.hostname)
  const inHost = (isVpc ? vpcHost : host).exec(parsed.hostname)?.groups ?? {}
  const inPath = (isVpc ? vpcPath : indexPath).exec(parsed.pathname)?.groups ?? {}
  const { domain = '', owner = '', repository = '', end = '' } = { ...inHost, ...inPath }
  const path = `/pypi/${isVpc ? 'd/<domain>-<owner>/' : ''}<repository>/simple/`
  const problem = isVpc ? vpcProblem(region, end) : hostProblem(region, end)
  return problem ?? urlProblem(url, parsed, repository, path) ?? { domain, owner, region, repository }
}

function hostProblem(region: string, end: string): string | undefined {
  const right = endsOf(region)
  if (right.includes(end)) return undefined
  return partitions.some((one) => end === `.d.codeartifact.${region}.${one.dnsSuffix}`)
    ? `has a host that does not go with its region; it would end in ${right[0]}`
    : `must have a host <domain>-<owner>${right[0]}, the owner being 12 digits`
}

function vpcProblem(region: string, end: string): string | undefined {
  const right = `.d.codeartifact.${region}.vpce.${dnsSuffix(region) ?? 'amazonaws.com'}`
  return end === right ? undefined : `must have a host vpce-…${right}, as it is for a VPC endpoint`
}

function urlProblem(url: string, parsed: URL, repository: string, path: string): string | undefined {
  if (parsed.protocol !== 'https:') return 'must start with https://'
  if (parsed.username !== '' || parsed.password !== '') return 'must not have a user name or password in it'
  if (parsed.port !== '') return 'must not have a port'
  if (repository === '' || /[?#]/.test(url)) return `must have the path ${path} and nothing after it`
  // The parser forgives upper case, `:443`, encoded characters, `\`, tabs and `..`, where Poetry compares the text as it stands.
  if (url !== parsed.href) return `must be written plainly, as ${simpleUrl(parsed.href)}`
  return undefined
}

/** The CodeArtifact repository of a URL (with or without `simple/`; of any partition, and dual-stack), if it is one. */
export function parseRepositoryUrl(url: string): Repository | undefined {
  const reading = readUrl(url)
  return typeof reading === 'string' ? undefined : reading
}

/** The URL that GetRepositoryEndpoint would give, by AWS's rule for hosts; for where that call is denied. */
export const constructedUrl = ({ domain, owner, region, repository }: Repository): string =>
  `https://${domain}-${owner}${endsOf(region)[0]}/pypi/${repository}/`

/** A repository's URL in the form that we write: ending in `/`, without `simple/`. A repository may be called `simple`, or `pypi`. */
export const baseUrl = (url: string): string =>
  `${url.replace(/\/+$/, '').replace(/(?<!(?<!\/pypi)\/pypi)\/simple$/, '')}/`

export const simpleUrl = (url: string): string => `${baseUrl(url)}simple/`

/** The host as Poetry looks it up in the keyring: the text between `//` and the path, port and case kept (Python's netloc). */
export const hostOf = (url: string): string => /^[A-Za-z][A-Za-z0-9+.-]*:\/\/([^/?#]*)/.exec(url)?.[1] ?? ''

/** Whether two URLs are one repository: a slash, `simple/` and CodeArtifact's dual-stack host make no difference. */
export const sameRepository = (a: string, b: string): boolean => comparable(a) === comparable(b)

function comparable(url: string): string {
  const base = baseUrl(parsedUrl(url)?.href ?? url)
  const repository = parseRepositoryUrl(base)
  return repository === undefined ? base : repositoryKey(repository)
}
