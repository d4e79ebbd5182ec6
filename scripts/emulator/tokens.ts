import { randomBytes } from 'node:crypto'
import type { Domain, Issued, Principal } from './model.ts'

/** Mints tokens and knows all it minted. */
export interface Tokens {
  issue(domain: Domain, holder: Principal, seconds: number | undefined): Issued
  /** Index of a token among all that were minted, or undefined. */
  indexOf(value: string): number | undefined
  /** The token, if it is one of this domain's and still lives. */
  live(value: string, domain: Domain): Issued | undefined
  values(): readonly string[]
  /** Ends the life of every token minted so far. */
  expireAll(): void
}

interface Settings {
  readonly now: () => Date
  /** Characters of a token. */
  readonly length: number
  /** Life of a token when nobody asked for another. */
  readonly seconds: number
}

export function createTokens({ now, length, seconds: defaultSeconds }: Settings): Tokens {
  const issued: Issued[] = []
  let dead = 0
  const indexOf = (value: string) => {
    const index = issued.findIndex((token) => token.value === value)
    return index === -1 ? undefined : index
  }
  return {
    issue: (domain, holder, seconds) => {
      const issuedAt = Math.floor(now().getTime() / 1000)
      const expires = issuedAt + (seconds ?? defaultSeconds)
      const expiresAt = new Date(expires * 1000).toISOString()
      const token = { value: mint(issuedAt, expires, length), domain, holder, expiresAt }
      issued.push(token)
      return token
    },
    indexOf,
    live: (value, domain) => {
      const index = indexOf(value)
      const token = issued[index ?? -1]
      if (index === undefined || token === undefined || index < dead || token.domain !== domain) return undefined
      return Date.parse(token.expiresAt) > now().getTime() ? token : undefined
    },
    values: () => issued.map(({ value }) => value),
    expireAll: () => {
      dead = issued.length
    },
  }
}

const random = (characters: number): string => randomBytes(characters).toString('base64url').slice(0, characters)

/** The look of a real token: JWE compact form, whose header tells when it was issued and when it ends (epoch seconds). */
function mint(isu: number, exp: number, length: number): string {
  const header = { ver: 1, isu, enc: 'A128GCM', tag: random(22), exp, alg: 'A128GCMKW', iv: random(16) }
  const [first, key, iv, tag] = [
    Buffer.from(JSON.stringify(header)).toString('base64url'),
    random(22),
    random(16),
    random(22),
  ]
  const rest = length - [first, key, iv, tag].join('.').length - 1
  return [first, key, iv, random(Math.max(rest, 1)), tag].join('.')
}
