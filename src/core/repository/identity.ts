/**
 * What AWS calls are made with.
 * `base` is the SDK's default chain, the keys in the environment (AWS_ACCESS_KEY_ID…), or a named profile.
 */
export interface Identity {
  readonly base:
    | { readonly kind: 'default' }
    | { readonly kind: 'environment' }
    | { readonly kind: 'profile'; readonly profile: string }
  /** Assumed on top of the base with STS AssumeRole. */
  readonly roleArn?: string
}

/** Whether the environment has other keys by now than those that `stamp` was taken of. Where it has none, nothing says so. */
export const otherKeys = ({ base }: Identity, stamp: string | undefined, now: string | undefined): boolean =>
  base.kind === 'environment' && now !== undefined && stamp !== now

/** A stable name of an identity, for the state and for the vault. */
export function identityKey({ base, roleArn }: Identity): string {
  const name = base.kind === 'profile' ? `profile:${base.profile}` : base.kind
  return roleArn === undefined ? name : `${name}+${roleArn}`
}

export const describeIdentity = (identity: Identity): string => describeKey(identityKey(identity))

/** @param key - an identity's, as `identityKey` writes it */
export function describeKey(key: string): string {
  const [, kind = '', of = '', roleArn] = /^(\w+):?(.*?)(?:\+(arn:.*))?$/.exec(key) ?? []
  const name = baseNames[kind] ?? `profile ${of}`
  return roleArn === undefined ? name : `${roleArn} on top of ${name}`
}

const baseNames: Readonly<Record<string, string>> = {
  default: 'the default chain',
  environment: 'the keys in the environment',
}
