import { ApiError } from './api-error.ts'
import type { Request } from './http.ts'
import type { Keys } from './model.ts'
import { type Authorization, readAuthorization, sign } from './sigv4.ts'

interface Rules<T extends Keys> {
  /** The service that signatures must be meant for. */
  readonly service: string
  readonly find: (accessKeyId: string) => T | undefined
  readonly now: Date
}

/** Whoever signed the request. Refuses as AWS does (types and words): form, service, clock, key, session, signature. */
export function authenticate<T extends Keys>(request: Request, { service, find, now }: Rules<T>): T {
  const authorization = readForm(request)
  const time = String(request.headers['x-amz-date'])
  if (authorization.service !== service) throw mismatch(`Credential should be scoped to correct service: '${service}'.`)
  checkClock(time, authorization.day, now)
  const keys = find(authorization.accessKeyId)
  if (keys === undefined || keys.sessionToken !== request.headers['x-amz-security-token']) {
    throw refusal('InvalidClientTokenId', 'The security token included in the request is invalid.')
  }
  if (keys.expiresAt !== undefined && Date.parse(keys.expiresAt) <= now.getTime()) {
    throw refusal('ExpiredToken', 'The security token included in the request is expired')
  }
  const right = sign(request, authorization, time, keys.secretAccessKey)
  if (!signsEnough(request, authorization) || right !== authorization.signature) throw mismatch(badSignature)
  return keys
}

function readForm(request: Request): Authorization {
  if (request.headers.authorization === undefined) {
    throw refusal('MissingAuthenticationToken', 'Missing Authentication Token')
  }
  const authorization = readAuthorization(request)
  if (authorization !== undefined) return authorization
  throw new ApiError(
    400,
    'IncompleteSignature',
    'Authorization header requires Credential, SignedHeaders and Signature.',
  )
}

const MAX_SKEW_MS = 300_000

/** `time`: YYYYMMDDTHHMMSSZ */
function checkClock(time: string, day: string, now: Date): void {
  const skew = Date.parse(time.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\dZ)$/, '$1-$2-$3:$4:$5')) - now.getTime()
  const server = stamp(now, 0)
  if (!time.startsWith(`${day}T`) || Number.isNaN(skew)) {
    throw mismatch(`Date in Credential scope does not match: '${day}' against '${time}'.`)
  }
  if (skew < -MAX_SKEW_MS) {
    throw mismatch(`Signature expired: ${time} is now earlier than ${stamp(now, -MAX_SKEW_MS)} (${server} - 5 min.)`)
  }
  if (skew > MAX_SKEW_MS) {
    throw mismatch(
      `Signature not yet current: ${time} is still later than ${stamp(now, MAX_SKEW_MS)} (${server} + 5 min.)`,
    )
  }
}

const stamp = (date: Date, offset: number): string =>
  new Date(date.getTime() + offset).toISOString().replace(/[-:]|\.\d+/g, '')

/** The host and every `x-amz-…` header have to be signed, else they could be changed on the way. */
const signsEnough = ({ headers }: Request, { signedHeaders }: Authorization): boolean =>
  Object.keys(headers).every((name) => signedHeaders.includes(name) || !(name === 'host' || name.startsWith('x-amz-')))

const badSignature =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.'

const refusal = (type: string, message: string): ApiError => new ApiError(403, type, message)
const mismatch = (message: string): ApiError => refusal('SignatureDoesNotMatch', message)
