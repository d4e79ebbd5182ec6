import { chainOf, checkFiles, checkProfile, holderOf, profileOf } from '../../src/aws/profiles.ts'

const profiles = {
  keys: { aws_access_key_id: 'a', source_profile: 'gone' },
  sso: { sso_session: 'corp' },
  reader: { role_arn: 'r', source_profile: 'sso' },
  deep: { role_arn: 'r', source_profile: 'reader' },
  itself: { role_arn: 'r', source_profile: 'itself', aws_access_key_id: 'a' },
  round: { role_arn: 'r', source_profile: 'about' },
  about: { role_arn: 'r', source_profile: 'round' },
  over: { role_arn: 'r', source_profile: 'both' },
  both: { role_arn: 'r', source_profile: 'gone', mfa_serial: 'm', aws_access_key_id: 'a' },
}

test.each<[string, string[]]>([
  ['keys', ['keys']],
  ['deep', ['deep', 'reader', 'sso']],
  ['itself', ['itself']],
  ['round', ['round', 'about']],
  ['over', ['over', 'both']],
  ['gone', []],
])('%s builds on %j, and is usable as far as that goes', (name, chain) => {
  expect(chainOf(name, profiles)).toEqual(chain)
  const check = () => checkProfile(name, profiles, {})
  if (chain.length > 0) expect(check).not.toThrow()
  else expect(check).toThrow(expect.objectContaining({ code: 'AWS_PROFILE_UNKNOWN' }))
})

test('which profile of a chain signs in', () => {
  expect(holderOf('deep', profiles, 'sso_session', 'sso_start_url')).toBe('sso')
  expect(holderOf('keys', profiles, 'sso_session', 'sso_start_url')).toBeUndefined()
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
  ['linux', { AWS_SHARED_CREDENTIALS_FILE: '~/credentials' }, 'AWS_SHARED_CREDENTIALS_FILE'],
  ['linux', { AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: './t' }, 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'],
  ['win32', { AWS_CONFIG_FILE: 'C:\\c' }, undefined],
  ['win32', { AWS_CONFIG_FILE: '\\c' }, 'AWS_CONFIG_FILE'],
  ['win32', { aws_ca_bundle: 'C:ca.pem' }, 'aws_ca_bundle'],
] as const)('on %s, the files of %j are refused: %s', (platform, env, refused) => {
  const check = () => checkFiles({ ...env }, platform)
  if (refused === undefined) expect(check).not.toThrow()
  else expect(check).toThrow(expect.objectContaining({ message: expect.stringContaining(refused) }))
})
