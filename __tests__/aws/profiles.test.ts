import { checkFiles, checkProfile, profileHolder, profileOf } from '../../src/aws/profiles.ts'
import { chainOf, profilesOf } from '../../src/core/profiles/profiles.ts'

const settings = {
  keys: { aws_access_key_id: 'a', aws_secret_access_key: 's', source_profile: 'gone' },
  sso: { sso_account_id: 'a', sso_role_name: 'r', sso_start_url: 'u', sso_region: 'e' },
  reader: { role_arn: 'r', source_profile: 'sso' },
  deep: { role_arn: 'r', source_profile: 'reader' },
  itself: { role_arn: 'r', source_profile: 'itself', aws_access_key_id: 'a', aws_secret_access_key: 's' },
  round: { role_arn: 'r', source_profile: 'about' },
  about: { role_arn: 'r', source_profile: 'round' },
  over: { role_arn: 'r', source_profile: 'both' },
  both: { role_arn: 'r', source_profile: 'gone', mfa_serial: 'm', aws_access_key_id: 'a', aws_secret_access_key: 's' },
}

const headed = Object.entries(settings).map(([name, all]) => [`profile ${name}`, all] as const)
const files = {
  ...profilesOf(new Map<string, Record<string, string>>(headed), new Map()),
  config: '',
  credentials: '',
  unreadable: [],
}
const { profiles } = files

test.each<[string, string[]]>([
  ['keys', ['keys']],
  ['deep', ['deep', 'reader', 'sso']],
  ['itself', ['itself']],
  ['round', ['round', 'about']],
  ['over', ['over', 'both']],
  ['gone', []],
])('%s builds on %j, and is usable as far as that goes', (name, chain) => {
  expect(chainOf(name, profiles)).toEqual(chain)
  const check = () => checkProfile(name, files)
  if (chain.length > 0 && name !== 'round') expect(check).not.toThrow()
  else
    expect(check).toThrow(
      expect.objectContaining({ code: name === 'gone' ? 'AWS_PROFILE_UNKNOWN' : 'AWS_NO_CREDENTIALS' }),
    )
})

test('which profile of a chain signs in', () => {
  expect(profileHolder('deep', profiles, 'sso_session', 'sso_start_url')).toBe('sso')
  expect(profileHolder('keys', profiles, 'sso_session', 'sso_start_url')).toBeUndefined()
})

test.each([
  [{ kind: 'profile', profile: 'p' }, 'p'],
  [{ kind: 'environment' }, undefined],
  [{ kind: 'default' }, 'default'],
] as const)('the profile of %j', (base, name) => {
  expect(profileOf(base)).toBe(name)
})

test.each([
  ['linux', { AWS_CONFIG_FILE: '/c', AWS_CA_BUNDLE: '' }, undefined],
  ['linux', { AWS_CONFIG_FILE: '.aws/config' }, 'AWS_CONFIG_FILE'],
  ['linux', { AWS_SHARED_CREDENTIALS_FILE: '~/credentials' }, undefined],
  ['linux', { AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: './t' }, 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'],
  ['win32', { AWS_CONFIG_FILE: 'C:\\c' }, undefined],
  ['win32', { AWS_CONFIG_FILE: '\\c' }, 'AWS_CONFIG_FILE'],
  ['win32', { aws_ca_bundle: 'C:ca.pem' }, 'aws_ca_bundle'],
] as const)('on %s, the files of %j are refused: %s', (platform, env, refused) => {
  const check = () => checkFiles({ ...env }, platform)
  if (refused === undefined) expect(check).not.toThrow()
  else expect(check).toThrow(expect.objectContaining({ message: expect.stringContaining(refused) }))
})
