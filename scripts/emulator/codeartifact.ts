import { ApiError } from './api-error.ts'
import type { AwsService, Input, Params } from './aws-api.ts'
import { json } from './http.ts'
import type { Domain, Principal, Repository } from './model.ts'
import { authorize, notFound, repositoryUrl, type World } from './world.ts'

/** AWS CodeArtifact, rest-json protocol (service model 2018-09-22). */
export function codeArtifact(world: World): AwsService {
  return {
    name: 'codeartifact',
    operations: {
      DescribePackage: (input) => describePackage(world, input),
      DescribeRepository: (input) => describeRepository(world, input),
      GetAuthorizationToken: (input) => getAuthorizationToken(world, input),
      GetRepositoryEndpoint: (input) => getRepositoryEndpoint(world, input),
      ListDomains: (input) => listDomains(world, input),
      ListRepositoriesInDomain: (input) => listRepositoriesInDomain(world, input),
    },
    read: ({ method, path, query }) => ({
      operation: routes[`${method} ${path}`] ?? `${method} ${path}`,
      params: Object.fromEntries(new URLSearchParams(query)),
    }),
    success: (_, output) => json(200, output),
    failure: (error) =>
      json(
        error.status,
        { message: error.message, ...error.fields },
        { 'x-amzn-errortype': errorTypes[error.type] ?? error.type, ...error.headers },
      ),
  }
}

const routes: Readonly<Record<string, string>> = {
  'GET /v1/package': 'DescribePackage',
  'GET /v1/repository': 'DescribeRepository',
  'POST /v1/authorization-token': 'GetAuthorizationToken',
  'GET /v1/repository/endpoint': 'GetRepositoryEndpoint',
  'POST /v1/domains': 'ListDomains',
  'POST /v1/domain/repositories': 'ListRepositoriesInDomain',
}

/** What this service calls the errors that STS names. */
const errorTypes: Readonly<Record<string, string>> = {
  AccessDenied: 'AccessDeniedException',
  ExpiredToken: 'ExpiredTokenException',
  IncompleteSignature: 'IncompleteSignatureException',
  InvalidAction: 'UnknownOperationException',
  InvalidClientTokenId: 'UnrecognizedClientException',
  MissingAuthenticationToken: 'MissingAuthenticationTokenException',
  SignatureDoesNotMatch: 'InvalidSignatureException',
  Throttling: 'ThrottlingException',
}

function getAuthorizationToken(world: World, input: Input): object {
  const { params, caller } = input
  const seconds = tokenSeconds(params, caller, world.now())
  const domain = findDomain(world, input)
  authorize(caller, 'codeartifact:GetAuthorizationToken', arn(domain, `domain/${domain.domain}`), domain)
  authorize(caller, 'sts:GetServiceBearerToken', '*')
  const { value, expiresAt } = world.tokens.issue(domain, caller, seconds)
  return { authorizationToken: value, expiration: Date.parse(expiresAt) / 1000 }
}

function getRepositoryEndpoint(world: World, input: Input): object {
  const { params, caller } = input
  const format = check('format', params, /^(npm|pypi|maven|nuget|generic|ruby|swift|cargo)$/)
  const name = check('repository', params, repositoryPattern)
  const domain = findDomain(world, input)
  authorize(caller, 'codeartifact:GetRepositoryEndpoint', arn(domain, `repository/${domain.domain}/${name}`), domain)
  return { repositoryEndpoint: repositoryUrl(world, domain, findRepository(domain, name).name, format) }
}

const repositoryPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{1,99}$/

function describePackage(world: World, input: Input): object {
  const { params, caller } = input
  const name = check('package', params, /^[^!#/\s]+$/)
  const domain = findDomain(world, input)
  const repository = check('repository', params, repositoryPattern)
  authorize(
    caller,
    'codeartifact:DescribePackage',
    arn(domain, `package/${domain.domain}/${repository}/pypi//${name}`),
    domain,
  )
  const { projects, origins } = findRepository(domain, repository)
  if (!projects.has(name)) throw notFound('package', name, `Package not found. Package '${name}' does not exist`)
  const restrictions = origins[name] ?? { publish: 'ALLOW', upstream: 'BLOCK' }
  return { package: { format: 'pypi', name, originConfiguration: { restrictions } } }
}

function describeRepository(world: World, input: Input): object {
  const domain = findDomain(world, input)
  const name = check('repository', input.params, repositoryPattern)
  const place = arn(domain, `repository/${domain.domain}/${name}`)
  authorize(input.caller, 'codeartifact:DescribeRepository', place, domain)
  const { upstreams, externalConnections } = findRepository(domain, name)
  return {
    repository: {
      ...summary(domain, name),
      upstreams: upstreams.map((repositoryName) => ({ repositoryName })),
      externalConnections: externalConnections.map((externalConnectionName) => ({
        externalConnectionName,
        packageFormat: externalConnectionName.split(':')[1],
        status: 'Available',
      })),
    },
  }
}

function listRepositoriesInDomain(world: World, input: Input): object {
  const domain = findDomain(world, input)
  authorize(input.caller, 'codeartifact:ListRepositoriesInDomain', arn(domain, `domain/${domain.domain}`), domain)
  const prefix = input.params['repository-prefix'] ?? ''
  const names = [...domain.repositories.keys()].filter((name) => name.startsWith(prefix)).sort()
  const { page, nextToken } = pageOf(names, input.params, world.pageSize)
  return { repositories: page.map((name) => summary(domain, name)), nextToken }
}

/** The caller's own, in one page. */
function listDomains({ domains }: World, { caller, region }: Input): object {
  authorize(caller, 'codeartifact:ListDomains', '*')
  const own = domains.filter((it) => it.owner === caller.account && it.region === region)
  return { domains: own.map((it) => ({ name: it.domain, owner: it.owner, arn: arn(it, `domain/${it.domain}`) })) }
}

/** One page of a list; its token says where the next one starts. */
function pageOf<T>(all: readonly T[], params: Params, pageSize: number): { page: readonly T[]; nextToken?: string } {
  const { 'max-results': most = String(pageSize), 'next-token': token = tokenOf(0) } = params
  const size = Number(check('maxResults', { maxResults: most }, /^([1-9]\d{0,2}|1000)$/))
  const start = Number(Buffer.from(token, 'base64').toString())
  if (tokenOf(start) !== token) throw invalid('nextToken', 'must be one that this service gave')
  const end = start + Math.min(size, pageSize)
  return { page: all.slice(start, end), ...(end < all.length && { nextToken: tokenOf(end) }) }
}

const tokenOf = (start: number): string => Buffer.from(String(start)).toString('base64')

const summary = (domain: Domain, name: string) => ({
  name,
  administratorAccount: domain.owner,
  domainName: domain.domain,
  domainOwner: domain.owner,
  arn: arn(domain, `repository/${domain.domain}/${name}`),
})

/** Domains are regional, and belong to the caller's account unless the call names another owner. */
function findDomain(world: World, { params, caller, region }: Input): Domain {
  const name = check('domain', params, /^[a-z][a-z0-9-]{0,48}[a-z0-9]$/)
  const owner = check('domain-owner', { 'domain-owner': caller.account, ...params }, /^\d{12}$/)
  const found = world.domains.find((it) => it.domain === name && it.owner === owner && it.region === region)
  if (found !== undefined) return found
  throw notFound('domain', name, `Domain not found. Domain '${name}' owned by account '${owner}' does not exist`)
}

function findRepository(domain: Domain, name: string): Repository {
  const found = domain.repositories.get(name)
  if (found !== undefined) return found
  throw notFound(
    'repository',
    name,
    `Repository not found. Repository '${name}' in domain '${domain.domain}' does not exist`,
  )
}

/** Seconds that the token is to live; undefined where the call leaves it to the service. 0 means: as long as the caller's session. */
function tokenSeconds({ duration }: Params, { expiresAt }: Principal, now: Date): number | undefined {
  if (duration === undefined) return undefined
  const seconds = /^\d+$/.test(duration) ? Number(duration) : Number.NaN
  if (seconds === 0 && expiresAt !== undefined) return Math.floor((Date.parse(expiresAt) - now.getTime()) / 1000)
  if (seconds === 0) return undefined
  if (seconds >= 900 && seconds <= 43_200) return seconds
  throw invalid('duration', 'must be 0 or between 900 and 43200')
}

function check(field: string, { [field]: value }: Params, pattern: RegExp): string {
  if (value !== undefined && pattern.test(value)) return value
  throw invalid(
    field,
    value === undefined ? 'must not be null' : `must satisfy regular expression pattern: ${pattern.source}`,
  )
}

const invalid = (field: string, why: string): ApiError =>
  new ApiError(
    400,
    'ValidationException',
    `1 validation error detected: Value at '${field}' failed to satisfy constraint: Member ${why}`,
    {
      reason: 'FIELD_VALIDATION_FAILED',
    },
  )

const arn = ({ region, owner }: Domain, resource: string): string =>
  `arn:aws:codeartifact:${region}:${owner}:${resource}`
