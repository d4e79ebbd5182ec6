import { describe, expect, test } from '@jest/globals'
import type { Logins } from '../../src/core/login.ts'
import { keyringVariables, outside } from '../../src/core/poetry-keyring.ts'

const login = (name: string, token: string, host = 'a.example') => ({
  name,
  url: `https://${host}/pypi/${name}/`,
  token,
})
const dev = login('dev', 'T1')
const backend = { folder: '/opt/ca-sync/python', delimiter: ':', random: 0.5, asksOwn: true }
const variables = (logins: Logins, env = {}, more = {}) => keyringVariables(logins, env, { ...backend, ...more })

/** What opens which URLs. */
const tokens = (logins: Logins) =>
  Object.entries(variables(logins))
    .filter(([name]) => name.startsWith('CA_SYNC_TOKEN_'))
    .map(([, value]) => JSON.parse(value))

test.each<[string, Logins, object[]]>([
  ['a token opens its host', [dev, login('qa', 'T1')], [{ token: 'T1', urls: ['https://a.example/'] }]],
  [
    'two hosts have two',
    [dev, login('qa', 'T2', 'b.example:444')],
    [
      { token: 'T1', urls: ['https://a.example/'] },
      { token: 'T2', urls: ['https://b.example:444/'] },
    ],
  ],
  [
    'where two meet on one host, each opens its repositories',
    [dev, login('qa', 'T2'), login('prod', 'T2')],
    [
      { token: 'T1', urls: [dev.url] },
      { token: 'T2', urls: ['https://a.example/pypi/qa/', 'https://a.example/pypi/prod/'] },
    ],
  ],
])('%s', (_, logins, expected) => {
  expect(tokens(logins)).toEqual(expected)
})

test('no variable that a file could name holds a token', () => {
  const named = (random: number) =>
    Object.entries(variables([dev], {}, { random })).filter(([, value]) => /T1/.test(value))
  expect(named(0.123456789).map(([name]) => name)).toEqual([expect.stringMatching(/^CA_SYNC_TOKEN_[A-Z0-9]{8,}_0$/)])
  expect(named(0.1)).not.toEqual(named(0.2))
})

test.each([
  [undefined, '/opt/ca-sync/python'],
  ['', '/opt/ca-sync/python'],
  ['/mine:/other', '/opt/ca-sync/python:/mine:/other'],
  ['/mine:/opt/ca-sync/python', '/opt/ca-sync/python:/mine'],
])('PYTHONPATH=%s', (PYTHONPATH, expected) => {
  expect(variables([dev], { PYTHONPATH })).toMatchObject({ PYTHONPATH: expected })
})

describe('the environment outside', () => {
  const changed = (env: Record<string, string>) => {
    const changes = Object.fromEntries(outside(env))
    return Object.fromEntries(Object.entries({ ...env, ...changes }).filter(([, value]) => value !== undefined))
  }

  test.each([[{}], [{ PYTHON_KEYRING_BACKEND: 'mine.Keyring' }]])('%j comes back', (own) => {
    const before = { PATH: '/bin', PYTHONPATH: '/opt/ca-sync/python', ...own }
    expect(changed({ ...before, ...variables([dev], before) })).toEqual({
      ...before,
      POETRY_HTTP_BASIC_DEV_USERNAME: 'aws',
      POETRY_HTTP_BASIC_DEV_PASSWORD: '',
      POETRY_KEYRING_ENABLED: 'true',
    })
  })

  test.each([[{ PYTHON_KEYRING_BACKEND: 'mine.Keyring' }], [{ CA_SYNC_TOKEN_X: 'x' }]])('%j is outside', (env) => {
    expect(outside(env)).toEqual([])
  })

  test.each(['{', 'null', '', '{"backend":"\\"}'])('what is none of ours does no harm: %s', (CA_SYNC_KEYRING) => {
    expect(changed({ CA_SYNC_KEYRING, PYTHON_KEYRING_BACKEND: 'ca_sync_keyring.Keyring' })).toEqual({})
    expect(changed({ CA_SYNC_KEYRING, PYTHON_KEYRING_BACKEND: 'x' })).toEqual({ PYTHON_KEYRING_BACKEND: 'x' })
  })
})
