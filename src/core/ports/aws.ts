import type { Identity } from '../repository/identity.ts'
import type { Domain, Repository } from '../repository/source.ts'
import type { Token } from '../repository/token.ts'

/** AWS, as commands see it. Every method throws CaSyncError with an AWS_* code, and ends within the limit it was built with. */
export interface Aws {
  /** Loads what a token takes, and looks for credentials: while something else is waited for. What goes wrong shows when the token is asked for. */
  prepare(domain: Domain, identity: Identity): void
  /** Programs that give credentials (`credential_process`), which may ask a person, start once this has come true; calls that need one fail as it does. */
  hold(until: Promise<unknown>): void
  /** The 12-digit account of an identity (STS GetCallerIdentity). */
  account(identity: Identity, region: string): Promise<string>
  /** The repository's URL for pip (CodeArtifact GetRepositoryEndpoint, format pypi), ending in `/`; undefined when the call is denied. */
  endpoint(repository: Repository, identity: Identity): Promise<string | undefined>
  /** Who an identity is (STS GetCallerIdentity), and how far this computer's clock is from AWS's, in seconds: positive when it is fast. */
  caller(identity: Identity, region: string): Promise<Caller>
  /** The names of a domain's repositories (CodeArtifact ListRepositoriesInDomain), in AWS's order. */
  repositories(domain: Domain, identity: Identity): Promise<readonly string[]>
  /**
   * Where packages of a repository may come from (CodeArtifact DescribePackage, and DescribeRepository of it and its upstreams). Without those that
   * are not there, and without all where the identity may not look.
   */
  origins(repository: Repository, packages: readonly string[], identity: Identity): Promise<readonly PackageOrigin[]>
  /** A new token (CodeArtifact GetAuthorizationToken). `durationSeconds`: 0 for the life of the role session, or 900 to 43200; undefined for AWS's default (12 h). */
  token(domain: Domain, identity: Identity, durationSeconds: number | undefined): Promise<Token>
}

/** What CodeArtifact lets into a package. */
export interface PackageOrigin {
  readonly name: string
  readonly publish: boolean
  readonly upstream: boolean
  /** The public indexes that upstreams lead to, such as `public:pypi`. */
  readonly external: readonly string[]
}

export interface Caller {
  readonly account: string
  readonly arn: string
  readonly clockSkewSeconds: number
}
