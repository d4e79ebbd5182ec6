import { CaSyncError } from '../../core/words/errors.ts'
import type { Seen } from '../network.ts'
import { denied } from './denied.ts'
import {
  type Asked,
  type AwsFailure,
  causeOf,
  failureOf,
  failureText,
  type Rule,
  retryAfterOf,
  signInHint,
  whose,
} from './failure.ts'
import { noCredentials, signedOut } from './no-credentials.ts'
import { refusal } from './refusal.ts'
import { unreachable } from './unreachable.ts'

const skewed: Rule = ({ $response }, { now }) => {
  const theirs = Date.parse($response?.headers?.['date'] ?? '')
  const minutes = Math.round((now() - theirs) / 60_000)
  const size =
    Number.isNaN(minutes) || minutes === 0 ? 'wrong' : `${span(Math.abs(minutes))} ${minutes > 0 ? 'fast' : 'slow'}`
  return [
    'AWS_CLOCK_SKEW',
    `The clock of this computer is ${size}, so AWS refuses the request`,
    'Set the clock (turn on automatic time), and run ca-sync again',
  ]
}

const span = (minutes: number): string => (minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`)

const sessionExpired: Rule = (_, asked) => [
  'AWS_CREDENTIALS_EXPIRED',
  `The credentials of ${whose(asked)} have expired`,
  signInHint(asked),
]

const invalidKeys: Rule = (_, asked) => [
  'AWS_CREDENTIALS_INVALID',
  `AWS does not know or accept the keys of ${whose(asked)}`,
  signInHint(asked),
]

const signature: Rule = (failure, asked) =>
  /signature (has )?expired|not yet current/i.test(failure.message)
    ? skewed(failure, asked)
    : invalidKeys(failure, asked)

const missing: Rule = ({ resourceType, message }, { domain, repository, region }) => {
  const isRepository =
    repository !== undefined &&
    (resourceType === 'repository' || (resourceType === undefined && /repository/i.test(message)))
  const inDomain = `domain ${domain?.domain} of account ${domain?.owner} in ${region}`
  if (isRepository)
    return [
      'AWS_REPOSITORY_UNKNOWN',
      `Repository ${repository} does not exist in ${inDomain}`,
      'Check the repository name in pyproject.toml',
    ]
  return [
    'AWS_DOMAIN_UNKNOWN',
    `There is no CodeArtifact ${inDomain}`,
    'Check domain, owner and region in pyproject.toml',
  ]
}

const requestRefused: Rule = (failure) => [
  'AWS_REQUEST_INVALID',
  `AWS finds the request invalid: ${failureText(failure)}`,
  'Check domain, owner, region and repository in pyproject.toml, and --duration',
]

const throttled: Rule = (_, { region }) => [
  'AWS_THROTTLED',
  `AWS takes no more requests at the moment (${region})`,
  'Wait a minute, and run ca-sync again',
]

const badRole: Rule = (failure, asked) => [
  'AWS_CREDENTIALS_INVALID',
  `The web identity token of ${whose(asked)} is not accepted: ${failureText(failure)}`,
  'Get a new web identity token, and check the role that it is for',
]

const regionOff: Rule = (_, { region }) => [
  'AWS_REQUEST_INVALID',
  `Region ${region} is not turned on in this AWS account`,
  'Check the region in pyproject.toml, or have the region turned on',
]

const serverFailed: Rule = ({ $metadata }, { seen }) => [
  'AWS_FAILED',
  `${askedHost(seen)} has a fault of its own (HTTP ${$metadata?.httpStatusCode})`,
  'Try again in a few minutes',
]

const noAnswer: Rule = (failure, { seen }) => (seen.origin === undefined ? unanswered(failure) : notAws(failure, seen))

/** The SDK refused its own settings (AWS_RETRY_MODE, AWS_ENDPOINT_URL, …). */
const unanswered = (failure: AwsFailure): ReturnType<Rule> => [
  'AWS_FAILED',
  `The request to AWS could not be made: ${failureText(failure)}`,
  'Check the AWS_* variables and the AWS config file',
]

const notAws = ({ $metadata }: AwsFailure, seen: Seen): ReturnType<Rule> => [
  'AWS_FAILED',
  `The answer of ${askedHost(seen)} is not what AWS would say${$metadata?.httpStatusCode ? ` (HTTP ${$metadata.httpStatusCode})` : ''}`,
  'Look at what stands between you and AWS: a proxy, a sign-in page of the network, AWS_ENDPOINT_URL',
]

const askedHost = ({ origin }: Seen): string => (origin === undefined ? 'AWS' : new URL(origin).host)

/** What the services call their errors: CodeArtifact and SSO with `Exception` at the end, STS mostly without. */
const ruleNames: readonly (readonly [Rule, string])[] = [
  [denied, 'AccessDenied Forbidden'],
  [signedOut, 'Unauthorized'],
  [sessionExpired, 'ExpiredToken'],
  [invalidKeys, 'UnrecognizedClient InvalidClientTokenId InvalidAccessKeyId AuthFailure MissingAuthenticationToken'],
  [signature, 'IncompleteSignature InvalidSignature SignatureDoesNotMatch'],
  [skewed, 'RequestTimeTooSkewed RequestInTheFuture RequestExpired'],
  [missing, 'ResourceNotFound'],
  [requestRefused, 'Validation ValidationError'],
  [throttled, 'Throttling Throttled TooManyRequests RequestLimitExceeded'],
  [badRole, 'InvalidIdentityToken IDPRejectedClaim'],
  [regionOff, 'RegionDisabled'],
]
const awsRules = new Map(ruleNames.flatMap(([rule, names]) => names.split(' ').map((name) => [name, rule] as const)))

/** Turns what a task threw into a sentence and a hint, without secrets. @param otherwise - for what no rule knows */
const errorBy =
  (otherwise: Rule) =>
  (error: unknown, asked: Asked): CaSyncError => {
    if (error instanceof CaSyncError) return error
    const failure = failureOf(error, asked.seen)
    return common(failure, asked) ?? made(otherwise, failure, asked)
  }

export const callError = errorBy(noAnswer)

export const credentialError = errorBy(noCredentials)

function common(failure: AwsFailure, asked: Asked): CaSyncError | undefined {
  const status = failure.$metadata?.httpStatusCode ?? 0
  const rule = awsRules.get(failure.name.replace(/Exception$/, '')) ?? (status === 429 ? throttled : undefined)
  if (rule !== undefined) return made(rule, failure, asked)
  return unreachable(failure, asked) ?? (status >= 500 ? made(serverFailed, failure, asked) : undefined)
}

const made = (rule: Rule, failure: AwsFailure, asked: Asked): CaSyncError =>
  refusal(...rule(failure, asked), causeOf(failure), retryAfterOf(failure, asked.now()))
