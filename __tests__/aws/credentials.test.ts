import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import {
  aws,
  byDefault,
  domain,
  emulator,
  environment,
  keys,
  loginCache,
  profile,
  refusal,
  role,
  serve,
  ssoCache,
  temporary,
  tidy,
} from './lab.ts'

afterEach(tidy)

const past = new Date(0).toISOString()
const soon = () => new Date(Date.now() + 3_600_000).toISOString()
const sso = 'sso_account_id = 564131876131\nsso_role_name = dev\n'
const modern = `[sso-session corp]\nsso_region = us-east-1\nsso_start_url = https://corp.example/start\n[profile dev]\nsso_session = corp\n${sso}`
const legacy = `[profile dev]\nsso_start_url = https://corp.example\nsso_region = us-east-1\n${sso}`
const login = '[profile dev]\nlogin_session = arn:aws:iam::564131876131:user/me\nregion = us-east-1\n'
const mfa = `[profile dev]\nrole_arn = ${role}\nsource_profile = gone\nmfa_serial = arn:aws:iam::564131876131:mfa/me\n[profile gone]\nregion = us-east-1\n`
const process = (script: string) => `[profile dev]\ncredential_process = node -e "${script}"\n`

interface Refused {
  readonly config: string
  readonly extra?: Record<string, string>
  /** As ever unless said. */
  readonly limitMs?: number
  readonly code: string
  readonly message: string
  readonly hint: string | RegExp
}

test.each<[string, Refused]>([
  [
    'SSO, never signed in',
    {
      config: modern,
      code: 'AWS_SSO_EXPIRED',
      message: 'You are not signed in to AWS SSO for AWS profile "dev".',
      hint: 'Run: aws sso login --profile dev',
    },
  ],
  [
    'SSO, expired, and nothing to renew it with',
    {
      config: modern,
      extra: { [ssoCache('corp')]: JSON.stringify({ accessToken: 'a', expiresAt: past }) },
      code: 'AWS_SSO_EXPIRED',
      message: 'The AWS SSO session of AWS profile "dev" has expired.',
      hint: 'Run: aws sso login --profile dev',
    },
  ],
  [
    'SSO of the old kind, never signed in',
    {
      config: legacy,
      code: 'AWS_SSO_EXPIRED',
      message: 'You are not signed in to AWS SSO for AWS profile "dev".',
      hint: 'Run: aws sso login --profile dev',
    },
  ],
  [
    'SSO of the old kind, expired',
    {
      config: legacy,
      extra: { [ssoCache('https://corp.example')]: JSON.stringify({ accessToken: 'a', expiresAt: past }) },
      code: 'AWS_SSO_EXPIRED',
      message: 'The AWS SSO session of AWS profile "dev" has expired.',
      hint: 'Run: aws sso login --profile dev',
    },
  ],
  [
    'SSO under a role: the profile that can sign in is named',
    {
      config: `[profile dev]\nrole_arn = ${role}\nsource_profile = o'brien\n`,
      extra: { '.aws/credentials': legacy.replace('profile dev', "o'brien") },
      code: 'AWS_SSO_EXPIRED',
      message: 'You are not signed in to AWS SSO for AWS profile "dev".',
      hint: "Run: aws sso login --profile 'o'\\''brien'",
    },
  ],
  [
    'aws login, never signed in',
    {
      config: login,
      code: 'AWS_CREDENTIALS_EXPIRED',
      message: 'The AWS sign-in of AWS profile "dev" has expired.',
      hint: 'Run: aws login --profile dev',
    },
  ],
  [
    'an unknown profile, one letter off',
    {
      config: '[profile devs]\nregion = x\n',
      code: 'AWS_PROFILE_UNKNOWN',
      message: 'AWS profile "dev" does not exist.',
      hint: 'Did you mean "devs"?',
    },
  ],
  [
    'an unknown profile like no other',
    {
      config: '[profile production]\nregion = x\n',
      code: 'AWS_PROFILE_UNKNOWN',
      message: 'AWS profile "dev" does not exist.',
      hint: /^It is neither in .*\.aws.config nor in .*\.aws.credentials\.\nType: ca-sync --profile production$/,
    },
  ],
  [
    'an unknown source_profile',
    {
      config: `[profile dev]\nrole_arn = ${role}\nsource_profile = gone\n`,
      code: 'AWS_PROFILE_UNKNOWN',
      message: 'AWS profile "gone" (the source_profile that "dev" builds on) does not exist.',
      hint: /\nType: ca-sync --profile dev$/,
    },
  ],
  [
    'MFA',
    {
      config: mfa,
      code: 'AWS_MFA_REQUIRED',
      message: 'AWS profile "dev" needs an MFA code, which ca-sync does not ask for.',
      hint: /get-session-token/,
    },
  ],
  [
    'a credential_process that fails',
    {
      config: process('console.error(`topsecret`);process.exit(3)'),
      code: 'AWS_NO_CREDENTIALS',
      message: 'The credential_process of AWS profile "dev" failed.',
      hint: /Run it by hand/,
    },
  ],
  [
    'a credential_process that talks',
    {
      config: process('console.log(`topsecret`)'),
      code: 'AWS_NO_CREDENTIALS',
      message: 'The credential_process of AWS profile "dev" returned invalid JSON.',
      hint: /Run it by hand/,
    },
  ],
  [
    'a credential_process that never ends',
    {
      config: process('setTimeout(Boolean, 2500)'),
      limitMs: 1_500,
      code: 'AWS_UNREACHABLE',
      message: 'The credential_process of AWS profile "dev" did not end within 1 s.',
      hint: /Run it by hand/,
    },
  ],
  [
    'a web identity token that is not there',
    {
      config: `[profile dev]\nrole_arn = ${role}\nweb_identity_token_file = /nowhere/token\n`,
      code: 'AWS_NO_CREDENTIALS',
      message: 'The web identity token file /nowhere/token cannot be read.',
      hint: /web_identity_token_file/,
    },
  ],
  [
    'a profile with nothing in it',
    {
      config: '[profile dev]\nregion = us-east-1\n',
      code: 'AWS_NO_CREDENTIALS',
      message: 'No AWS credentials are set up in AWS profile "dev".',
      hint: /aws configure sso --profile dev/,
    },
  ],
  [
    'an SSO session that is not set up',
    {
      config: `[profile dev]\nsso_session = gone\n${sso}`,
      code: 'AWS_NO_CREDENTIALS',
      message: 'AWS profile "dev" names the SSO session "gone", and there is no [sso-session] of that name.',
      hint: /aws configure sso --profile dev/,
    },
  ],
])('%s', async (_, { config, extra = {}, limitMs, code, message, hint }) => {
  environment({ AWS_ENDPOINT_URL: 'http://127.0.0.1:9' }, { '.aws/config': config, ...extra })
  const error = await refusal(aws(limitMs).account(profile('dev'), 'us-east-1'))
  expect(error).toMatchObject({ code, message })
  if (typeof hint === 'string') expect(error.hint).toBe(hint)
  else expect(error.hint).toMatch(hint)
  expect(error.all).not.toContain('topsecret')
})

test('a renewal of SSO that finds no network is no expired sign-in', async () => {
  const token = { accessToken: 'a', expiresAt: past, clientId: 'c', clientSecret: 's', refreshToken: 'r' }
  environment(
    { AWS_ENDPOINT_URL_SSO_OIDC: 'http://127.0.0.1:9' },
    { '.aws/config': modern.replaceAll('corp', 'away'), [ssoCache('away')]: JSON.stringify(token) },
  )
  expect(await refusal(aws().account(profile('dev'), 'us-east-1'))).toMatchObject({
    code: 'AWS_UNREACHABLE',
    message: '127.0.0.1:9 refused the connection.',
  })
})

test.each([
  ['UnauthorizedException', 401, 'AWS_SSO_EXPIRED', 'Run: aws sso login --profile dev'],
  [
    'ForbiddenException',
    403,
    'AWS_ACCESS_DENIED',
    'Ask your AWS administrator for the permission, or use another --profile or --role-arn.',
  ],
])('SSO answers %s', async (type, status, code, hint) => {
  const portal = await serve((_, response) =>
    response.writeHead(status, { 'x-amzn-errortype': type }).end('{"message":"No access"}'),
  )
  const token = { accessToken: 'topsecret', expiresAt: soon() }
  environment(
    { AWS_ENDPOINT_URL_SSO: portal.url },
    { '.aws/config': legacy, [ssoCache('https://corp.example')]: JSON.stringify(token) },
  )
  const error = await refusal(aws().account(profile('dev'), 'us-east-1'))
  expect(error).toMatchObject({ code, hint })
  expect(error.all).not.toContain('topsecret')
})

test('aws login that is still good', async () => {
  const { env } = await emulator()
  const keysOfLogin = {
    accessKeyId: temporary.id,
    secretAccessKey: temporary.secret,
    sessionToken: temporary.session,
    accountId: domain.owner,
    expiresAt: soon(),
  }
  const cache = JSON.stringify({ accessToken: keysOfLogin, clientId: 'c', refreshToken: 'r', dpopKey: 'k' })
  environment(env, { '.aws/config': login, [loginCache('arn:aws:iam::564131876131:user/me')]: cache })
  expect(await aws().account(profile('dev'), 'us-east-1')).toBe(domain.owner)
})

const cachedLogin = (expiresAt: string) => {
  const accessToken = { accessKeyId: 'A', secretAccessKey: 's', sessionToken: 't', accountId: domain.owner, expiresAt }
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const dpopKey = privateKey.export({ type: 'sec1', format: 'pem' })
  return JSON.stringify({ accessToken, clientId: 'c', refreshToken: 'r', dpopKey })
}

test.each([
  [
    profile('dev'),
    'AWS_PROFILE_UNKNOWN',
    /^AWS profile "dev" was not found, and .*credentials \(EISDIR\) cannot be read\.$/,
  ],
  [byDefault, 'AWS_NO_CREDENTIALS', /^No AWS credentials were found, and .*credentials \(EISDIR\) cannot be read\.$/],
] as const)('a file that is there, but cannot be read, is named (%j)', async (identity, code, message) => {
  environment({}, { '.aws/config': '[profile other]\n', '.aws/credentials/x': '' })
  expect(await refusal(aws().account(identity, 'us-east-1'))).toMatchObject({
    code,
    message: expect.stringMatching(message),
  })
})

test.each([
  ['AccessDeniedException', 400, { error: 'TOKEN_EXPIRED' }],
  ['AccessDeniedException', 403, { error: 'USER_CREDENTIALS_CHANGED' }],
  ['ValidationException', 400, { error: 'INVALID_REQUEST' }],
  ['InternalServerException', 500, { error: 'SERVER_ERROR' }],
])('aws login that cannot be refreshed (%s, %i) says `aws login`', async (name, status, body) => {
  const { url, seen } = await serve((_, response) =>
    response
      .writeHead(status, { 'x-amzn-errortype': name, 'content-type': 'application/json' })
      .end(JSON.stringify(body)),
  )
  const files = { '.aws/config': login, [loginCache('arn:aws:iam::564131876131:user/me')]: cachedLogin(past) }
  environment({ AWS_ENDPOINT_URL: url, AWS_MAX_ATTEMPTS: '1' }, files)
  expect(await refusal(aws().account(profile('dev'), 'us-east-1'))).toMatchObject({
    code: 'AWS_CREDENTIALS_EXPIRED',
    hint: 'Run: aws login --profile dev',
  })
  expect(seen.map(({ line }) => line)).toEqual(['POST /v1/token'])
})

test('a credential_process runs once for all calls of a run', async () => {
  const { env, calls } = await emulator()
  const script = `require('fs').appendFileSync('HOME/ran','x');console.log(JSON.stringify({Version:1,AccessKeyId:'${keys.id}',SecretAccessKey:'${keys.secret}'}))`
  const { HOME = '' } = environment(env, {
    '.aws/config': '[profile dev]\ncredential_process = node HOME/keys.cjs\n',
    'keys.cjs': script,
  })
  const client = aws()
  await Promise.all([1, 2, 3].map(() => client.token(domain, profile('dev'), undefined)))
  await client.account({ ...profile('dev'), roleArn: role }, 'us-east-1')
  expect(readFileSync(`${HOME}/ran`, 'utf8')).toBe('x')
  expect(calls.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
})

test.each<[string, Record<string, string>, Record<string, string>, string]>([
  ['nothing anywhere', {}, {}, 'No AWS credentials were found.'],
  [
    'a failing credential_process of [default]',
    {},
    { '.aws/config': '[default]\ncredential_process = false\n' },
    'The credential_process of AWS profile "default" failed.',
  ],
  [
    'SSO of [default]',
    {},
    { '.aws/config': modern.replace('profile dev', 'default') },
    'You are not signed in to AWS SSO for AWS profile "default".',
  ],
])('the default chain: %s', async (_, variables, files, message) => {
  environment(variables, files)
  expect(await refusal(aws().account(byDefault, 'us-east-1'))).toMatchObject({ message })
})
