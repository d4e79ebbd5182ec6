import { jest } from '@jest/globals'
import { aws, byDefault, environment, keys, profile, refusal, role, serve, tidy } from './lab.ts'

afterEach(tidy)

const full = 'AWS_CONTAINER_CREDENTIALS_FULL_URI'
const endpoint = 'AWS_EC2_METADATA_SERVICE_ENDPOINT'
const web = 'AWS_WEB_IDENTITY_TOKEN_FILE'
const nobody = 'http://127.0.0.1:9'
const answers = {
  'refuses the path': [404, 'no such path', 'it answered with HTTP 404'],
  'wants a token': [403, '{"Code":"AccessDenied","Message":"topsecret"}', 'it answered with HTTP 403'],
  'is broken': [500, 'topsecret', 'it answered with HTTP 500'],
  'talks HTML': [200, '<html>topsecret</html>', 'what it answered is not JSON'],
  'has no keys': [200, '{"AccessKeyId":"topsecret"}', 'there are no credentials in what it answered'],
} as const

const asked = (identity = byDefault as Parameters<ReturnType<typeof aws>['account']>[0], limitMs = 20_000) =>
  refusal(aws(limitMs).account(identity, 'us-east-1'))

/** What everybody who has a fault in a source of the machine's own is told. */
const told = (name: string, where: string, why: string) => ({
  code: 'AWS_NO_CREDENTIALS',
  message: expect.stringMatching(new RegExp(`^${name} .*${where.replace('[', '\\[')}.* ${why}\\.$`)),
  hint: expect.stringMatching(/unset AWS_|give .* a role/i),
})

describe('a container whose credentials do not come', () => {
  test.each(['wants a token', 'talks HTML'] as const)('since it %s', async (how) => {
    const [status, body, why] = answers[how]
    const server = await serve((__, response) => response.writeHead(status).end(body))
    environment({ [full]: `${server.url}/creds?secret=topsecret` }, { '.aws/config': '[profile dev]\nregion = x\n' })
    const error = await asked()
    expect(error).toMatchObject(told(full, new URL(server.url).host, why))
    expect(error.hint).toContain('ca-sync --profile dev')
    expect(error.all + error.message).not.toContain('topsecret')
    expect(server.seen).toHaveLength(1)
  })

  test.each([429, 500, 503])('for a moment, with HTTP %i: it is asked again', async (status) => {
    const server = await serve((_, response) => {
      const body = {
        AccessKeyId: keys.id,
        SecretAccessKey: keys.secret,
        Token: 't',
        Expiration: '2100-01-01T00:00:00Z',
      }
      response.writeHead(server.seen.length < 2 ? status : 200).end(JSON.stringify(body))
    })
    const sts = await serve((_, response) => response.writeHead(418).end())
    environment({ [full]: server.url, AWS_ENDPOINT_URL_STS: sts.url })
    await asked()
    expect(sts.seen[0]?.headers.authorization).toContain(keys.id)
  })

  test.each([
    ['is not there', nobody, 'it refused the connection'],
    ['is another machine, without TLS', 'http://example.com/creds', 'it is no address that AWS takes for that'],
    ['has no address', 'not a URL', 'it is no address that AWS takes for that'],
  ])('since it %s', async (_, url, why) => {
    environment({ [full]: url })
    expect(await asked()).toMatchObject(told(full, URL.canParse(url) ? new URL(url).host : '', why))
  })

  test('since it is silent', async () => {
    const server = await serve(() => undefined)
    environment({ [full]: server.url })
    const warn = jest.spyOn(console, 'warn')
    expect(await asked()).toMatchObject(told(full, new URL(server.url).host, 'it did not answer in time'))
    expect(warn).not.toHaveBeenCalled()
  })

  test('of ECS, on a machine that is none', async () => {
    environment({ AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/credentials/topsecret' })
    const error = await asked()
    const why = 'it (?:did not answer in time|cannot be reached|refused the connection|answered with HTTP \\d+)'
    expect(error).toMatchObject(told('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', '169.254.170.2', why))
    expect(error.all + error.message).not.toContain('topsecret')
  })

  test.each([
    ['is not there', '/nowhere/token', 'cannot be read'],
    ['is empty', '/dev/null', 'is empty'],
  ])('since the file of its token %s', async (_, path, why) => {
    environment({ [full]: nobody, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: path })
    expect(await asked()).toMatchObject({
      code: 'AWS_NO_CREDENTIALS',
      message: `The container token file ${path} ${why}.`,
      hint: 'Check AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE.',
    })
  })

  test('for a profile that leaves it to the machine', async () => {
    environment({ [full]: 'http://a.example' }, { '.aws/config': '[profile dev]\nregion = us-east-1\n' })
    const why = 'it is no address that AWS takes for that'
    expect(await asked(profile('dev'))).toMatchObject(told(full, 'a.example', why))
  })
})

test('a sign-in of [default] that fails says more than a machine that gives none', async () => {
  environment({ [full]: 'http://a.example' }, { '.aws/config': '[default]\ncredential_process = echo topsecret\n' })
  expect(await asked()).toMatchObject({
    message: 'The credential_process of AWS profile "default" returned invalid JSON.',
  })
})

describe('an instance whose credentials do not come', () => {
  test.each(Object.entries(answers))('since its metadata service %s', async (_, [status, body, why]) => {
    const server = await serve((__, response) => response.writeHead(status).end(body))
    environment({ [endpoint]: server.url, AWS_EC2_METADATA_DISABLED: 'false' })
    const error = await asked()
    expect(error).toMatchObject(told(endpoint, new URL(server.url).host, why))
    expect(error.all + error.message).not.toContain('topsecret')
  })

  test.each([
    ['is not there', nobody, 'it refused the connection'],
    ['has no address', 'nonsense', 'it is no address that AWS takes for that'],
  ])('since its metadata service %s', async (_, url, why) => {
    environment({ [endpoint]: url, AWS_EC2_METADATA_DISABLED: '' })
    expect(await asked()).toMatchObject(told(endpoint, '', why))
  })

  test('since its metadata service is silent', async () => {
    const server = await serve(() => undefined)
    environment({ [endpoint]: server.url, AWS_EC2_METADATA_DISABLED: '' })
    expect(await asked()).toMatchObject(told(endpoint, new URL(server.url).host, 'it did not answer in time'))
  })

  test('is another thing than one that is not to be asked', async () => {
    environment({ [endpoint]: nobody, AWS_EC2_METADATA_DISABLED: 'true' })
    expect(await asked()).toMatchObject({
      message: 'No AWS credentials were found.',
    })
  })

  test('does not hide those that come', async () => {
    const body = { AccessKeyId: keys.id, SecretAccessKey: keys.secret, Token: 't', Expiration: '2100-01-01T00:00:00Z' }
    const server = await serve(({ url }, response) =>
      response.end(url?.endsWith('/role') ? JSON.stringify(body) : url?.endsWith('/token') ? 'token' : 'role'),
    )
    const sts = await serve((_, response) => response.writeHead(418).end())
    environment({ [endpoint]: server.url, AWS_EC2_METADATA_DISABLED: '', AWS_ENDPOINT_URL_STS: sts.url })
    await asked()
    expect(sts.seen[0]?.headers.authorization).toContain(keys.id)
  })
})

describe('a web identity', () => {
  test.each([
    [
      'without a file',
      { [web]: '/nowhere/token', AWS_ROLE_ARN: role },
      /^The web identity token file .* cannot be read/,
    ],
    [
      'with an empty file',
      { [web]: 'HOME/empty', AWS_ROLE_ARN: role },
      /^The web identity token file .*empty is empty\.$/,
    ],
    [
      'with a blank file',
      { [web]: 'HOME/blank', AWS_ROLE_ARN: role },
      /^The web identity token file .*blank is empty\.$/,
    ],
    [
      'with a folder',
      { [web]: 'HOME/.aws', AWS_ROLE_ARN: role },
      /^The web identity token file .*\.aws cannot be read/,
    ],
    ['without a role', { [web]: 'HOME/token' }, /^AWS_WEB_IDENTITY_TOKEN_FILE is set, and AWS_ROLE_ARN is not\.$/],
  ])('%s', async (_, variables, says) => {
    const files = { '.aws/config': '', empty: '', blank: ' \n', token: 'eyJ' }
    const around = environment({}, files)
    for (const [name, value] of Object.entries(variables)) around[name] = value.replace('HOME', around['HOME'] ?? '')
    const error = await asked()
    expect(error).toMatchObject({ code: 'AWS_NO_CREDENTIALS', message: expect.stringMatching(says) })
    expect(error.hint).toMatch(/AWS_WEB_IDENTITY_TOKEN_FILE|AWS_ROLE_ARN/)
  })

  test.each(['dev', 'default'])('that is broken, and not asked: profile %s is, whose login is over', async (name) => {
    const section = name === 'default' ? name : `profile ${name}`
    const sso = ['sso_start_url = https://a.example/start', 'sso_region = us-east-1', 'sso_account_id = 564131876131']
    const config = [`[${section}]`, ...sso, 'sso_role_name = dev', ''].join('\n')
    environment({ [web]: '/nowhere/token', AWS_ROLE_ARN: role }, { '.aws/config': config })
    expect(await asked(name === 'default' ? byDefault : profile(name))).toMatchObject({ code: 'AWS_SSO_EXPIRED' })
  })

  test('of a profile, with an empty file', async () => {
    const config = `[profile dev]\nrole_arn = ${role}\nweb_identity_token_file = HOME/empty\n`
    environment({}, { '.aws/config': config, empty: '' })
    expect(await asked(profile('dev'))).toMatchObject({
      message: expect.stringMatching(/empty is empty\.$/),
      hint: 'Check web_identity_token_file of AWS profile "dev".',
    })
  })
})
