import { startEmulator } from '../../../scripts/emulator/emulator.ts'
import { retryAfterOf } from '../../../src/aws/errors/failure.ts'
import { aws, byKeys, domain, emulator, environment, refusal, role, serve, tidy } from '../lab.ts'

afterEach(tidy)

type Expected = { code: string; message: string | RegExp; hint?: RegExp }

const developer = 'arn:aws:iam::564131876131:user/developer'
const denied = (text: string) => `User: ${developer} is not authorized to perform: ${text}`

test.each<[string, number, string, Expected]>([
  [
    'AccessDeniedException',
    403,
    denied('codeartifact:GetAuthorizationToken on resource: x'),
    {
      code: 'AWS_ACCESS_DENIED',
      message: `${developer} is not allowed codeartifact:GetAuthorizationToken on domain my-domain of 564131876131.`,
      hint: /allow codeartifact:GetAuthorizationToken: ca-sync policy --access read prints the policy to ask for; in another/,
    },
  ],
  [
    'AccessDeniedException',
    403,
    denied('sts:GetServiceBearerToken on resource: x with an explicit deny in a policy'),
    {
      code: 'AWS_ACCESS_DENIED',
      message: `${developer} is not allowed sts:GetServiceBearerToken (a policy denies it).`,
      hint: /sts:GetServiceBearerToken.*ca-sync policy --access read.*--duration/,
    },
  ],
  [
    'AccessDeniedException',
    403,
    denied('sts:GetServiceBearerToken: condition sts:DurationSeconds'),
    { code: 'AWS_ACCESS_DENIED', message: /may not get a token of this length/, hint: /--duration/ },
  ],
  [
    'AccessDeniedException',
    403,
    'no',
    {
      code: 'AWS_ACCESS_DENIED',
      message: 'The identity of this environment is not allowed to do this on domain my-domain of 564131876131.',
    },
  ],
  [
    'ExpiredTokenException',
    403,
    'x',
    {
      code: 'AWS_CREDENTIALS_EXPIRED',
      message: 'The credentials of this environment have expired.',
      hint: /AWS_SESSION_TOKEN/,
    },
  ],
  [
    'UnrecognizedClientException',
    403,
    'x',
    { code: 'AWS_CREDENTIALS_INVALID', message: 'AWS does not know or accept the keys of this environment.' },
  ],
  [
    'InvalidSignatureException',
    403,
    'The request signature we calculated does not match',
    { code: 'AWS_CREDENTIALS_INVALID', message: /keys of this environment/ },
  ],
  [
    'InvalidSignatureException',
    403,
    'Signature not yet current: 1 is still later than 2',
    { code: 'AWS_CLOCK_SKEW', message: /^The clock of this computer is wrong/, hint: /Set the clock/ },
  ],
  [
    'ResourceNotFoundException',
    404,
    'Domain not found',
    {
      code: 'AWS_DOMAIN_UNKNOWN',
      message: 'There is no CodeArtifact domain my-domain of account 564131876131 in us-east-1.',
    },
  ],
  [
    'ValidationException',
    400,
    'durationSeconds \u001b[31mis wrong',
    {
      code: 'AWS_REQUEST_INVALID',
      message: 'AWS finds the request invalid: durationSeconds \\u001b[31mis wrong.',
      hint: /--duration/,
    },
  ],
  ['ThrottlingException', 429, 'Rate exceeded', { code: 'AWS_THROTTLED', message: /no more requests/ }],
  [
    'InternalServerException',
    500,
    'x',
    { code: 'AWS_FAILED', message: /^127\.0\.0\.1:\d+ has a fault of its own \(HTTP 500\)\.$/ },
  ],
])('%s %i "%s"', async (type, status, message, expected) => {
  const { env, faults } = await emulator()
  environment(env)
  faults.set('GetAuthorizationToken', { kind: 'error', type, status, message })
  const error = await refusal(aws().token(domain, byKeys, 3600))
  expect(error.code).toBe(expected.code)
  expect(error.message).toMatch(typeof expected.message === 'string' ? exactly(expected.message) : expected.message)
  expect(error.hint).toMatch(expected.hint ?? /./)
})

const exactly = (text: string) => new RegExp(`^${text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`)

test('how wrong the clock is, by the answer', async () => {
  const { env } = await emulator()
  environment(env)
  const stale = await serve((_, response) =>
    response
      .writeHead(403, {
        'x-amzn-errortype': 'RequestTimeTooSkewed',
        date: new Date(Date.now() - 3 * 3_600_000).toUTCString(),
      })
      .end('{}'),
  )
  environment({ ...env, AWS_ENDPOINT_URL_CODEARTIFACT: stale.url })
  const error = await refusal(aws().token(domain, byKeys, undefined))
  expect(error).toMatchObject({
    code: 'AWS_CLOCK_SKEW',
    message: 'The clock of this computer is 3 h fast, so AWS refuses the request.',
  })
})

test('domains and repositories that do not exist, by name', async () => {
  environment((await emulator()).env)
  const other = { ...domain, domain: 'other' }
  expect(await refusal(aws().token(other, byKeys, undefined))).toMatchObject({
    code: 'AWS_DOMAIN_UNKNOWN',
    message: expect.stringContaining('domain other of account 564131876131'),
  })
  expect(await refusal(aws().endpoint({ ...other, repository: 'dev' }, byKeys))).toMatchObject({
    code: 'AWS_DOMAIN_UNKNOWN',
  })
  expect(await refusal(aws().endpoint({ ...domain, repository: 'gone' }, byKeys))).toMatchObject({
    code: 'AWS_REPOSITORY_UNKNOWN',
    message: 'Repository gone does not exist in domain my-domain of account 564131876131 in us-east-1.',
  })
})

test('a role that does not trust us', async () => {
  environment((await emulator()).env)
  const error = await refusal(aws().token(domain, { ...byKeys, roleArn: `${role}-not` }, undefined))
  expect(error).toMatchObject({
    code: 'AWS_ACCESS_DENIED',
    message: `${developer} is not allowed sts:AssumeRole of ${role}-not.`,
  })
})

test('keys that have expired, under a role', async () => {
  const user = {
    accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'x',
    sessionToken: 'y',
    expiresAt: '2020-01-01T00:00:00Z',
  }
  const { env, close } = await startEmulator({ users: [user] })
  environment(env)
  expect(await refusal(aws().token(domain, { ...byKeys, roleArn: role }, undefined))).toMatchObject({
    code: 'AWS_CREDENTIALS_EXPIRED',
  })
  await close()
})

test.each<[string, string, string | undefined]>([
  ['a page of the guest network', '<html>Welcome', undefined],
  ['no token', '{"expiration": 4102444800}', undefined],
  ['no expiration', '{"authorizationToken": "topsecret"}', undefined],
  ['a token of two lines', '{"authorizationToken": "topsecret\\nx", "expiration": 4102444800}', undefined],
  ['an expiration that is no time', '{"authorizationToken": "topsecret", "expiration": "soon"}', undefined],
  [
    'an expiration in the past',
    '{"authorizationToken": "topsecret", "expiration": 1000000000}',
    'Check the clock of this computer.',
  ],
])('an answer that cannot be used: %s', async (_, body, hint) => {
  const { env, faults } = await emulator()
  environment(env)
  faults.set('GetAuthorizationToken', { kind: 'garbage', body })
  const error = await refusal(aws().token(domain, byKeys, undefined))
  expect(error.code).toBe('AWS_FAILED')
  if (hint !== undefined) expect(error.hint).toBe(hint)
  expect(error.all).not.toContain('topsecret')
})

test.each<[string, string, string, RegExp]>([
  [
    'no such host',
    'http://codeartifact.invalid',
    'AWS_UNREACHABLE',
    /^codeartifact\.invalid cannot be found \(DNS\)\.$/,
  ],
  ['nobody listens', 'http://127.0.0.1:9', 'AWS_UNREACHABLE', /^127\.0\.0\.1:9 refused the connection\.$/],
  ['no URL', 'nonsense', 'AWS_FAILED', /^The request to AWS could not be made/],
])('%s', async (_, url, code, message) => {
  environment({
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'topsecret',
    AWS_SESSION_TOKEN: 'topsecret',
  })
  const error = await refusal(aws().token(domain, byKeys, undefined))
  expect(error).toMatchObject({ code })
  expect(error.message).toMatch(message)
  expect(error.all).not.toContain('topsecret')
})

test.each([
  [7, 7],
  [120, 120],
  [100_000, 3600],
])('too many requests, with Retry-After: %d', async (asked, obeyed) => {
  const { env, faults, calls } = await emulator()
  environment(env)
  faults.set('GetAuthorizationToken', { kind: 'throttle', retryAfter: asked })
  expect(await refusal(aws().token(domain, byKeys, undefined))).toMatchObject({
    code: 'AWS_THROTTLED',
    message: 'AWS takes no more requests at the moment (us-east-1).',
    retryAfterSeconds: obeyed,
  })
  expect(calls).toHaveLength(1)
})

test.each([
  ['a date', 'Thu, 01 Jan 2026 00:01:30 GMT', 90],
  ['a date that is past', 'Wed, 31 Dec 2025 00:00:00 GMT', undefined],
  ['nonsense', 'soon', undefined],
])('Retry-After is %s', (_, value, seconds) => {
  const failure = { name: 'x', message: '', $response: { headers: { 'retry-after': value } } }
  expect(retryAfterOf(failure, Date.parse('2026-01-01T00:00:00Z'))).toBe(seconds)
})

test('one domain that fails does not touch the others', async () => {
  const { env, faults } = await emulator()
  environment(env)
  faults.set('GetAuthorizationToken', { kind: 'denied', domain: 'other' })
  const client = aws()
  const [bad, good] = await Promise.allSettled([
    client.token({ ...domain, domain: 'other' }, byKeys, undefined),
    client.token(domain, byKeys, undefined),
  ])
  expect([bad.status, good.status]).toEqual(['rejected', 'fulfilled'])
})
