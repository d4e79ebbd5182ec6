/** Where Poetry finds the token: in its keyring, in plain text in its auth.toml, or in what `ca-sync exec` gives it. */
export const stores = ['keyring', 'plaintext', 'exec'] as const
export type Store = (typeof stores)[number]

/** What keyring entries are under: the host of the domain, or the URLs of the repository too. */
export const shares = ['host', 'url'] as const
export type Share = (typeof shares)[number]

/** How the tokens of a project are kept. */
export interface Keeping {
  readonly store: Store
  readonly share: Share
  /** Its `repositories.<name>` are in the project's own poetry.toml. */
  readonly local?: true
}

/** What a run asks for; without it the project stays as it is. */
export type KeepingWish = { readonly [K in 'store' | 'share']?: Keeping[K] | undefined } & {
  readonly local?: boolean | undefined
}
