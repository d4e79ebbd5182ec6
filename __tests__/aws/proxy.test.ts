import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { proxyFor } from '../../src/aws/proxy.ts'
import {
  aws,
  byDefault,
  byKeys,
  domain,
  emulator,
  environment,
  loginCache,
  profile,
  proxy,
  refusal,
  serve,
  ssoCache,
  temporary,
  tidy,
} from './lab.ts'

afterEach(tidy)

const soon = () => new Date(Date.now() + 3_600_000).toISOString()
const past = new Date(0).toISOString()
const sso = 'sso_account_id = 564131876131\nsso_role_name = dev\n'
const session = '[sso-session corp]\nsso_region = us-east-1\nsso_start_url = https://corp.example/start\n'

/** Names that only the proxy knows: what does not go through it cannot work. */
const hosts = {
  AWS_ENDPOINT_URL_CODEARTIFACT: 'http://codeartifact.test',
  AWS_ENDPOINT_URL_STS: 'http://sts.test',
  AWS_ENDPOINT_URL_SSO: 'http://sso.test',
  AWS_ENDPOINT_URL_SSO_OIDC: 'http://oidc.test',
  AWS_ENDPOINT_URL_SIGNIN: 'http://signin.test',
}

/** SSO, SSO-OIDC, sign-in, and STS for web identity, in one small server. */
const inner = () =>
  serve(({ url = '', method }, response) => {
    const triple = { accessKeyId: temporary.id, secretAccessKey: temporary.secret, sessionToken: temporary.session }
    if (url.startsWith('/federation/credentials'))
      return response.end(JSON.stringify({ roleCredentials: { ...triple, expiration: Date.now() + 3_600_000 } }))
    if (url === '/token') return response.end(JSON.stringify({ accessToken: 'fresh', expiresIn: 3600 }))
    if (url.startsWith('/v1/token'))
      return response.end(JSON.stringify({ accessToken: triple, refreshToken: 'r', expiresIn: 900, tokenType: 't' }))
    const credentials = `<AccessKeyId>${temporary.id}</AccessKeyId><SecretAccessKey>${temporary.secret}</SecretAccessKey><SessionToken>${temporary.session}</SessionToken><Expiration>${soon()}</Expiration>`
    return response.end(
      `<${method}><AssumeRoleWithWebIdentityResult><Credentials>${credentials}</Credentials></AssumeRoleWithWebIdentityResult></${method}>`,
    )
  })

const dpopKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'sec1', format: 'pem' })
const signedIn = {
  accessToken: { accountId: '564131876131', expiresAt: past },
  clientId: 'c',
  refreshToken: 'r',
  dpopKey,
}

test.each<[string, { config: string; extra?: Record<string, string>; through: string[] }]>([
  [
    'SSO with a session, and the renewal of its token',
    {
      config: `${session}[profile p]\nsso_session = corp\n${sso}`,
      extra: {
        [ssoCache('corp')]: JSON.stringify({
          accessToken: 'old',
          expiresAt: past,
          clientId: 'c',
          clientSecret: 's',
          refreshToken: 'r',
        }),
      },
      through: ['oidc.test:80', 'sso.test:80'],
    },
  ],
  [
    'SSO of the old kind',
    {
      config: `[profile p]\nsso_start_url = https://old.example\nsso_region = us-east-1\n${sso}`,
      extra: { [ssoCache('https://old.example')]: JSON.stringify({ accessToken: 'a', expiresAt: soon() }) },
      through: ['sso.test:80'],
    },
  ],
  [
    'a web identity',
    {
      config: '[profile p]\nrole_arn = arn:aws:iam::564131876131:role/x\nweb_identity_token_file = HOME/token\n',
      extra: { token: 'a.b.c' },
      through: ['web.test:80'],
    },
  ],
  [
    'aws login',
    {
      config: '[profile p]\nregion = us-east-1\nlogin_session = arn:aws:iam::564131876131:user/me\n',
      extra: { [loginCache('arn:aws:iam::564131876131:user/me')]: JSON.stringify(signedIn) },
      through: ['signin.test:80'],
    },
  ],
  [
    'a role on another profile',
    {
      config: '[profile p]\nrole_arn = arn:aws:iam::564131876131:role/reader\nsource_profile = base\n',
      extra: {
        '.aws/credentials': `[base]\naws_access_key_id = ${temporary.id}\naws_secret_access_key = ${temporary.secret}\naws_session_token = ${temporary.session}\n`,
      },
      through: ['sts.test:80'],
    },
  ],
])('through the proxy: %s', async (_, { config, extra = {}, through }) => {
  const api = await emulator()
  const { port } = await inner()
  const web = through.includes('web.test:80')
  const apiPort = Number(new URL(api.url).port)
  const between = await proxy({
    'codeartifact.test': apiPort,
    'sts.test': apiPort,
    'web.test': port,
    'sso.test': port,
    'oidc.test': port,
    'signin.test': port,
  })
  environment(
    { ...hosts, ...(web ? { AWS_ENDPOINT_URL_STS: 'http://web.test' } : {}), HTTP_PROXY: between.url },
    { '.aws/config': config, ...extra },
  )
  await aws().token(domain, profile('p'), undefined)
  expect(between.tunnels).toEqual([...through, 'codeartifact.test:80'])
  expect(api.calls.at(-1)).toMatchObject({ operation: 'GetAuthorizationToken', status: 200 })
})

test('GetCallerIdentity goes through the proxy, hosts of NO_PROXY do not', async () => {
  const api = await emulator()
  const between = await proxy({ 'sts.test': Number(new URL(api.url).port) })
  environment({ ...api.env, AWS_ENDPOINT_URL_STS: 'http://sts.test', http_proxy: between.url, NO_PROXY: '127.0.0.1' })
  await aws().account(byKeys, 'us-east-1')
  await aws().token(domain, byKeys, undefined)
  expect(between.tunnels).toEqual(['sts.test:80'])
})

test('credentials of a container never go through a proxy', async () => {
  const api = await emulator()
  const body = {
    AccessKeyId: temporary.id,
    SecretAccessKey: temporary.secret,
    Token: temporary.session,
    Expiration: soon(),
  }
  const container = await serve((_, response) => response.end(JSON.stringify(body)))
  const between = await proxy({ 'sts.test': Number(new URL(api.url).port) })
  environment({
    AWS_ENDPOINT_URL_STS: 'http://sts.test',
    HTTP_PROXY: between.url,
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${container.url}/creds`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: 'pod',
  })
  expect(await aws().account(byDefault, 'us-east-1')).toBe('564131876131')
  expect(container.seen).toMatchObject([{ line: 'GET /creds', headers: { authorization: 'pod' } }])
  expect(between.tunnels).toEqual(['sts.test:80'])
})

test.each<[string, number, number, RegExp]>([
  ['wants a password', 407, 20_000, /asks for a user name and a password\.$/],
  ['refuses', 403, 20_000, /refused \(HTTP 403\)\.$/],
  ['stays silent', 0, 1000, /did not answer\.$/],
])('a proxy that %s is named, without its password', async (_, status, limitMs, text) => {
  const between = await proxy({}, status)
  environment({
    ...hosts,
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    HTTP_PROXY: between.url.replace('//', '//user:hunter2@'),
  })
  const error = await refusal(aws(limitMs).account(byKeys, 'us-east-1'))
  expect(error).toMatchObject({ code: 'AWS_UNREACHABLE', message: expect.stringContaining(`proxy ${between.url}`) })
  expect(error.message).toMatch(text)
  expect(error.hint).toContain('HTTP_PROXY')
  expect(error.all).not.toContain('hunter2')
})

test('a proxy that is not there is named', async () => {
  environment({ ...hosts, AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', HTTP_PROXY: 'http://127.0.0.1:9' })
  const error = await refusal(aws().account(byKeys, 'us-east-1'))
  expect(error).toMatchObject({
    code: 'AWS_UNREACHABLE',
    message: 'The proxy http://127.0.0.1:9 could not be reached.',
  })
})

test.each<[string, Record<string, string>, string | undefined]>([
  ['https://a.example', {}, undefined],
  ['https://a.example', { HTTPS_PROXY: 'http://p:1' }, 'http://p:1'],
  ['https://a.example', { https_proxy: 'p:3128' }, 'http://p:3128'],
  ['https://a.example', { HTTPS_PROXY: 'https://p:1' }, 'https://p:1'],
  ['http://a.example', { HTTPS_PROXY: 'http://p:1' }, undefined],
  ['https://a.example', { HTTPS_PROXY: 'http://p:1', NO_PROXY: '.example' }, undefined],
  ['https://a.example', { HTTPS_PROXY: 'http://p:1', no_proxy: '*' }, undefined],
  ['https://a.example:444', { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'a.example:443' }, 'http://p:1'],
])('%s with %j goes to %s', (url, variables, expected) => {
  expect(proxyFor(url, environment(variables))?.origin).toBe(expected)
})

test.each(['socks5://me:hunter2@p:1', 'http://me:hunter2@'])(
  'a proxy %s that cannot be used is an error without its password',
  (value) => {
    const env = environment({ HTTPS_PROXY: value })
    expect(() => proxyFor('https://a.example', env)).toThrow(
      expect.not.objectContaining({ proxy: expect.stringContaining('hunter2') }),
    )
  },
)

describe('certificates', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ca-sync-tls-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      key,
      '-out',
      cert,
      '-days',
      '2',
      '-subj',
      '/CN=sts.test',
      '-addext',
      'subjectAltName=DNS:sts.test,IP:127.0.0.1',
    ],
    { stdio: 'ignore' },
  )
  const answer = '<R><GetCallerIdentityResult><Account>564131876131</Account></GetCallerIdentityResult></R>'
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) =>
    response.end(answer),
  )
  const port = () => (server.address() as AddressInfo).port
  const base = () => ({
    AWS_ENDPOINT_URL_STS: `https://127.0.0.1:${port()}`,
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
  })
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
  afterAll(() => {
    server.closeAllConnections()
    server.close()
    rmSync(folder, { recursive: true })
  })

  test('of nobody we trust: the hint names AWS_CA_BUNDLE', async () => {
    environment(base())
    const error = await refusal(aws().account(byKeys, 'us-east-1'))
    expect(error).toMatchObject({
      code: 'AWS_UNREACHABLE',
      message: expect.stringContaining(`127.0.0.1:${port()}: its certificate is not trusted`),
    })
    expect(error.hint).toContain('AWS_CA_BUNDLE')
  })

  test('of AWS_CA_BUNDLE', async () => {
    environment({ ...base(), AWS_CA_BUNDLE: cert })
    expect(await aws().account(byKeys, 'us-east-1')).toBe('564131876131')
  })

  test('of the ca_bundle of a profile, through a proxy', async () => {
    const between = await proxy({ 'sts.test': port() })
    const config = `[profile p]\nca_bundle = ${cert}\naws_access_key_id = a\naws_secret_access_key = b\n`
    environment({ AWS_ENDPOINT_URL_STS: 'https://sts.test', HTTPS_PROXY: between.host }, { '.aws/config': config })
    expect(await aws().account(profile('p'), 'us-east-1')).toBe('564131876131')
    expect(between.tunnels).toEqual(['sts.test:443'])
  })

  test.each(['/nowhere/ca.pem', '/etc/passwd'])('a bundle %s that is of no use is an error', async (path) => {
    environment({ ...base(), AWS_CA_BUNDLE: path })
    const error = await refusal(aws().account(byKeys, 'us-east-1'))
    expect(error).toMatchObject({ code: 'AWS_FAILED', message: expect.stringContaining(`AWS_CA_BUNDLE names ${path}`) })
  })
})
