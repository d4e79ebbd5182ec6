import { isTable } from '../project/document.ts'

/** A CodeArtifact authorization token. Times are ISO 8601 UTC. */
export interface Token {
  readonly secret: string
  readonly issuedAt: string
  readonly expiresAt: string
  /** When the AWS login that it was asked for with ends, where that is known. */
  readonly loginEndsAt?: string
}

export const tokenText = ({ secret, ...life }: Token): string => JSON.stringify({ value: secret, ...life })

/** The token of such a text; undefined for a text that holds none. */
export function tokenIn(text: string): Token | undefined {
  try {
    const found: unknown = JSON.parse(text)
    const isToken = isTable(found) && ['value', 'issuedAt', 'expiresAt'].every((key) => typeof found[key] === 'string')
    if (!isToken) return undefined
    const { value: secret, ...life } = found
    return { secret, ...life } as Token
  } catch {
    return undefined
  }
}
