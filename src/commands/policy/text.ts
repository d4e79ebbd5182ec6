import type { PolicyFormat } from '../../core/policy/formats.ts'
import type { Access, Placed } from '../../core/policy/policy.ts'

/** Which policies are asked for. */
export interface WantedPolicy {
  readonly access: readonly Access[]
  /** The account to let in; without one, an identity is to get in. */
  readonly principal?: string | undefined
  readonly format: PolicyFormat
}

/** Where what is printed is not all that it may seem, as whole sentences. */
export function cautions(repositories: readonly Placed[], { principal, format }: WantedPolicy): string[] {
  if (principal === undefined) return []
  const own = new Set(repositories.filter(({ owner }) => owner === principal).map(({ domain }) => domain))
  const places = new Set(repositories.map(({ owner, region }) => `${owner} in ${region}`))
  const texts = [...own].map(
    (domain) =>
      `${principal} owns ${domain}: its identities need no resource policy, only what ca-sync policy prints without --principal.`,
  )
  if (format === 'json' || places.size === 1) return texts
  const unit = format === 'terraform' ? 'provider' : 'stack'
  const split = `One ${unit} is for one account and region, and these are ${[...places].join(', ')}: print them one by one, with --source.`
  return [...texts, split]
}

/** The one thing to know beside the document. */
export function noteOn(
  repositories: readonly Placed[],
  { access, principal, format }: WantedPolicy,
): string | undefined {
  if (principal !== undefined && format === 'cloudformation')
    return 'The stack will own the domain and its repositories: import existing ones first (a change set of type IMPORT), with their descriptions and upstreams.'
  if (!access.includes('read')) return 'This lets publish, not install. For both, type: --access read write'
  return repositories.some(({ owner }) => principal !== undefined && owner !== principal)
    ? `Identities of ${principal} need a policy of their own, too: what ca-sync policy prints without --principal.`
    : undefined
}
