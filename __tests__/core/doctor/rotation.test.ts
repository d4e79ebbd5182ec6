import { expect, test } from '@jest/globals'
import { lastRunChecks, type Renewal, scheduleCheck } from '../../../src/core/doctor/rotation.ts'

const installed = { state: 'installed', active: true, notes: [], runs: undefined } as const
const renewal: Renewal = { title: 'systemd user timer', installed, gone: [], hooks: [] }

test.each<[string, Partial<Renewal>, string, RegExp]>([
  ['a job', {}, 'ok', /^systemd user timer, every 30 minutes$/],
  ['no job', { installed: { ...installed, state: 'missing' } }, 'warning', /no job, and no login hook/],
  ['a hook', { installed: { ...installed, state: 'missing' }, hooks: ['zsh'] }, 'ok', /the login hook of zsh/],
  ['an old job', { installed: { ...installed, state: 'differs' } }, 'fault', /is not as it should be/],
  ['a Node that moved', { gone: ['/opt/node'] }, 'fault', /would not find \/opt\/node\./],
  [
    'a timer that was stopped',
    { installed: { ...installed, active: false, notes: ['ca-sync.timer is inactive, disabled.'] } },
    'fault',
    /will not run\. ca-sync\.timer is inactive, disabled\./,
  ],
])('%s', (_, change, status, message) => {
  const check = scheduleCheck({ ...renewal, ...change })
  expect(check).toMatchObject({ status, message: expect.stringMatching(message) })
  expect(check.fix).toBe(status === 'ok' ? null : 'ca-sync schedule install')
})

const now = Date.parse('2026-11-23T12:00:00Z')
const ranAt = '2026-11-23T11:00:00Z'
const failure = {
  code: 'AWS_SSO_EXPIRED',
  message: 'The AWS login has expired.',
  hint: 'Run: aws sso login',
  since: ranAt,
  count: 1,
  retryAt: 0,
} as const

test('the last run', () => {
  expect(lastRunChecks({}, now)).toEqual([])
  expect(lastRunChecks({ ranAt }, now)).toMatchObject([{ status: 'ok', message: 'went well, 1 h ago' }])
  expect(lastRunChecks({ ranAt, failure }, now)).toMatchObject([
    { status: 'fault', message: 'The last run failed 1 h ago: The AWS login has expired.', fix: 'aws sso login' },
  ])
})
