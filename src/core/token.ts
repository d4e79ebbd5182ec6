/** A CodeArtifact authorization token. Times are ISO 8601 UTC. */
export interface Token {
  readonly value: string
  readonly issuedAt: string
  readonly expiresAt: string
  /** When the AWS login that it was asked for with ends, where that is known. */
  readonly loginEndsAt?: string
}
