import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import type { Fault } from '../../scripts/emulator/faults.ts'
import { keyless, user, writeProfiles } from './people.ts'
import { both, plugin, pyproject } from './pyproject.ts'
import { count, openStage, type Stage } from './stage.ts'

jest.setTimeout(120_000)

const owner = '564131876131'
const env = user('env')
const noBearer = user('nobearer', { deny: ['sts:GetServiceBearerToken'] })
const noEndpoint = user('noendpoint', { deny: ['codeartifact:GetRepositoryEndpoint'] })
const expired = user('expired', { sessionToken: 'over', expiresAt: '2020-01-01T00:00:00Z' })
const domains = ['my-domain', 'other-domain'].map((domain) => ({
  domain,
  owner,
  region: 'us-east-1',
  repositories: ['dev', 'qa'],
}))
let stage: Stage
let now = () => new Date()

const open = async () => {
  now = () => new Date()
  stage = await openStage({
    emulator: { users: [env, noBearer, noEndpoint, expired], domains, now: () => now() },
  })
  await writeProfiles(stage, {
    noBearer,
    noEndpoint,
    wrong: { ...env, secretAccessKey: 'wrong' },
    unknown: user('nobody'),
  })
}

const durationDenied = `User: arn:aws:iam::${owner}:user/akiaenv is not authorized to perform: sts:GetServiceBearerToken with an explicit deny in a policy: condition sts:DurationSeconds`
const error = (status: number, type: string, message: string): Fault => ({ kind: 'error', status, type, message })

describe('an error of AWS', () => {
  beforeAll(open)
  afterAll(() => stage.close())
  afterEach(() => stage.emulator.faults.clear())

  const mint = 'GetAuthorizationToken'
  const cases: [string, { flags?: string[]; variables?: object; fault?: Fault }, string, RegExp, RegExp][] = [
    [
      'no credentials',
      { variables: { AWS_ACCESS_KEY_ID: undefined } },
      'AWS_NO_CREDENTIALS',
      /No AWS credentials/,
      /--profile NAME/,
    ],
    [
      'an unknown profile',
      { flags: ['--profile', 'nobearer'] },
      'AWS_PROFILE_UNKNOWN',
      /"nobearer" does not exist/,
      /"noBearer"/,
    ],
    [
      'an unknown AWS_PROFILE',
      { variables: { AWS_ACCESS_KEY_ID: undefined, AWS_PROFILE: 'elsewhere' } },
      'AWS_PROFILE_UNKNOWN',
      /"elsewhere" does not exist/,
      /credentials/,
    ],
    ['a wrong secret', { flags: ['--profile', 'wrong'] }, 'AWS_CREDENTIALS_INVALID', /profile "wrong"/, /--profile/],
    [
      'keys that AWS does not know',
      { flags: ['--profile', 'unknown'] },
      'AWS_CREDENTIALS_INVALID',
      /profile "unknown"/,
      /--profile/,
    ],
    [
      'a session that is over',
      {
        variables: {
          AWS_ACCESS_KEY_ID: expired.accessKeyId,
          AWS_SECRET_ACCESS_KEY: expired.secretAccessKey,
          AWS_SESSION_TOKEN: 'over',
        },
      },
      'AWS_CREDENTIALS_EXPIRED',
      /have expired/,
      /AWS_SESSION_TOKEN/,
    ],
    [
      'no right to bearer tokens',
      { flags: ['--profile', 'noBearer'] },
      'AWS_ACCESS_DENIED',
      /akianobearer is not allowed sts:GetServiceBearerToken/,
      /allow sts:GetServiceBearerToken/,
    ],
    [
      'a condition on the duration',
      { fault: error(403, 'AccessDenied', durationDenied) },
      'AWS_ACCESS_DENIED',
      /sts:DurationSeconds/,
      /--duration 1h/,
    ],
    [
      'a role that may not be assumed',
      { flags: ['--role-arn', `arn:aws:iam::${owner}:role/admin`] },
      'AWS_ACCESS_DENIED',
      /sts:AssumeRole of arn:aws:iam::564131876131:role\/admin/,
      /trust policy/,
    ],
    [
      'a clock that is wrong',
      { fault: error(403, 'SignatureDoesNotMatch', 'Signature expired: 20260101T000000Z is now earlier than …') },
      'AWS_CLOCK_SKEW',
      /clock of this computer is wrong/,
      /Set the clock/,
    ],
    ['a fault of AWS', { fault: error(500, 'InternalServerException', 'oops') }, 'AWS_FAILED', /HTTP 500/, /Try again/],
    ['a broken connection', { fault: { kind: 'reset' } }, 'AWS_UNREACHABLE', /broke off the connection/, /network/],
    [
      'something that is not AWS',
      { fault: { kind: 'garbage' } },
      'AWS_FAILED',
      /not what AWS would say/,
      /sign-in page/,
    ],
    ['an answer without a token', { fault: { kind: 'garbage', body: '{}' } }, 'AWS_FAILED', /no token in it/, /proxy/],
  ]

  test.each(cases)('%s', async (_, { flags = [], variables = {}, fault }, code, message, hint) => {
    if (fault !== undefined) stage.emulator.faults.set(mint, fault)
    const result = await stage.caSync([...flags, '--json'], { env: { ...stage.env, ...variables } })
    const { sources } = JSON.parse(result.stdout)
    expect(sources[0].error).toEqual({
      code,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    })
    expect(result.code).toBe(4)
    expect(result.stderr).toMatch(/^error: dev, qa, prod: [^\n]+\n(?: {2}[^\n]+\n)+$/)
    expect(result.stderr).not.toMatch(/secret of|[A-Za-z0-9/+=]{40}/)
    expect(await stage.box.items()).toEqual([])
    await expect(stage.read(join(stage.config, 'auth.toml'))).rejects.toThrow('ENOENT')
  })

  test('an unknown domain, and an unknown repository', async () => {
    const cwd = await stage.makeProject(
      'gone',
      pyproject(plugin({ domain: 'no-domain' }), plugin({ name: 'qa', repository: 'no-repository' })),
    )
    const { code, stdout } = await stage.caSync(['--json'], { cwd })
    expect(code).toBe(4)
    expect(JSON.parse(stdout).sources).toMatchObject([
      {
        error: {
          code: 'AWS_DOMAIN_UNKNOWN',
          message: expect.stringContaining(`no-domain of account ${owner} in us-east-1`),
        },
      },
      { error: { code: 'AWS_REPOSITORY_UNKNOWN', message: expect.stringContaining('no-repository') } },
    ])
  })

  test('nothing listens', async () => {
    const off = { ...stage.env, AWS_ENDPOINT_URL_CODEARTIFACT: 'http://127.0.0.1:9' }
    const { code, stderr } = await stage.caSync([], { env: off })
    expect(code).toBe(4)
    expect(stderr).toMatch(/^error: dev, qa, prod: 127\.0\.0\.1:9 refused the connection/)
  })

  describe('an SSO session', () => {
    beforeEach(async () => {
      const folder = join(stage.box.home, '.aws')
      const sso = ['sso_account_id = 564131876131', 'sso_role_name = dev', 'sso_session = work', 'region = us-east-1']
      await writeFile(
        join(folder, 'config'),
        [
          ...['[profile work-sso]', ...sso],
          ...['[sso-session work]', 'sso_start_url = https://x.example/start', 'sso_region = us-east-1', ''],
        ].join('\n'),
      )
      await mkdir(join(folder, 'sso/cache'), { recursive: true })
    })

    test('is no profile', async () => {
      const { stderr } = await stage.caSync(['--profile', 'other'])
      expect(stderr).toContain('work-sso')
      expect(stderr).not.toContain('sso-session')
    })

    test.each([
      ['that is over', new Date(0).toISOString(), /has expired/],
      ['that nobody began', undefined, /expired|not signed in/],
    ])('%s', async (_, expiresAt, words) => {
      const file = join(stage.box.home, '.aws/sso/cache', `${createHash('sha1').update('work').digest('hex')}.json`)
      if (expiresAt !== undefined)
        await writeFile(file, JSON.stringify({ accessToken: 'x', expiresAt, region: 'us-east-1' }))
      const { code, stderr } = await stage.caSync(['--profile', 'work-sso'], { env: keyless(stage) })
      expect(code).toBe(4)
      expect(stderr).toMatch(words)
      expect(stderr).toContain('Run: aws sso login --profile work-sso')
    })
  })
})

describe('a passing trouble', () => {
  beforeEach(open)
  afterEach(() => stage.close())

  test.each([
    ['throttled', { kind: 'throttle', times: 1 }],
    ['an error', { ...error(503, 'ServiceUnavailableException', 'oops'), times: 1 }],
    ['a broken connection', { kind: 'reset', times: 1 }],
  ] as const)('is tried again: %s', async (_, fault) => {
    stage.emulator.faults.set('GetAuthorizationToken', fault)
    stage.emulator.faults.set('GetRepositoryEndpoint', fault)
    expect(await stage.caSync([])).toMatchObject({ code: 0, stderr: '' })
    expect(stage.emulator.issuedTokens()).toHaveLength(1)
  })

  test.each([3600, -3600])('a clock that is %i s off is allowed for', async (seconds) => {
    now = () => new Date(Date.now() + seconds * 1000)
    expect(await stage.caSync([])).toMatchObject({ code: 0, stderr: '' })
  })

  test('one domain failing does not stop the other', async () => {
    const other = stage.emulator.repositoryUrl('other-domain', 'qa')
    const cwd = await stage.makeProject(
      'two',
      pyproject(both(stage.url), both(other, { name: 'qa', domain: 'other-domain', repository: 'qa' })),
    )
    stage.emulator.faults.set('GetAuthorizationToken', { kind: 'denied', domain: 'my-domain' })
    const { code, stdout, stderr } = await stage.caSync([], { cwd })
    expect({ code, stdout }).toEqual({ code: 6, stdout: 'qa   ready  other-domain/qa, token valid for 12 h\n' })
    expect(stderr).toMatch(/^error: dev: .*my-domain/)
  })

  test('a server that never answers ends in bounded time, by hand and unattended', async () => {
    stage.emulator.faults.set('GetAuthorizationToken', { kind: 'hang' })
    const elsewhere = { ...stage.env, CA_SYNC_STATE_DIR: join(stage.box.dir, 'other-state') }
    const [byHand, unattended] = await Promise.all([
      stage.caSync([], { timeoutMs: 120_000 }),
      stage.caSync(['--unattended'], { env: elsewhere }),
    ])
    for (const { code, stderr } of [byHand, unattended]) {
      expect(code).toBe(4)
      expect(stderr).toMatch(/^error: dev, qa, prod: 127\.0\.0\.1:\d+ did not answer/)
    }
  })

  test('where the endpoint is denied, it is made by AWS’s rule', async () => {
    const cwd = await stage.makeProject('app', pyproject(plugin()))
    const { code, stdout } = await stage.caSync(['--profile', 'noEndpoint', '--json'], { cwd })
    const host = `my-domain-${owner}.d.codeartifact.us-east-1.amazonaws.com`
    expect(code).toBe(0)
    expect(JSON.parse(stdout).sources).toMatchObject([{ ready: true, url: `https://${host}/pypi/dev/` }])
    const services = (await stage.box.items()).map(({ attributes }) => attributes['service'])
    expect(services.sort()).toEqual(['ca-sync', host])
    expect(count(stage.emulator, 'GetRepositoryEndpoint')).toBe(1)
    expect((await stage.caSync(['--profile', 'noEndpoint', '--json'], { cwd })).code).toBe(0)
    expect(count(stage.emulator, 'GetRepositoryEndpoint')).toBe(1)
  })
})
