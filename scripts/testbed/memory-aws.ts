import { createHash } from 'node:crypto'
import type { Aws } from '../../src/core/ports/aws.ts'
import { constructedUrl } from '../../src/core/repository/endpoint.ts'
import { CaSyncError } from '../../src/core/words/errors.ts'

type Operation = 'GetAuthorizationToken' | 'GetRepositoryEndpoint' | 'GetCallerIdentity' | 'ListRepositoriesInDomain'

export interface MemoryAws extends Aws {
  /** Every token so far. */
  readonly tokens: readonly string[]
  /** What was asked for, in order. */
  readonly calls: readonly Operation[]
  /** What nobody may do. */
  readonly denied: Set<Operation>
}

const account = '564131876131'
const hour = 3_600_000

/** The look of a real token, JWE in its compact form; the same each time for the same number. */
function tokenOf(number: number): string {
  const part = (name: string) => createHash('sha512').update(`${name} ${number}`).digest('base64url')
  return ['eyJ2ZXIiOjF9', part('key'), part('iv'), part('text'), part('tag')].join('.')
}

/** An AWS that has every domain, and whose tokens live for 12 h unless asked otherwise. @param now - epoch milliseconds */
export function memoryAws(now: () => number): MemoryAws {
  const tokens: string[] = []
  const calls: Operation[] = []
  const denied = new Set<Operation>()
  const ask = (operation: Operation): void => {
    calls.push(operation)
    if (!denied.has(operation)) return
    const message = `The developer is not allowed codeartifact:${operation}.`
    throw new CaSyncError('AWS_ACCESS_DENIED', message, { hint: 'Ask your AWS administrator to allow it.' })
  }
  const caller = async () => {
    ask('GetCallerIdentity')
    return { account, arn: `arn:aws:iam::${account}:user/developer`, clockSkewSeconds: 0 }
  }
  return {
    tokens,
    calls,
    denied,
    prepare: () => undefined,
    hold: () => undefined,
    caller,
    account: async () => (await caller()).account,
    async endpoint(repository) {
      calls.push('GetRepositoryEndpoint')
      return denied.has('GetRepositoryEndpoint') ? undefined : constructedUrl(repository)
    },
    origins: async () => [],
    async repositories() {
      ask('ListRepositoriesInDomain')
      return ['dev', 'qa', 'prod', 'shared']
    },
    async token(_domain, { base }, seconds) {
      if (base.kind === 'profile' && base.profile === 'no-such-profile')
        throw new CaSyncError('AWS_PROFILE_UNKNOWN', 'AWS profile does not exist.', { hint: 'Name another.' })
      ask('GetAuthorizationToken')
      const secret = tokenOf(tokens.length)
      tokens.push(secret)
      const iso = (time: number) => new Date(time).toISOString()
      return { secret, issuedAt: iso(now()), expiresAt: iso(now() + (seconds ? seconds * 1000 : 12 * hour)) }
    },
  }
}
