import { ApiError, accessDenied } from './api-error.ts'
import { createFaults, type FaultBox } from './faults.ts'
import type { Domain, Principal } from './model.ts'
import { type DomainOptions, defaults, type EmulatorOptions, type RoleOptions, type UserOptions } from './options.ts'
import type { Call, PypiRequest } from './records.ts'
import { createTokens, type Tokens } from './tokens.ts'

/** Everything the emulator knows: what its handlers share. */
export interface World {
  /** By access key id; sessions are added as roles are assumed. */
  readonly principals: Map<string, Principal>
  readonly roles: readonly RoleOptions[]
  readonly domains: readonly Domain[]
  /** Where each domain's packages are served, e.g. `http://127.0.0.1:8081`. */
  readonly origins: Map<Domain, string>
  readonly faults: FaultBox
  readonly tokens: Tokens
  readonly calls: Call[]
  readonly requests: PypiRequest[]
  readonly latencyMs: number
  readonly pageSize: number
  readonly now: () => Date
}

export function createWorld(options: EmulatorOptions): World {
  const { users, roles, domains, latencyMs, tokenSeconds, tokenLength, pageSize, now } = { ...defaults, ...options }
  return {
    principals: new Map(users.map((user) => [user.accessKeyId, principalOf(user)])),
    roles,
    domains: domains.map(domainOf),
    origins: new Map(),
    faults: createFaults(),
    tokens: createTokens({ now, length: tokenLength, seconds: tokenSeconds }),
    calls: [],
    requests: [],
    latencyMs,
    pageSize,
    now,
  }
}

/** The URL for a package format's clients, ending in `/` (CodeArtifact GetRepositoryEndpoint). */
export const repositoryUrl = (world: World, domain: Domain, repository: string, format = 'pypi'): string =>
  `${world.origins.get(domain)}/${format}/${repository}/`

/** Throws when the principal may not do this, or when the domain's policy does not let its account in. */
export function authorize(principal: Principal, action: string, resource: string, domain?: Domain): void {
  if (principal.deny.includes(action)) throw accessDenied(principal.arn, action, resource)
  const letIn = domain === undefined || [domain.owner, ...domain.accounts].includes(principal.account)
  if (!letIn) throw accessDenied(principal.arn, action, resource, 'resource-based')
}

export const notFound = (resourceType: string, resourceId: string, message: string): ApiError =>
  new ApiError(404, 'ResourceNotFoundException', message, { resourceId, resourceType })

function principalOf({ deny = [], account = defaults.account, arn, ...keys }: UserOptions): Principal {
  return { ...keys, account, deny, arn: arn ?? `arn:aws:iam::${account}:user/${keys.accessKeyId.toLowerCase()}` }
}

function domainOf({ repositories, accounts = [], ...domain }: DomainOptions): Domain {
  const all = repositories.map((entry) => (typeof entry === 'string' ? { name: entry } : entry))
  const bare = { deny: [], upstreams: [], externalConnections: [], origins: {} }
  return {
    ...domain,
    accounts,
    repositories: new Map(all.map((one) => [one.name, { ...bare, ...one, projects: new Map() }])),
  }
}
