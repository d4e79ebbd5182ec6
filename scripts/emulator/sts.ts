import { randomBytes, randomUUID } from 'node:crypto'
import { ApiError, accessDenied } from './api-error.ts'
import type { AwsService, Input, Params } from './aws-api.ts'
import type { Principal } from './model.ts'
import type { RoleOptions } from './options.ts'
import type { World } from './world.ts'

/** AWS STS, query protocol (service model 2011-06-15). */
export function sts(world: World): AwsService {
  return {
    name: 'sts',
    operations: {
      GetCallerIdentity: ({ caller }) => ({ Arn: caller.arn, UserId: caller.accessKeyId, Account: caller.account }),
      AssumeRole: (input) => assumeRole(world, input),
    },
    read: ({ body }) => {
      const { Action = '', Version: _, ...params } = Object.fromEntries(new URLSearchParams(body.toString()))
      return { operation: Action, params }
    },
    success: (operation, output) =>
      document(200, `${operation}Response`, {
        [`${operation}Result`]: output,
        ResponseMetadata: { RequestId: randomUUID() },
      }),
    failure: ({ status, type, message, headers }) =>
      document(
        status,
        'ErrorResponse',
        { Error: { Type: 'Sender', Code: type, Message: message }, RequestId: randomUUID() },
        headers,
      ),
  }
}

function assumeRole(world: World, { params, caller }: Input): object {
  const { arn, sessionName, seconds } = readAssumeRole(params)
  const role = world.roles.find((it) => it.arn === arn)
  if (role === undefined || !trusts(role, caller) || caller.deny.includes('sts:AssumeRole')) {
    throw accessDenied(caller.arn, 'sts:AssumeRole', arn)
  }
  const session = newSession(role, sessionName, new Date(world.now().getTime() + seconds * 1000))
  world.principals.set(session.accessKeyId, session)
  return {
    Credentials: {
      AccessKeyId: session.accessKeyId,
      SecretAccessKey: session.secretAccessKey,
      SessionToken: session.sessionToken,
      Expiration: session.expiresAt,
    },
    AssumedRoleUser: { AssumedRoleId: `${session.accessKeyId}:${sessionName}`, Arn: session.arn },
  }
}

function readAssumeRole({ RoleArn = '', RoleSessionName = '', DurationSeconds = '3600' }: Params) {
  const seconds = Number(DurationSeconds)
  if (!/^arn:[\w-]+:iam::\d{12}:role\/.+$/.test(RoleArn)) throw invalid(`${RoleArn} is invalid`)
  if (!/^[\w+=,.@-]{2,64}$/.test(RoleSessionName)) throw invalid(`'${RoleSessionName}' is no roleSessionName`)
  if (!(seconds >= 900 && seconds <= 43_200)) throw invalid(`'${DurationSeconds}' is no durationSeconds`)
  return { arn: RoleArn, sessionName: RoleSessionName, seconds }
}

const trusts = ({ trusted }: RoleOptions, { account, arn, role }: Principal): boolean =>
  [account, arn, role].some((name) => name !== undefined && trusted.includes(name))

function newSession(
  { arn, deny = [] }: RoleOptions,
  sessionName: string,
  end: Date,
): Principal & { sessionToken: string } {
  const [account = '', name = ''] = [arn.split(':')[4], arn.split('/').at(-1)]
  return {
    accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString('base64'),
    sessionToken: randomBytes(270).toString('base64'),
    expiresAt: end.toISOString(),
    account,
    arn: `arn:aws:sts::${account}:assumed-role/${name}/${sessionName}`,
    deny,
    role: arn,
  }
}

const invalid = (message: string): ApiError => new ApiError(400, 'ValidationError', message)

/** An XML answer; objects nest. */
function document(status: number, root: string, content: object, headers: Record<string, string> = {}) {
  const body = `<${root} xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${elements(content)}</${root}>`
  return { status, headers: { 'content-type': 'text/xml', ...headers }, body }
}

const elements = (content: object): string =>
  Object.entries(content)
    .map(
      ([name, value]) => `<${name}>${typeof value === 'object' ? elements(value) : escapeXml(String(value))}</${name}>`,
    )
    .join('')

const escapeXml = (text: string): string => text.replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`)
