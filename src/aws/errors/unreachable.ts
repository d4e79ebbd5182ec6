import type { CaSyncError } from '../../core/words/errors.ts'
import { profileHolder } from '../profiles.ts'
import { ProxyError } from '../proxy.ts'
import { type Asked, type AwsFailure, causeOf, whose } from './failure.ts'
import { refusal } from './refusal.ts'

const networkReasons = new Map(
  Object.entries({
    ENOTFOUND: 'cannot be found (DNS)',
    EAI_AGAIN: 'cannot be found (DNS)',
    ECONNREFUSED: 'refused the connection',
    ECONNRESET: 'broke off the connection',
    EPIPE: 'broke off the connection',
    EHOSTUNREACH: 'cannot be reached',
    ENETUNREACH: 'cannot be reached',
    ETIMEDOUT: 'did not answer in time',
    TimeoutError: 'did not answer in time',
    AbortError: 'did not answer in time',
    LateError: 'did not answer in time',
  }),
)

/** @param key - the code of a failure, or its name */
export const networkReason = (key = ''): string | undefined => networkReasons.get(key)

const tls = /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|EPROTO$)/

const online = 'Check the network connection, the region name, and HTTPS_PROXY if you are behind a proxy'

/** The error for an answer that never came: network, DNS, TLS, proxy, time limit. Undefined for any other failure. */
export function unreachable(failure: AwsFailure, asked: Asked): CaSyncError | undefined {
  const refuse = (message: string, hint: string) => refusal('AWS_UNREACHABLE', message, hint, causeOf(failure))
  const proxy = proxyOf(failure)
  if (proxy) return refuse(`The proxy ${proxy.proxy} ${proxy.message}`, 'Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY')
  const host = asked.seen.origin === undefined ? undefined : new URL(asked.seen.origin).host
  const key = networkReason(failure.code) ? failure.code : failure.name
  if (host !== undefined && tls.test(failure.code ?? ''))
    return refuse(
      `No safe connection to ${host}: ${/CERT|SIGN|ISSUER/.test(failure.code ?? '') ? 'its certificate is not trusted' : 'TLS failed'} (${failure.code})`,
      'If your company inspects connections, set AWS_CA_BUNDLE to the file with its CA certificate (PEM)',
    )
  const reason =
    key === 'LateError' ? `did not answer within ${Math.round(asked.limitMs / 1000)} s` : networkReason(key)
  if (reason === undefined) return undefined
  if (host !== undefined) return refuse(`${host} ${reason}`, online)
  return key === 'LateError' ? refuse(...slow(asked)) : undefined
}

/** The time ran out before any request: a program or a metadata service of the credentials did not answer. */
function slow(asked: Asked): [string, string] {
  const seconds = Math.round(asked.limitMs / 1000)
  const holder = profileHolder(asked.profile, asked.files.profiles, 'credential_process')
  if (holder === undefined) return [`No credentials of ${whose(asked)} after ${seconds} s`, online]
  return [`The credential_process of AWS profile "${holder}" did not end within ${seconds} s`, runItself(holder)]
}

export const runItself = (profile: string): string =>
  `Run it by hand to see why: the command is credential_process of "${profile}" in your AWS config file`

const proxyOf = (failure: AwsFailure): ProxyError | undefined =>
  [failure, failure.cause].find((one) => one instanceof ProxyError)
