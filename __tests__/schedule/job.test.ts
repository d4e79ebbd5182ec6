import { describe, expect, test } from '@jest/globals'
import { nextRun, untilOwnSecond } from '../../src/core/ports/schedule.ts'
import { jobEnvironment, momentOf } from '../../src/schedule/job.ts'

const recorded = (env: Record<string, string>, home = '/home/kim') =>
  jobEnvironment({ env, platform: 'linux', home }, '/home/kim')

describe('the environment of a job', () => {
  test.each([
    [
      'no secret',
      { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 's', AWS_SESSION_TOKEN: 't', AWS_PROFILE: 'p' },
      {},
    ],
    ['nothing foreign', { HOME: '/home/kim', LANG: 'C', GITHUB_TOKEN: 't', XDG_SESSION_ID: '3', DISPLAY: ':0' }, {}],
    ['nothing empty', { PATH: '', AWS_CONFIG_FILE: '' }, {}],
    [
      'folders once, and no passing ones',
      {
        PATH: '/b:/a:/b:.:rel::/x/node_modules/.bin:/run/user/1/fnm_multishells/2/bin:/home/kim/.npm/_npx/4/node_modules/.bin',
      },
      { PATH: '/b:/a' },
    ],
    [
      'proxies of both spellings',
      { HTTPS_PROXY: 'http://p:1', no_proxy: 'a,b' },
      { HTTPS_PROXY: 'http://p:1', no_proxy: 'a,b' },
    ],
    [
      'certificates',
      { NODE_EXTRA_CA_CERTS: '/c', AWS_CA_BUNDLE: '/d' },
      { NODE_EXTRA_CA_CERTS: '/c', AWS_CA_BUNDLE: '/d' },
    ],
    [
      'our own',
      { CA_SYNC_STATE_DIR: '/s', CA_SYNC_POETRY: '/p', POETRY_CONFIG_DIR: '/c' },
      { CA_SYNC_STATE_DIR: '/s', CA_SYNC_POETRY: '/p', POETRY_CONFIG_DIR: '/c' },
    ],
    [
      'files of AWS by what botocore takes them for',
      { HOME: '/home/kim', AWS_CONFIG_FILE: '~/work/config', AWS_SHARED_CREDENTIALS_FILE: '$HOME/keys' },
      { AWS_CONFIG_FILE: '/home/kim/work/config', AWS_SHARED_CREDENTIALS_FILE: '/home/kim/keys' },
    ],
  ])('has %s', (_, env, expected) => {
    const { warnings, ...rest } = recorded(env)
    expect(warnings).toEqual([])
    expect(rest.env).toEqual(expected)
    expect(Object.keys(rest.env).sort()).toEqual(Object.keys(expected).sort())
  })

  test('has HOME where it is not the one of the list of users', () => {
    expect(recorded({}, '/srv/kim').env).toEqual({ HOME: '/srv/kim' })
  })

  test.each([
    ['a password', { HTTPS_PROXY: 'http://kim:s3cret@proxy:1' }],
    ['a name that may be a token', { all_proxy: 's3cret@proxy:1' }],
    ['a path that is not full', { AWS_CONFIG_FILE: 'aws/config' }],
    ['a path from a home that no shell filled in', { POETRY_CONFIG_DIR: '~/poetry' }],
    ['a line end', { SSL_CERT_FILE: '/a\n/s3cret' }],
  ])('goes without a variable that has %s, and says so', (_, env) => {
    const { env: kept, warnings } = recorded(env)
    expect(kept).toEqual({})
    expect(warnings).toEqual([expect.stringContaining(Object.keys(env)[0] ?? '-')])
    expect(warnings[0]).not.toContain('s3cret')
  })
})

test('the minute is 0 to 29, the second 0 to 59, the same for the same user, and spread', () => {
  const moments = Array.from({ length: 500 }, (_, index) => momentOf(`1000 /home/u${index}`))
  const [minutes, seconds] = [moments.map(({ minute }) => minute), moments.map(({ second }) => second)]
  expect([...new Set(minutes)].sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, index) => index))
  expect([...new Set(seconds)].sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, index) => index))
  expect(momentOf('1000 /home/kim 7')).toEqual(momentOf('1000 /home/kim 7'))
})

test.each([
  ['10:06:30', '10:07:00'],
  ['10:07:00', '10:37:00'],
  ['10:07:59', '10:37:00'],
  ['10:36:59', '10:37:00'],
  ['10:37:00', '11:07:00'],
  ['23:59:59', '00:07:00'],
])('at %s the next run of minute 7 is at %s', (now, expected) => {
  const next = new Date(nextRun(7, new Date(`2026-11-23T${now}`).getTime()))
  expect(next.toTimeString().slice(0, 8)).toBe(expected)
})

test.each([
  ['10:06:59', '10:07:23'],
  ['10:07:22', '10:07:23'],
  ['10:07:23', '10:37:23'],
  ['23:59:59', '00:07:23'],
])('at %s the next run of minute 7, second 23 is at %s', (now, expected) => {
  const next = new Date(nextRun(7, new Date(`2026-11-23T${now}`).getTime(), 23))
  expect(next.toTimeString().slice(0, 8)).toBe(expected)
})

test.each([
  ['at its minute', '7:23', '10:07:00', 23],
  ['a little later, as cron is', '7:23', '10:37:01', 22],
  ['after a login', '7:23', '10:07:06', 0],
  ['just before', '7:23', '10:06:59', 0],
  ['at another minute', '7:23', '10:08:00', 0],
  ['at a second that is past', '7:2', '10:07:04', 0],
  ['and was told none', '', '10:07:00', 0],
  ['and was told nonsense', 'soon', '10:07:00', 0],
  ['and was told more than a minute', '7:999999', '10:07:00', 59],
])('a job that is started %s (%s, at %s) waits for %d s', (_, at, now, seconds) => {
  expect(untilOwnSecond(at, new Date(`2026-11-23T${now}`).getTime())).toBe(seconds * 1000)
})
