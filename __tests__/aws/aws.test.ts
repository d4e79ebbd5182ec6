import { jest } from '@jest/globals'
import { aws, byDefault, byKeys, domain, emulator, environment, keys, profile, refusal, role, tidy } from './lab.ts'

afterEach(tidy)

const repository = { ...domain, repository: 'dev' }

test('a token: of the domain, in its region, with its life by the clock of this computer, which is years behind', async () => {
  const { env, calls, issuedTokens } = await emulator()
  environment(env)
  const token = await aws(20_000, () => Date.parse('2020-01-01')).token(domain, byKeys, undefined)
  expect([token.secret]).toEqual(issuedTokens())
  expect(token.issuedAt).toBe('2020-01-01T00:00:00.000Z')
  expect(Math.abs(Date.parse(token.expiresAt) - Date.parse('2020-01-01T12:00:00Z'))).toBeLessThan(60_000)
  expect(calls).toMatchObject([{ operation: 'GetAuthorizationToken', region: 'us-east-1', status: 200 }])
  expect(calls[0]?.params).toEqual({ domain: 'my-domain', 'domain-owner': '564131876131' })
})

test.each([0, 900, 43_200])('a token for %i seconds', async (seconds) => {
  const { env, calls } = await emulator()
  environment(env)
  await aws().token(domain, { ...byKeys, roleArn: role }, seconds)
  expect(calls.at(-1)?.params).toMatchObject({ duration: String(seconds) })
})

test('a role: one AssumeRole for calls side by side, as session ca-sync in the region of the source', async () => {
  const { env, calls } = await emulator()
  environment({ ...env, AWS_REGION: 'eu-west-1' })
  const identity = { ...byKeys, roleArn: role }
  const client = aws()
  client.prepare(domain, identity)
  await Promise.all([
    client.token(domain, identity, 3600),
    client.endpoint(repository, identity),
    client.account(identity, 'us-east-1'),
  ])
  expect(calls.filter(({ operation }) => operation === 'GetAuthorizationToken')).toHaveLength(1)
  expect(calls.filter(({ operation }) => operation === 'AssumeRole')).toMatchObject([
    { region: 'us-east-1', params: { RoleArn: role, RoleSessionName: 'ca-sync' } },
  ])
  expect(calls.find(({ operation }) => operation === 'GetCallerIdentity')?.arn).toMatch(
    /assumed-role\/reader\/ca-sync$/,
  )
})

test('what goes wrong while a token is prepared shows when it is asked for', async () => {
  const { env, faults } = await emulator()
  environment(env)
  faults.set('AssumeRole', { kind: 'denied' })
  const client = aws()
  client.prepare(domain, { ...byKeys, roleArn: role })
  const error = await refusal(client.token(domain, { ...byKeys, roleArn: role }, undefined))
  expect(error).toMatchObject({
    code: 'AWS_ACCESS_DENIED',
    message: expect.stringContaining(`sts:AssumeRole of ${role}`),
  })
})

test('the endpoint of a repository, and none when asking is denied', async () => {
  const { env, faults, repositoryUrl } = await emulator()
  environment(env)
  expect(await aws().endpoint(repository, byKeys)).toBe(repositoryUrl('my-domain', 'dev'))
  faults.set('GetRepositoryEndpoint', { kind: 'denied' })
  expect(await aws().endpoint(repository, byKeys)).toBeUndefined()
})

test('the repositories of a domain, all pages of them', async () => {
  const { env, calls } = await emulator({ pageSize: 2 })
  environment(env)
  expect(await aws().repositories(domain, byKeys)).toEqual(['dev', 'prod', 'qa', 'shared'])
  expect(calls.map(({ operation, status }) => [operation, status])).toEqual(
    Array(2).fill(['ListRepositoriesInDomain', 200]),
  )
  expect(calls[0]?.params).toEqual({ domain: 'my-domain', 'domain-owner': '564131876131' })
})

test('the repositories of a domain that is not there', async () => {
  const { env } = await emulator()
  environment(env)
  const error = await refusal(aws().repositories({ ...domain, domain: 'other' }, byKeys))
  expect(error).toMatchObject({ code: 'AWS_DOMAIN_UNKNOWN' })
})

test('a denied AssumeRole is no denied endpoint', async () => {
  const { env, faults } = await emulator()
  environment(env)
  faults.set('AssumeRole', { kind: 'denied' })
  const error = await refusal(aws().endpoint(repository, { ...byKeys, roleArn: role }))
  expect(error).toMatchObject({
    code: 'AWS_ACCESS_DENIED',
    message: expect.stringContaining(`sts:AssumeRole of ${role}`),
  })
})

test('the account of the caller', async () => {
  environment((await emulator()).env)
  expect(await aws().account(byKeys, 'us-east-1')).toBe('564131876131')
})

test('a profile, and the default chain, pass by keys and AWS_PROFILE of the environment, and nothing is said about it', async () => {
  const { env, calls } = await emulator()
  const warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined)
  const emitted = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  const lines = `aws_access_key_id = ${keys.id}\naws_secret_access_key = ${keys.secret}\n`
  const credentials = `[dev]\n${lines}[default]\n${lines}`
  environment({ ...env, AWS_ACCESS_KEY_ID: 'AKIAOTHER', AWS_PROFILE: 'gone' }, { '.aws/credentials': credentials })
  await aws().account(profile('dev'), 'us-east-1')
  await aws().account(byDefault, 'us-east-1')
  expect(calls.map(({ accessKeyId }) => accessKeyId)).toEqual([keys.id, keys.id])
  expect([...warn.mock.calls, ...emitted.mock.calls]).toEqual([])
  jest.restoreAllMocks()
})

test('the keys of the environment count although a profile is set', async () => {
  const { env, calls } = await emulator()
  environment(
    { ...env, AWS_PROFILE: 'dev' },
    { '.aws/credentials': '[dev]\naws_access_key_id = AKIAOTHER\naws_secret_access_key = x\n' },
  )
  await aws().account(byKeys, 'us-east-1')
  expect(calls).toMatchObject([{ accessKeyId: keys.id }])
})

test('a second try after a fault of the network, of the service, and of too many requests', async () => {
  const { env, faults, calls } = await emulator()
  environment(env)
  const passing = [
    { kind: 'reset' },
    { kind: 'error', status: 500, type: 'InternalServerException', message: '' },
    { kind: 'throttle', retryAfter: 0 },
  ] as const
  for (const fault of passing) {
    faults.set('GetAuthorizationToken', { ...fault, times: 1 })
    await aws().token(domain, byKeys, undefined)
  }
  expect(calls).toHaveLength(6)
})

test.each(['GetAuthorizationToken', 'AssumeRole'])(
  '%s that never answers ends within the limit of the call',
  async (operation) => {
    const { env, faults } = await emulator()
    environment(env)
    faults.set(operation, { kind: 'hang' })
    const error = await refusal(aws(1500).token(domain, { ...byKeys, roleArn: role }, undefined))
    expect(error).toMatchObject({
      code: 'AWS_UNREACHABLE',
      message: expect.stringMatching(/^127\.0\.0\.1:\d+ did not answer/),
    })
  },
)

test('a clock that is hours off is made up for by the SDK', async () => {
  const { env } = await emulator()
  environment(env)
  const { now } = Date
  const off = jest.spyOn(Date, 'now').mockImplementation(() => now() + 3 * 3_600_000)
  await aws().account(byKeys, 'us-east-1')
  off.mockRestore()
})
