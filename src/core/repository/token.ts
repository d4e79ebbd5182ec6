import type { Lifetime } from '../memory/freshness.ts'
import { isTable, isText } from '../project/document.ts'
import { orElse } from '../words/or-else.ts'

/** A CodeArtifact authorization token. */
export interface Token extends Omit<Lifetime, 'spread'> {
  readonly secret: string
}

export const tokenText = ({ secret, ...life }: Token): string => JSON.stringify({ value: secret, ...life })

/** The token of such a text; undefined for a text that holds none. */
export function tokenIn(text: string): Token | undefined {
  const found: unknown = orElse(() => JSON.parse(text), undefined)
  if (!isTable(found) || !['value', 'issuedAt', 'expiresAt'].every((key) => isText(found[key]))) return undefined
  const { value: secret, ...life } = found
  return { secret, ...life } as Token
}
