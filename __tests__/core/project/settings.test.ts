import { describe, expect, test } from '@jest/globals'
import {
  chooseIdentity,
  chooseRefreshBefore,
  configured,
  environmentBase,
  parseRoleArn,
  readUserConfig,
} from '../../../src/core/project/settings.ts'
import type { Identity } from '../../../src/core/repository/identity.ts'

const role = 'arn:aws:iam::564131876131:role/reader'
const other = 'arn:aws:iam::564131876131:role/path/other'
const profile = (name: string): Identity['base'] => ({ kind: 'profile', profile: name })
const fallback: Identity['base'] = { kind: 'default' }
const keys: Identity['base'] = { kind: 'environment' }

test.each([
  [{}, undefined],
  [{ AWS_PROFILE: 'a' }, profile('a')],
  [{ AWS_PROFILE: '' }, undefined],
  [{ AWS_ACCESS_KEY_ID: 'k', AWS_SECRET_ACCESS_KEY: 's' }, keys],
  [{ AWS_ACCESS_KEY_ID: 'k' }, undefined],
  [{ AWS_ACCESS_KEY_ID: 'k', AWS_SECRET_ACCESS_KEY: '' }, undefined],
  [{ AWS_PROFILE: 'a', AWS_ACCESS_KEY_ID: 'k', AWS_SECRET_ACCESS_KEY: 's' }, keys],
  [{ AWS_DEFAULT_PROFILE: 'b', AWS_ACCESS_KEY_ID: 'k', AWS_SECRET_ACCESS_KEY: 's' }, keys],
  [{ AWS_DEFAULT_PROFILE: 'b', AWS_PROFILE: 'a' }, profile('b')],
  [{ AWS_DEFAULT_PROFILE: '', AWS_PROFILE: 'a' }, profile('a')],
])('the environment %j means %j', (env, base) => {
  expect(environmentBase(env)).toEqual(base)
})

describe('identity', () => {
  const recorded = { base: profile('last'), roleArn: role }
  test.each([
    ['nothing', {}, { flags: {} }, { base: fallback }],
    ['the last one, whole', {}, { flags: {}, recorded }, recorded],
    ['the config', { profile: 'c' }, { flags: {}, recorded }, { base: profile('c') }],
    [
      'a role of the config, on the last base',
      { roleArn: other },
      { flags: {}, recorded },
      { base: profile('last'), roleArn: other },
    ],
    ['the environment', { profile: 'c' }, { flags: {}, environment: keys, recorded }, { base: keys }],
    [
      'the environment, with the role of the config',
      { profile: 'c', roleArn: role },
      { flags: {}, environment: keys },
      { base: keys, roleArn: role },
    ],
    [
      'the environment, the same as last time: with its role',
      {},
      { flags: {}, environment: profile('last'), recorded },
      recorded,
    ],
    ['a flag, the same as last time: without', {}, { flags: { profile: 'last' }, recorded }, { base: profile('last') }],
    ['a flag', { profile: 'c' }, { flags: { profile: 'f' }, environment: keys, recorded }, { base: profile('f') }],
    ['a role by flag', { roleArn: role }, { flags: { roleArn: other } }, { base: fallback, roleArn: other }],
    [
      'a role by flag, on the last base',
      {},
      { flags: { roleArn: other }, recorded },
      { base: profile('last'), roleArn: other },
    ],
    [
      'both flags',
      { roleArn: role },
      { flags: { profile: 'f', roleArn: other }, environment: keys },
      { base: profile('f'), roleArn: other },
    ],
  ])('%s', (_, config, choices, identity) => {
    expect(chooseIdentity(config, choices)).toEqual(identity)
  })
})

test.each([
  role,
  other,
  'arn:aws-cn:iam::564131876131:role/r',
  'arn:aws-us-gov:iam::564131876131:role/a+b=c,d.e@f-g_h',
])('%s is a role', (arn) => {
  expect(parseRoleArn(arn, '--role-arn')).toBe(arn)
})

test.each([
  '',
  'reader',
  'arn:aws:iam::1:role/r',
  'arn:aws:iam::564131876131:user/u',
  `${role} `,
  `${role}\n`,
  'arn:aws:sts::564131876131:assumed-role/r/s',
])('%j is no role', (arn) => {
  expect(() => parseRoleArn(arn, '--role-arn')).toThrow(expect.objectContaining({ code: 'USAGE' }))
})

describe('the user config', () => {
  const config = readUserConfig(
    {
      profile: 'general',
      duration: 3600,
      'refresh-before': '25%',
      domains: { 'my-domain/564131876131': { 'role-arn': role, duration: '2h' } },
      sources: { dev: { profile: 'publisher' } },
    },
    'config.toml',
  )

  test.each([
    ['general', { name: 'x', domain: 'other', owner: '564131876131' }, { profile: 'general', durationSeconds: 3600 }],
    [
      'a domain',
      { name: 'x', domain: 'my-domain', owner: '564131876131' },
      { profile: 'general', roleArn: role, durationSeconds: 7200 },
    ],
    [
      'another owner',
      { name: 'x', domain: 'my-domain', owner: '210987654321' },
      { profile: 'general', durationSeconds: 3600 },
    ],
    [
      'no owner: the only domain of that name',
      { name: 'x', domain: 'my-domain' },
      { profile: 'general', roleArn: role, durationSeconds: 7200 },
    ],
    ['a source', { name: 'dev', domain: 'other' }, { profile: 'publisher', durationSeconds: 3600 }],
    [
      'both',
      { name: 'dev', domain: 'my-domain', owner: '564131876131' },
      { profile: 'publisher', roleArn: role, durationSeconds: 7200 },
    ],
    ['a name of Object', { name: 'constructor', domain: 'toString' }, { profile: 'general', durationSeconds: 3600 }],
  ])('%s', (_, source, settings) => {
    expect(configured(config, source)).toEqual({ refreshBefore: { percent: 25 }, ...settings })
  })

  test('no owner, and several domains of that name', () => {
    const two = readUserConfig({ domains: { 'd/564131876131': {}, 'd/210987654321': {} } }, 'config.toml')
    expect(() => configured(two, { name: 'x', domain: 'd' })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    )
  })

  test.each([
    [{ nope: 1 }, '"nope"'],
    [{ toString: 'x' }, '"toString"'],
    [{ profile: [] }, 'profile'],
    [{ duration: 1.5 }, 'duration'],
    [{ duration: new Date() }, 'duration'],
    [{ sources: { dev: { sources: {} } } }, 'sources.dev: "sources"'],
    [{ domains: { 'my-domain': {} } }, 'domains.my-domain'],
    [{ domains: { 'my-domain/1': {} } }, 'domains.my-domain/1'],
    [{ domains: [] }, 'domains'],
    [{ notify: 'true' }, 'notify'],
    [{ notify: 1 }, 'notify'],
    [{ sources: { dev: { notify: true } } }, 'sources.dev: "notify"'],
  ])('%j is refused', (document, key) => {
    expect(() => readUserConfig(document, 'config.toml')).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(`config.toml: ${key}`) }),
    )
  })
})

test.each([
  [{}, { percent: 50 }],
  [{ refreshBefore: { seconds: 60 } }, { seconds: 60 }],
])('refresh-before of %j', (settings, expected) => {
  expect(chooseRefreshBefore(settings)).toEqual(expected)
})

test.each([
  [{}, false],
  [{ notify: false }, false],
  [{ notify: true }, true],
])('notify of %j', (document, expected) => {
  const config = readUserConfig(document, 'config.toml')
  expect(config.notify).toBe(expected)
  expect(configured(config, { name: 'dev', domain: 'd' })).toEqual({})
})
