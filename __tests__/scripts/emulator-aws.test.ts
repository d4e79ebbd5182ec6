import {
  CodeartifactClient,
  GetAuthorizationTokenCommand,
  GetRepositoryEndpointCommand,
  ListRepositoriesInDomainCommand,
} from '@aws-sdk/client-codeartifact'
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { type Emulator, startEmulator } from '../../scripts/emulator/emulator.ts'

const owner = '564131876131'
const user = {
  accessKeyId: 'AKIAUSER',
  secretAccessKey: 'user-secret',
  account: owner,
  arn: `arn:aws:iam::${owner}:user/ann`,
}
const foreigner = { accessKeyId: 'AKIAFOREIGN', secretAccessKey: 'foreign-secret', account: '111122223333' }
const limited = {
  accessKeyId: 'AKIALIMITED',
  secretAccessKey: 'limited-secret',
  account: owner,
  deny: ['sts:GetServiceBearerToken'],
}
const sso = {
  accessKeyId: 'ASIASSO',
  secretAccessKey: 'sso-secret',
  sessionToken: 'sso-session',
  expiresAt: '2026-01-01T12:00:00.000Z',
  account: owner,
}
const reader = `arn:aws:iam::${owner}:role/reader`
const publisher = `arn:aws:iam::${owner}:role/team/publisher`

let clock: Date
let emulator: Emulator

beforeEach(async () => {
  clock = new Date()
  emulator = await startEmulator({
    now: () => clock,
    users: [user, foreigner, limited, sso],
    roles: [
      { arn: reader, trusted: [user.arn] },
      { arn: publisher, trusted: [reader, foreigner.account], deny: ['codeartifact:GetRepositoryEndpoint'] },
    ],
    domains: [
      { domain: 'my-domain', owner, region: 'us-east-1', repositories: ['dev', 'qa'] },
      { domain: 'europe', owner, region: 'eu-west-1', repositories: ['dev'], accounts: [foreigner.account] },
    ],
  })
})

afterEach(() => emulator.close())

type Keys = { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
const keysOf = ({ accessKeyId, secretAccessKey, sessionToken }: Keys) => ({
  accessKeyId,
  secretAccessKey,
  ...(sessionToken && { sessionToken }),
})
const settings = (keys: Keys, region: string) => ({ region, endpoint: emulator.url, credentials: keysOf(keys) })
const codeArtifact = (keys: Keys = user, region = 'us-east-1') => new CodeartifactClient(settings(keys, region))
const sts = (keys: Keys = user) => new STSClient(settings(keys, 'us-east-1'))
const token = (keys?: Keys, region?: string, input = {}) =>
  codeArtifact(keys, region).send(new GetAuthorizationTokenCommand({ domain: 'my-domain', ...input }))

async function assume(role: string, keys: Keys = user, seconds?: number): Promise<Keys> {
  const input = { RoleArn: role, RoleSessionName: 'session', ...(seconds && { DurationSeconds: seconds }) }
  const { Credentials } = await sts(keys).send(new AssumeRoleCommand(input))
  return {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  }
}

test('a token looks like a real one and tells its life', async () => {
  const { authorizationToken = '', expiration } = await token(user, 'us-east-1', {
    domainOwner: owner,
    durationSeconds: 900,
  })
  const parts = authorizationToken.split('.')
  const header = JSON.parse(Buffer.from(parts[0] ?? '', 'base64url').toString())
  expect(authorizationToken).toMatch(/^eyJ2ZXIiOjEs/)
  expect([parts.length, authorizationToken.length, header.exp - header.isu]).toEqual([5, 1400, 900])
  expect(expiration?.getTime()).toBe(header.exp * 1000)
  expect(emulator.issuedTokens()).toEqual([authorizationToken])
  expect(emulator.calls).toEqual([
    {
      service: 'codeartifact',
      operation: 'GetAuthorizationToken',
      accessKeyId: user.accessKeyId,
      region: 'us-east-1',
      domain: 'my-domain',
      repository: undefined,
      params: { domain: 'my-domain', 'domain-owner': owner, duration: '900' },
      owner,
      account: owner,
      arn: user.arn,
      status: 200,
    },
  ])
  emulator.clearCalls()
  expect(emulator.calls).toEqual([])
})

test.each([
  { durationSeconds: undefined, life: 43_200 },
  { durationSeconds: 0, life: 43_200 },
  { durationSeconds: 43_200, life: 43_200 },
])('a user who asks for $durationSeconds s gets $life s', async ({ durationSeconds, life }) => {
  const { expiration } = await token(user, 'us-east-1', { durationSeconds })
  expect(expiration?.getTime()).toBe(Math.floor(clock.getTime() / 1000 + life) * 1000)
})

test('the endpoint of a repository is on the port of its domain', async () => {
  const ask = (client: CodeartifactClient, domain: string) =>
    client.send(new GetRepositoryEndpointCommand({ domain, repository: 'dev', format: 'pypi' }))
  const [mine, europe] = await Promise.all([
    ask(codeArtifact(), 'my-domain'),
    ask(codeArtifact(user, 'eu-west-1'), 'europe'),
  ])
  expect(mine.repositoryEndpoint).toBe(emulator.repositoryUrl('my-domain', 'dev'))
  expect(mine.repositoryEndpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/pypi\/dev\/$/)
  expect(new URL(europe.repositoryEndpoint ?? '').host).not.toBe(new URL(mine.repositoryEndpoint ?? '').host)
})

test('the repositories of a domain', async () => {
  const { repositories } = await codeArtifact().send(
    new ListRepositoriesInDomainCommand({ domain: 'my-domain', repositoryPrefix: 'd' }),
  )
  expect(repositories?.map(({ name, domainOwner }) => [name, domainOwner])).toEqual([['dev', owner]])
})

describe('the repositories of a domain, in pages', () => {
  const page = (input: { maxResults?: number; nextToken?: string | undefined }) =>
    codeArtifact().send(new ListRepositoriesInDomainCommand({ domain: 'my-domain', ...input }))

  test('of the size that was asked for, up to the last one', async () => {
    const all = (await page({})).repositories?.map(({ name }) => name) ?? []
    const first = await page({ maxResults: all.length - 1 })
    const last = await page({ maxResults: all.length - 1, nextToken: first.nextToken })
    expect([...(first.repositories ?? []), ...(last.repositories ?? [])].map(({ name }) => name)).toEqual(all)
    expect([first.repositories?.length, last.nextToken]).toEqual([all.length - 1, undefined])
  })

  test.each([{ maxResults: 0 }, { maxResults: 1001 }, { nextToken: 'x' }])('not with %j', async (input) => {
    await expect(page(input)).rejects.toMatchObject({ name: 'ValidationException' })
  })
})

test('who am I', async () => {
  expect(await sts().send(new GetCallerIdentityCommand({}))).toMatchObject({ Account: owner, Arn: user.arn })
})

test('its env is that of the first user', async () => {
  expect(emulator.env).toEqual({
    AWS_ENDPOINT_URL_CODEARTIFACT: emulator.url,
    AWS_ENDPOINT_URL_STS: emulator.url,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ACCESS_KEY_ID: user.accessKeyId,
    AWS_SECRET_ACCESS_KEY: user.secretAccessKey,
  })
})

describe('assumed roles', () => {
  test('work with their session token, chain, and give the token their own life for a duration of 0', async () => {
    const session = await assume(publisher, await assume(reader), 900)
    const { expiration } = await token(session, 'us-east-1', { durationSeconds: 0 })
    expect(expiration?.getTime()).toBe(Math.floor(clock.getTime() / 1000 + 900) * 1000)
    expect(emulator.calls.map(({ operation, arn, params: { RoleArn } }) => [operation, arn, RoleArn])).toEqual([
      ['AssumeRole', user.arn, reader],
      ['AssumeRole', `arn:aws:sts::${owner}:assumed-role/reader/session`, publisher],
      ['GetAuthorizationToken', `arn:aws:sts::${owner}:assumed-role/publisher/session`, undefined],
    ])
  })

  test('a session ends', async () => {
    const session = await assume(reader)
    clock = new Date(clock.getTime() + 3_600_000)
    await expect(token(session)).rejects.toMatchObject({ name: 'ExpiredTokenException' })
    await expect(sts(session).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'ExpiredToken' })
  })

  test.each([
    ['not trusted', publisher, user],
    ['unknown', `arn:aws:iam::${owner}:role/nobody`, user],
  ])('%s', async (_, role, keys) => {
    await expect(assume(role, keys)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining(`${user.arn} is not authorized to perform: sts:AssumeRole on resource: ${role}`),
    })
  })

  test('a trusted account', async () => {
    expect((await assume(publisher, foreigner)).accessKeyId).toMatch(/^ASIA/)
  })

  test('permissions of the role', async () => {
    const session = await assume(publisher, foreigner)
    const endpoint = new GetRepositoryEndpointCommand({ domain: 'my-domain', repository: 'dev', format: 'pypi' })
    await expect(codeArtifact(session).send(endpoint)).rejects.toMatchObject({ name: 'AccessDeniedException' })
  })
})

describe('refusals', () => {
  const codeArtifactRefusals: readonly [string, () => Promise<unknown>, object][] = [
    ['wrong secret', () => token({ ...user, secretAccessKey: 'guess' }), { name: 'InvalidSignatureException' }],
    ['unknown key', () => token({ ...user, accessKeyId: 'AKIANOBODY' }), { name: 'UnrecognizedClientException' }],
    ['wrong session token', () => token({ ...sso, sessionToken: 'other' }), { name: 'UnrecognizedClientException' }],
    [
      'session token too much',
      () => token({ ...user, sessionToken: 'other' }),
      { name: 'UnrecognizedClientException' },
    ],
    ['expired session of a user', () => token(sso), { name: 'ExpiredTokenException' }],
    [
      'another region',
      () => token(user, 'eu-west-1'),
      { name: 'ResourceNotFoundException', resourceId: 'my-domain', resourceType: 'domain' },
    ],
    [
      'unknown domain',
      () => token(user, 'us-east-1', { domain: 'no-domain' }),
      { name: 'ResourceNotFoundException', resourceId: 'no-domain' },
    ],
    ['owner left out by a foreigner', () => token(foreigner), { name: 'ResourceNotFoundException' }],
    ['foreign account', () => token(foreigner, 'us-east-1', { domainOwner: owner }), { name: 'AccessDeniedException' }],
    [
      'no bearer tokens',
      () => token(limited),
      { name: 'AccessDeniedException', message: expect.stringContaining('sts:GetServiceBearerToken') },
    ],
    [
      'duration of 899 s',
      () => token(user, 'us-east-1', { durationSeconds: 899 }),
      { name: 'ValidationException', reason: 'FIELD_VALIDATION_FAILED' },
    ],
    [
      'duration of 43201 s',
      () => token(user, 'us-east-1', { durationSeconds: 43_201 }),
      { name: 'ValidationException' },
    ],
    ['bad domain name', () => token(user, 'us-east-1', { domain: 'My_Domain' }), { name: 'ValidationException' }],
    [
      'unknown repository',
      () =>
        codeArtifact().send(
          new GetRepositoryEndpointCommand({ domain: 'my-domain', repository: 'none', format: 'pypi' }),
        ),
      { name: 'ResourceNotFoundException', resourceId: 'none', resourceType: 'repository' },
    ],
    [
      'unknown format',
      () =>
        codeArtifact().send(
          new GetRepositoryEndpointCommand({ domain: 'my-domain', repository: 'dev', format: 'deb' as 'pypi' }),
        ),
      { name: 'ValidationException' },
    ],
  ]
  test.each(codeArtifactRefusals)('CodeArtifact: %s', async (_, ask, error) => {
    await expect(ask()).rejects.toMatchObject({ $fault: 'client', ...error })
    expect(emulator.issuedTokens()).toEqual([])
  })

  const stsRefusals: readonly [string, Keys, string][] = [
    ['wrong secret', { ...user, secretAccessKey: 'guess' }, 'SignatureDoesNotMatch'],
    ['unknown key', { ...user, accessKeyId: 'AKIANOBODY' }, 'InvalidClientTokenId'],
    ['expired session of a user', sso, 'ExpiredToken'],
  ]
  test.each(stsRefusals)('STS: %s', async (_, keys, name) => {
    await expect(sts(keys).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name })
  })

  test('a domain lets in the accounts that it names', async () => {
    const { authorizationToken } = await token(foreigner, 'eu-west-1', { domain: 'europe', domainOwner: owner })
    expect(authorizationToken).toMatch(/^eyJ/)
  })

  test('a request without a signature', async () => {
    const answer = await fetch(`${emulator.url}/v1/authorization-token?domain=my-domain`, { method: 'POST' })
    expect([answer.status, answer.headers.get('x-amzn-errortype')]).toEqual([
      403,
      'MissingAuthenticationTokenException',
    ])
  })

  test('a clock that is an hour off: the SDK reads the Date of the refusal, corrects itself and comes again', async () => {
    clock = new Date(clock.getTime() + 3_600_000)
    expect((await token()).authorizationToken).toMatch(/^eyJ/)
    expect(emulator.calls.map(({ status }) => status)).toEqual([403, 200])
  })
})
