import { CodeartifactClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-codeartifact'
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { type Emulator, startEmulator } from '../../scripts/emulator/emulator.ts'
import type { Fault } from '../../scripts/emulator/faults.ts'
import { until } from '../helpers/until.ts'

const owner = '564131876131'
const credentials = { accessKeyId: 'AKIAUSER', secretAccessKey: 'user-secret' }
const domains = ['one', 'two'].map((domain) => ({ domain, owner, region: 'us-east-1', repositories: ['dev'] }))
let emulator: Emulator

beforeEach(async () => {
  emulator = await startEmulator({ users: [{ ...credentials, account: owner }], domains })
})

afterEach(() => emulator.close())

const settings = (maxAttempts: number) => ({ region: 'us-east-1', endpoint: emulator.url, credentials, maxAttempts })
const sts = () => new STSClient(settings(1))
const token = (domain = 'one', maxAttempts = 1) =>
  new CodeartifactClient(settings(maxAttempts)).send(new GetAuthorizationTokenCommand({ domain }))
const statuses = () => emulator.calls.map(({ status }) => status)

const faults: readonly [Fault, object, number | undefined][] = [
  [
    { kind: 'error', status: 500, type: 'InternalServerException', message: 'broken' },
    { name: 'InternalServerException', message: 'broken' },
    500,
  ],
  [{ kind: 'throttle', retryAfter: 7 }, { name: 'ThrottlingException', retryAfterSeconds: 7 }, 429],
  [
    { kind: 'denied' },
    {
      name: 'AccessDeniedException',
      message: expect.stringMatching(
        /user\/akiauser is not authorized to perform: codeartifact:GetAuthorizationToken on/,
      ),
    },
    403,
  ],
  [
    { kind: 'denied', action: 'sts:GetServiceBearerToken' },
    { name: 'AccessDeniedException', message: expect.stringContaining('perform: sts:GetServiceBearerToken on') },
    403,
  ],
  [{ kind: 'reset' }, { message: expect.stringContaining('ECONNRESET') }, undefined],
  [{ kind: 'garbage' }, { name: 'SyntaxError' }, 200],
  [{ kind: 'answer', status: 503, body: 'gone' }, { $metadata: { httpStatusCode: 503 } }, 503],
]
test.each(faults)('%j', async (fault, error, status) => {
  emulator.faults.set('GetAuthorizationToken', fault)
  await expect(token()).rejects.toMatchObject(error)
  expect(statuses()).toEqual([status])
  expect(emulator.issuedTokens()).toEqual([])
})

test('throttled twice, the SDK comes again and gets its token', async () => {
  emulator.faults.set('GetAuthorizationToken', { kind: 'throttle', retryAfter: 0, times: 2 })
  expect((await token('one', 3)).authorizationToken).toBe(emulator.issuedTokens()[0])
  expect(statuses()).toEqual([429, 429, 200])
})

test('a fault of one domain leaves the other alone, until it is cleared', async () => {
  emulator.faults.set('GetAuthorizationToken', { kind: 'denied', domain: 'one' })
  await expect(token('one')).rejects.toMatchObject({ name: 'AccessDeniedException' })
  await token('two')
  emulator.faults.clear('AssumeRole')
  await expect(token('one')).rejects.toMatchObject({ name: 'AccessDeniedException' })
  emulator.faults.clear()
  await token('one')
  expect(statuses()).toEqual([403, 200, 403, 200])
})

/** Long enough for an answer that nothing holds up. */
const roundTrips = async () => {
  for (let i = 0; i < 5; i++) await fetch(emulator.repositoryUrl('one', 'dev'))
}
const arrival = () => until(() => emulator.calls.length > 0, { everyMs: 5 })

test('a drip is the whole answer, byte by byte', async () => {
  emulator.faults.set('GetAuthorizationToken', { kind: 'drip', ms: 0 })
  expect((await token()).authorizationToken).toBe(emulator.issuedTokens()[0])
})

test('slow is late, and then right', async () => {
  emulator.faults.set('GetAuthorizationToken', { kind: 'slow', ms: 2_000 })
  const asked = token()
  await arrival()
  await roundTrips()
  expect(statuses()).toEqual([undefined])
  expect((await asked).authorizationToken).toBe(emulator.issuedTokens()[0])
})

test('latency delays every AWS call', async () => {
  await emulator.close()
  emulator = await startEmulator({ users: [{ ...credentials, account: owner }], domains, latencyMs: 2_000 })
  const asked = sts().send(new GetCallerIdentityCommand({}))
  await arrival()
  await roundTrips()
  expect(statuses()).toEqual([undefined])
  expect((await asked).Account).toBe(owner)
})

test('hang never answers; closing ends it', async () => {
  emulator.faults.set('GetAuthorizationToken', { kind: 'hang' })
  const asked = token().then(
    () => 'answered',
    (error: Error) => error.message,
  )
  await arrival()
  await emulator.close()
  expect(await asked).toMatch(/socket hang up|ECONNRESET/)
  expect(statuses()).toEqual([undefined])
})

test('STS has the same faults, in its own words', async () => {
  emulator.faults.set('GetCallerIdentity', { kind: 'denied' })
  emulator.faults.set('AssumeRole', { kind: 'throttle' })
  const role = { RoleArn: `arn:aws:iam::${owner}:role/reader`, RoleSessionName: 'session' }
  await expect(sts().send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' })
  await expect(sts().send(new AssumeRoleCommand(role))).rejects.toMatchObject({ name: 'Throttling' })
})
