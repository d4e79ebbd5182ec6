import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loginEnd } from '../../src/aws/credentials.ts'
import { openSession } from '../../src/aws/session.ts'
import type { Identity } from '../../src/core/repository/identity.ts'
import { CaSyncError } from '../../src/core/words/errors.ts'
import { anyText, fc } from '../helpers/property.ts'

const home = mkdtempSync(join(tmpdir(), 'ca-sync-aws-'))
const cache = join(home, '.aws/sso/cache')
mkdirSync(cache, { recursive: true })
// The SDK finds the cache of logins below the home that it sees itself.
const { HOME } = process.env
beforeAll(() => {
  process.env['HOME'] = home
})
afterAll(() => {
  process.env['HOME'] = HOME
  rmSync(home, { recursive: true, force: true })
})

const one = fc.constantFrom
const names = one('dev', 'default', 'base', '__proto__', 'constructor', 'a b', 'é', '')
const settings = one(
  ...[
    'role_arn',
    'source_profile',
    'mfa_serial',
    'sso_session',
    'sso_start_url',
    'aws_access_key_id',
    'region',
    'ca_bundle',
  ],
  ...['services', 's3', 'credential_process', '__proto__', ''],
)
const values = one(
  'dev',
  'base',
  'default',
  'corp',
  'arn:aws:iam::564131876131:role/x',
  '/nowhere',
  'é\u001b',
  '',
  '[x]',
  '= =',
)
const lines = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(one('', '', 'profile ', 'sso-session ', 'services '), names)
      .map(([kind, name]) => `[${kind}${name}]`),
  },
  {
    weight: 6,
    arbitrary: fc.tuple(one('', '', '  '), settings, one('=', ' = '), values).map((parts) => parts.join('')),
  },
  { weight: 1, arbitrary: anyText() },
)
const files = fc.oneof(
  { weight: 5, arbitrary: fc.array(lines, { maxLength: 12 }).map((all) => Buffer.from(all.join('\n'))) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)) },
)
const bases: fc.Arbitrary<Identity['base']> = fc.oneof(
  fc.constant({ kind: 'default' as const }),
  names.map((profile) => ({ kind: 'profile' as const, profile })),
)
const logins = fc.oneof(
  fc
    .record(
      {
        accessToken: fc.constant('a'),
        expiresAt: one('2030-01-01T00:00:00Z', 'soon', 5, null, {}),
        refreshToken: one('r', null),
      },
      { requiredKeys: [] },
    )
    .map((login) => JSON.stringify(login)),
  fc.json(),
  anyText(),
)

test('whatever the bytes of AWS files are, they are settings or one error that says what to do', () =>
  fc.assert(
    fc.asyncProperty(files, files, bases, async (config, credentials, base) => {
      const env = {
        HOME: home,
        AWS_CONFIG_FILE: join(home, 'config'),
        AWS_SHARED_CREDENTIALS_FILE: join(home, 'credentials'),
      }
      writeFileSync(env.AWS_CONFIG_FILE, config)
      writeFileSync(env.AWS_SHARED_CREDENTIALS_FILE, credentials)
      try {
        const ended = new AbortController().signal
        const { profile, files: found } = await openSession(base, { env, platform: 'linux', limitMs: 1_000, ended })
        expect(await loginEnd(profile, found.profiles)).toBeUndefined()
      } catch (error) {
        expect(error).toBeInstanceOf(CaSyncError)
        expect(error).toMatchObject({ exitCode: 4, hint: expect.stringMatching(/./) })
      }
    }),
  ))

test('whatever a cached login is, it ends at some time or at none that is known', () =>
  fc.assert(
    fc.asyncProperty(logins, async (login) => {
      writeFileSync(join(cache, `${createHash('sha1').update('corp').digest('hex')}.json`), login)
      const ends = await loginEnd('dev', new Map([['dev', { sso_session: 'corp' }]]))
      if (ends !== undefined) expect(new Date(ends).toISOString()).toBe(ends)
    }),
  ))
