import { longestLifeSeconds } from '../../core/memory/freshness.ts'
import type { Caller } from '../../core/ports/aws.ts'
import { isText } from '../../core/project/document.ts'
import type { Token } from '../../core/repository/token.ts'
import { refusal } from '../errors/refusal.ts'

const unusable = (
  what: string,
  hint = 'Try again; if it stays so, look at what stands between you and AWS (a proxy, AWS_ENDPOINT_URL)',
) => refusal('AWS_FAILED', `The answer of AWS cannot be used: ${what}`, hint)

/** The SDK gives what was on the wire, whatever its types say. */

// A slow answer, and a header of whole seconds, are no wrong clock.
const toleranceMs = 60_000

/** How far the clock of AWS is ahead of this computer's, in milliseconds. @param date - its Date header */
function aheadOf(date: string | undefined, now: number): number {
  const ahead = Date.parse(date ?? '') - now
  return Math.abs(ahead) > toleranceMs ? ahead : 0
}

/**
 * Turns the answer of GetAuthorizationToken into a token, whose times are by this computer's clock, however wrong that is. Throws
 * CaSyncError AWS_FAILED. @param askedAt - epoch milliseconds
 */
export function tokenFrom(
  { authorizationToken, expiration }: { authorizationToken?: string | undefined; expiration?: Date | undefined },
  askedAt: number,
  date?: string,
): Token {
  if (!isText(authorizationToken) || !/^[\x21-\x7e]+$/.test(authorizationToken)) throw unusable('it has no token in it')
  const end = expiration instanceof Date ? expiration.getTime() : Number.NaN
  const expires = new Date(end - aheadOf(date, askedAt)).getTime()
  if (Number.isNaN(expires)) throw unusable('it does not say when the token expires')
  const past = `its token expired at ${new Date(expires).toISOString()}, before it was asked for`
  if (expires <= askedAt) throw unusable(past, 'Check the clock of this computer')
  return {
    secret: authorizationToken,
    issuedAt: new Date(askedAt).toISOString(),
    expiresAt: new Date(Math.min(expires, askedAt + longestLifeSeconds * 1000)).toISOString(),
  }
}

/** The account of the answer of GetCallerIdentity. Throws CaSyncError AWS_FAILED. */
export function accountFrom(account: string | undefined): string {
  if (!isText(account) || !/^\d{12}$/.test(account)) throw unusable('it names no account of 12 digits')
  return account
}

/** The answer of GetCallerIdentity, and its Date header. Throws CaSyncError AWS_FAILED. @param now - epoch milliseconds */
export function callerFrom(
  { Account, Arn = '' }: { Account?: string | undefined; Arn?: string | undefined },
  date: string | undefined,
  now: number,
): Caller {
  const theirs = Date.parse(date ?? '')
  const clockSkewSeconds = Number.isNaN(theirs) ? 0 : Math.round((now - theirs) / 1000)
  return { account: accountFrom(Account), arn: Arn, clockSkewSeconds }
}

/**
 * The URL of the answer of GetRepositoryEndpoint, ending in `/`. Throws CaSyncError AWS_FAILED.
 * @param plain - whether the API itself was asked over http, as with AWS_ENDPOINT_URL: then the repository may be plain http too
 */
export function endpointFrom(text: string | undefined, plain: boolean): string {
  const url = isText(text) && URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw unusable('its repository endpoint is no http URL')
  if (url.username || url.password || /[?#]/.test(url.href))
    throw unusable('its repository endpoint has more in it than a host and a path')
  if (url.protocol === 'http:' && !plain && !isLoopback(url.hostname))
    throw unusable('its repository endpoint is not https')
  return url.href.endsWith('/') ? url.href : `${url.href}/`
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '[::1]' || /^127(\.\d+){3}$/.test(host)
