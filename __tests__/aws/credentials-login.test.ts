import { afterEach, expect, test } from '@jest/globals'
import { aws, domain, emulator, environment, keys, profile, role, serve, ssoCache, temporary, tidy } from './lab.ts'

afterEach(tidy)

const ends = new Date(Math.ceil(Date.now() / 1000) * 1000 + 3_600_000).toISOString()
const sso = 'sso_account_id = 564131876131\nsso_role_name = dev\nregion = us-east-1\n'
const legacy = (name: string) => `[${name}]\nsso_start_url = https://corp.example\nsso_region = us-east-1\n${sso}`
const modern = `[sso-session corp]\nsso_region = us-east-1\nsso_start_url = https://x.example\n[profile dev]\nsso_session = corp\n${sso}`
const onTop = `[profile dev]\nrole_arn = ${role}\nsource_profile = base\nregion = us-east-1\n${legacy('profile base')}`
const static_ = `[profile dev]\naws_access_key_id = ${keys.id}\naws_secret_access_key = ${keys.secret}\n`

/** The cached login of a session. */
const cache = (session: string, more: object) => ({
  [ssoCache(session)]: JSON.stringify({ accessToken: 'a', expiresAt: ends, region: 'us-east-1', ...more }),
})
const renewable = { refreshToken: 'r', clientId: 'c', clientSecret: 's' }

test.each<[string, string, Record<string, string>, string | undefined]>([
  ['SSO of the old kind', legacy('profile dev'), cache('https://corp.example', {}), ends],
  ['SSO of a session', modern, cache('corp', {}), ends],
  ['a session that the SDK renews', modern, cache('corp', renewable), undefined],
  ['SSO under a role', onTop, cache('https://corp.example', {}), ends],
  ['keys', static_, {}, undefined],
])('the end of a login: %s', async (_, config, files, expected) => {
  const portal = await serve((_request, response) => {
    const roleCredentials = {
      accessKeyId: temporary.id,
      secretAccessKey: temporary.secret,
      sessionToken: temporary.session,
      expiration: Date.now() + 3_600_000,
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ roleCredentials }))
  })
  const { env } = await emulator()
  const { AWS_ACCESS_KEY_ID: _id, AWS_SECRET_ACCESS_KEY: _secret, ...rest } = env
  environment({ ...rest, AWS_ENDPOINT_URL_SSO: portal.url }, { '.aws/config': config, ...files })
  expect((await aws().token(domain, profile('dev'), undefined)).loginEndsAt).toBe(expected)
})
