import { expect, test } from '@jest/globals'
import { lastRunChecks, type Renewal, scheduleCheck } from '../../../src/core/doctor/rotation.ts'

const installed = { state: 'installed', active: true, notes: [], runs: undefined } as const
const stopped = { message: 'No cron daemon is running.', hint: 'Type: sudo service cron start' }
const renewal: Renewal = { title: 'systemd user timer', installed, gone: [], hooks: [], silent: [] }

test.each<[string, Partial<Renewal>, string, RegExp, string?]>([
  ['a job', {}, 'ok', /^systemd user timer, every 30 minutes$/],
  ['no job', { installed: { ...installed, state: 'missing' } }, 'warning', /no job, and no login hook/],
  [
    'a hook that never ran',
    { installed: { ...installed, state: 'missing' }, silent: ['zsh'] },
    'warning',
    /no job, and the login hook of zsh has not run\. Open a new zsh .*ca-sync hook install zsh says why\.$/,
  ],
  [
    'one of PowerShell, which cannot be asked why',
    { installed: { ...installed, state: 'missing' }, silent: ['powershell'] },
    'warning',
    /hook of powershell has not run\. Open a new powershell and look again; if it stays so, either Get-ExecutionPolicy says Restricted/,
  ],
  ['a hook', { installed: { ...installed, state: 'missing' }, hooks: ['zsh'] }, 'ok', /the login hook of zsh/],
  ['an old job', { installed: { ...installed, state: 'differs' } }, 'fault', /is not as it should be/],
  ['a Node that moved', { gone: ['/opt/node'] }, 'fault', /would not find \/opt\/node\./],
  [
    'a job whose last run failed',
    { installed: { ...installed, notes: ['The last run of the service failed: timeout, exit status 15.'] } },
    'warning',
    /runs\. The last run of the service failed: timeout/,
    'ca-sync schedule status',
  ],
  [
    'a timer that was stopped',
    { installed: { ...installed, active: false, notes: ['ca-sync.timer is inactive, disabled.'] } },
    'fault',
    /will not run\. ca-sync\.timer is inactive, disabled\./,
  ],
  [
    'words of a note that read like a command',
    { installed: { ...installed, active: false, notes: ['ca-sync.timer says: Type: simple.'] } },
    'fault',
    /will not run\. ca-sync\.timer says: Type: simple\.$/,
  ],
  [
    'a cron that is stopped',
    { installed: { ...installed, active: false, stopped } },
    'fault',
    /will not run\. No cron daemon is running\.$/,
    'sudo service cron start',
  ],
])('%s', (...[, change, status, message, fix]) => {
  const check = scheduleCheck({ ...renewal, ...change })
  expect(check).toMatchObject({ status, message: expect.stringMatching(message) })
  expect(check.fix).toBe(fix ?? (status === 'ok' ? null : 'ca-sync schedule install'))
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
  const at = { self: 'ca-sync' }
  expect(lastRunChecks({}, now, at)).toEqual([])
  expect(lastRunChecks({ ranAt }, now, at)).toMatchObject([{ status: 'ok', message: 'went well, 1 h ago' }])
  expect(lastRunChecks({ ranAt, failure }, now, at)).toMatchObject([
    { status: 'warning', message: 'The last run failed 1 h ago: The AWS login has expired.', fix: 'ca-sync' },
  ])
})
