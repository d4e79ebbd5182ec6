import type { LoginRecord } from '../memory/state.ts'

/** A source, and the token that opens it. */
export interface Login {
  readonly name: string
  /** The repository's URL, ending in `/`. */
  readonly url: string
  readonly secret: string
}

/** At least one. */
export type Logins = readonly [Login, ...Login[]]

/** The logins of sources; undefined where a token is missing, or there is no source. */
export function withSecrets(
  sources: readonly LoginRecord[],
  secretOf: (tokenKey: string) => string | undefined,
): Logins | undefined {
  const [first, ...others] = sources.flatMap(({ name, url, tokenKey }) => {
    const secret = secretOf(tokenKey)
    return secret ? [{ name, url, secret }] : []
  })
  return first === undefined || others.length + 1 < sources.length ? undefined : [first, ...others]
}
