import { longestWaitSeconds } from '../../core/memory/failure.ts'
import type { Identity } from '../../core/repository/identity.ts'
import type { Domain } from '../../core/repository/source.ts'
import type { ErrorCode } from '../../core/words/errors.ts'
import { optionWith, printable } from '../../core/words/quote.ts'
import { redact } from '../../core/words/redact.ts'
import { LateError } from '../../programs/limit.ts'
import type { Seen } from '../network.ts'
import { profileHolder, type ReadFiles } from '../profiles.ts'

/** What was asked of AWS when an error came: everything that its text may name. */
export interface Asked {
  readonly identity: Identity
  /** The profile in use; undefined for keys in the environment. */
  readonly profile: string | undefined
  readonly files: ReadFiles
  readonly region: string
  readonly domain?: Domain
  readonly repository?: string
  readonly seen: Seen
  readonly limitMs: number
  /** Epoch milliseconds. */
  readonly now: () => number
}

/** The parts of the SDK's and Node's errors that are looked at. */
export interface AwsFailure {
  readonly name: string
  readonly message: string
  readonly code?: string
  readonly resourceType?: string
  /** What a metadata service answered with. */
  readonly statusCode?: number
  readonly cause?: unknown
  readonly $metadata?: { readonly httpStatusCode?: number }
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> }
}

export type Rule = (failure: AwsFailure, asked: Asked) => readonly [ErrorCode, message: string, hint: string]

/** What went wrong: the last request's own failure, which providers swallow or keep as text only; else what was thrown. */
export function failureOf(error: unknown, seen: Seen): AwsFailure {
  if (isFailure(seen.failure) && !(error instanceof LateError)) return seen.failure
  const failure = isFailure(error) ? error : { name: 'Error', message: String(error) }
  if (failure.name !== 'CredentialsProviderError') return failure
  const [, name, message] = failure.message.match(/^(\w+Exception): (.*)/s) ?? []
  return name !== undefined && message !== undefined ? { name, message } : failure
}

const isFailure = (error: unknown): error is AwsFailure =>
  typeof error === 'object' && error !== null && 'name' in error && 'message' in error

/** One line of an AWS message, to be shown: without command lines, signatures, and words as long as a secret key. */
export function failureText({ message }: Pick<AwsFailure, 'message'>): string {
  const line = redact(printable(message.split('\n', 1)[0] ?? ''), [])
    .replace(/^(Command failed):.*/, '$1')
    .replace(/\b(Credential|Signature|SignedHeaders)=\S+/g, '$1=****')
    .replace(/[A-Za-z0-9/+=_-]{40,}/g, '****')
    .trim()
  return line.length > 300 ? `${line.slice(0, 300)}…` : line
}

/** What is kept of an error: the SDK's own hold requests and answers, with signatures and tokens in them. */
export function causeOf(failure: AwsFailure): Error {
  // JSON.parse quotes the beginning of what it was given, which may be the token.
  const cause = new Error(failure.name === 'SyntaxError' ? 'The answer is not JSON.' : failureText(failure))
  cause.name = failure.name
  return cause
}

/** Where the credentials come from: "the credentials of …". */
export function whose({ identity, profile, files }: Asked): string {
  const fromProfile = profile !== undefined && (identity.base.kind === 'profile' || files.profiles.has(profile))
  return fromProfile ? `AWS profile "${profile}"` : 'this environment'
}

/** The command line option for a profile, quoted for a shell; empty where none is needed. */
export const profileOption = (profile: string | undefined): string =>
  profile === undefined || profile === 'default' ? '' : ` ${optionWith('--profile', profile)}`

/** What to type to sign in again, by what the profile (or the one it builds on) is made of. */
export function signInHint({ profile, files: { profiles } }: Asked): string {
  const sso = profileHolder(profile, profiles, 'sso_session', 'sso_start_url')
  if (sso !== undefined) return `Run: aws sso login${profileOption(sso)}`
  const login = profileHolder(profile, profiles, 'login_session')
  if (login !== undefined) return `Run: aws login${profileOption(login)}`
  if (profile === undefined) return 'Set fresh AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN'
  return 'Renew these credentials, or use a profile with --profile NAME'
}

/**
 * How long AWS asks to be left alone, in seconds: the header Retry-After, a number or a date (RFC 9110, 10.2.3).
 * @param now - epoch milliseconds
 */
export function retryAfterOf({ $response }: AwsFailure, now: number): number | undefined {
  const value = $response?.headers?.['retry-after']
  if (value === undefined) return undefined
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - now) / 1000
  // A proxy may say anything.
  return seconds > 0 ? Math.min(Math.ceil(seconds), longestWaitSeconds) : undefined
}
