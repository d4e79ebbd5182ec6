/** A source, and the token that opens it. */
export interface Login {
  readonly name: string
  /** The repository's URL, ending in `/`. */
  readonly url: string
  readonly token: string
}

/** At least one. */
export type Logins = readonly [Login, ...Login[]]

/** The logins of sources, by the keys of their tokens; undefined where a token is missing, or there is no source. */
export function withTokens(
  sources: readonly Login[],
  tokenOf: (key: string) => string | undefined,
): Logins | undefined {
  const [first, ...others] = sources.flatMap((source) => {
    const token = tokenOf(source.token)
    return token ? [{ ...source, token }] : []
  })
  return first === undefined || others.length + 1 < sources.length ? undefined : [first, ...others]
}
