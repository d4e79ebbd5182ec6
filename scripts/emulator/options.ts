/** A user with keys of its own. */
export interface UserOptions {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** For temporary keys, such as those of an SSO login. */
  readonly sessionToken?: string
  /** ISO 8601; from then on the keys are refused as expired. */
  readonly expiresAt?: string
  readonly account?: string
  readonly arn?: string
  /** Actions that no policy allows it, e.g. `sts:GetServiceBearerToken`. */
  readonly deny?: readonly string[]
}

export interface RoleOptions {
  readonly arn: string
  /** Who may assume it: ARNs of users or roles, or whole accounts by their 12 digits. */
  readonly trusted: readonly string[]
  readonly deny?: readonly string[]
}

export interface RepositoryOptions {
  readonly name: string
  /** Refuses reading or publishing to every token (403). */
  readonly deny?: readonly ('read' | 'publish')[]
  /** Repositories of the domain, and connections such as `public:pypi`: only what is said of them, no packages come through. */
  readonly upstreams?: readonly string[]
  readonly externalConnections?: readonly string[]
  /** What is let into packages, by name. Others have what AWS gives to a package that is published first: no upstream. */
  readonly origins?: Readonly<Record<string, OriginRestrictions>>
}

interface OriginRestrictions {
  readonly publish: 'ALLOW' | 'BLOCK'
  readonly upstream: 'ALLOW' | 'BLOCK'
}

export interface DomainOptions {
  readonly domain: string
  readonly owner: string
  readonly region: string
  readonly repositories: readonly (string | RepositoryOptions)[]
  /** Accounts beside the owner's that may use it. */
  readonly accounts?: readonly string[]
}

export interface EmulatorOptions {
  /** The first one is the user of `Emulator.env`. */
  readonly users?: readonly UserOptions[]
  readonly roles?: readonly RoleOptions[]
  readonly domains?: readonly DomainOptions[]
  /** Added to every AWS call. */
  readonly latencyMs?: number
  /** Life of a token whose caller names no duration. */
  readonly tokenSeconds?: number
  /** Characters of a token; at least 300. */
  readonly tokenLength?: number
  /** The most repositories in one answer of ListRepositoriesInDomain. */
  readonly pageSize?: number
  readonly now?: () => Date
  /** Fixed ports; free ones otherwise. `domains` goes by domain name. */
  readonly ports?: { readonly api?: number; readonly domains?: Readonly<Record<string, number>> }
}

const account = '564131876131'

export const defaults = {
  account,
  // The example keys of AWS's own documentation: nobody can take them for real ones.
  users: [
    {
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      account,
      arn: `arn:aws:iam::${account}:user/developer`,
    },
  ] as readonly UserOptions[],
  roles: [] as readonly RoleOptions[],
  domains: [
    { domain: 'my-domain', owner: account, region: 'us-east-1', repositories: ['dev', 'qa', 'prod', 'shared'] },
  ] as readonly DomainOptions[],
  latencyMs: 0,
  tokenSeconds: 43_200,
  tokenLength: 1_400,
  pageSize: 1_000,
  now: () => new Date(),
}
