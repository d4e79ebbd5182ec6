// Needs botocore.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { chooseIdentity, environmentBase } from '../../src/core/project/settings.ts'
import { CaSyncError } from '../../src/core/words/errors.ts'
import { type Case, cases } from './files-of-people.ts'
import { aws, environment, loginCache, serve, ssoCache, tidy } from './lab.ts'

/** What the SDK asked first, in the words of ask_botocore.py. */
function described({ line, body, headers }: { line: string; body: string; headers: Record<string, unknown> }): string {
  const signer = `keys ${/Credential=([^/]+)/.exec(String(headers['authorization']))?.[1]}`
  const form = new URLSearchParams(body)
  const portalRole = /account_id=(\d+)&role_name=(\w+)/.exec(line)
  if (portalRole) return `sso ${portalRole[1]} ${portalRole[2]}`
  if (form.get('Action') === 'AssumeRole') return `role ${form.get('RoleArn')} of ${signer}`
  return form.get('Action') === 'AssumeRoleWithWebIdentity' ? `web ${form.get('RoleArn')}` : signer
}

const soon = new Date(Date.now() + 3_600_000).toISOString()
const loggedIn = JSON.stringify({
  accessToken: 'a',
  expiresAt: soon,
  startUrl: 'https://corp.example/start',
  region: 'us-east-1',
})
const loginToken = {
  accessToken: {
    accessKeyId: 'L',
    secretAccessKey: 's',
    sessionToken: 't',
    accountId: '123456789012',
    expiresAt: soon,
  },
  ...{ clientId: 'c', refreshToken: 'r', dpopKey: 'k', tokenType: 'x', identityToken: 'i' },
}
const sessions = ['corp', 'My Company', 'société', 'https://corp.example/start']

const place = ({ config, credentials, env = {} }: Case, url: string) =>
  environment(
    { AWS_ENDPOINT_URL: url, ...env },
    {
      ...(config !== undefined && { '.aws/config': config }),
      ...(credentials !== undefined && { '.aws/credentials': credentials }),
      ...Object.fromEntries(sessions.map((name) => [ssoCache(name), loggedIn])),
      [loginCache('arn:aws:iam::123456789012:user/me')]: JSON.stringify(loginToken),
      token: 'web-token',
    },
  )

async function found(one: Case, url: string, seen: Parameters<typeof described>[0][]): Promise<string> {
  const env = place(one, url)
  const environment = environmentBase(env)
  const identity = chooseIdentity(
    {},
    { flags: one.profile === undefined ? {} : { profile: one.profile }, ...(environment && { environment }) },
  )
  seen.length = 0
  const error = await aws()
    .caller(identity, 'us-east-1')
    .catch((reason: unknown) => reason)
  if (seen[0] !== undefined) return described(seen[0])
  return error instanceof CaSyncError ? `${error.message} ${error.hint}` : String(error)
}

afterAll(tidy)

test(`${Object.keys(cases).length} ways to write AWS's files: botocore's credentials, or why not`, async () => {
  const { url, seen } = await serve((_, response) => response.writeHead(403).end())
  const all = Object.entries(cases)
  const asked = all.map(([, one]) => ({ env: { ...place(one, url) }, profile: one.profile }))
  const python = join(import.meta.dirname, '../../.cache/botocore/bin/python')
  const { stdout, stderr } = spawnSync(python, [join(import.meta.dirname, 'ask_botocore.py')], {
    input: JSON.stringify(asked),
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  const expected: string[] = JSON.parse(stdout)
  const wrong: string[] = []
  for (const [index, [title, one]] of all.entries()) {
    const ours = await found(one, url, seen)
    const theirs = expected[index] ?? ''
    const isFine =
      one.says === undefined
        ? theirs === ours || theirs.endsWith(` of ${ours}`)
        : one.says.test(ours) && (/^none$|^\w+: /.test(theirs) || one.onlyBotocore)
    if (!isFine) wrong.push(`${title}: ${ours} — botocore: ${theirs}`)
  }
  expect(wrong).toEqual([])
})
