import type { RepositoryOptions } from './options.ts'

/** What a request may be signed with; temporary keys carry a session token and an end (ISO 8601). */
export interface Keys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  readonly expiresAt?: string
}

/** Whoever signs requests: a user, or the session of an assumed role. */
export interface Principal extends Keys {
  readonly account: string
  readonly arn: string
  /** Actions refused to it, e.g. `codeartifact:GetRepositoryEndpoint`. */
  readonly deny: readonly string[]
  /** For a session: the ARN of its role, by which other roles trust it. */
  readonly role?: string
}

export interface Domain {
  readonly domain: string
  readonly owner: string
  readonly region: string
  /** Accounts beside the owner's that its policy lets in. */
  readonly accounts: readonly string[]
  readonly repositories: ReadonlyMap<string, Repository>
}

export interface Repository extends Required<RepositoryOptions> {
  /** Files by the project's normalised name. */
  readonly projects: Map<string, Asset[]>
}

/** A file of a package version. */
export interface Asset {
  readonly filename: string
  readonly version: string
  readonly requiresPython: string | undefined
  readonly content: Buffer
  /** Hexadecimal. */
  readonly sha256: string
}

/** An authorization token as the emulator remembers it. */
export interface Issued {
  readonly value: string
  readonly domain: Domain
  readonly holder: Principal
  /** ISO 8601 */
  readonly expiresAt: string
}
