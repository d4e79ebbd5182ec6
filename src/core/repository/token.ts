import { isTable } from '../project/document.ts'

/** A CodeArtifact authorization token. Times are ISO 8601 UTC. */
export interface Token {
  readonly value: string
  readonly issuedAt: string
  readonly expiresAt: string
  /** When the AWS login that it was asked for with ends, where that is known. */
  readonly loginEndsAt?: string
}

/** The token that a text holds, as it was put into the vault; undefined for a text that holds none. */
export function tokenIn(text: string): Token | undefined {
  try {
    const found: unknown = JSON.parse(text)
    const isToken = isTable(found) && ['value', 'issuedAt', 'expiresAt'].every((key) => typeof found[key] === 'string')
    return isToken ? (found as unknown as Token) : undefined
  } catch {
    return undefined
  }
}
