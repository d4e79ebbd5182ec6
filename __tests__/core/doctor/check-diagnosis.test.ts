import { describe, expect, test } from '@jest/globals'
import { type Check, diagnose, fault, ok, warning } from '../../../src/core/doctor/check.ts'

const names = ['dev', 'qa']
const tokens = names.map((name) => ok('token', 'valid for 12 h', name))
const shared = [
  ok('poetry', 'Poetry 2.5.1 (/usr/bin/poetry), on /usr/bin/python3'),
  ok('keyring', 'keyring.backends.SecretService.Keyring'),
  ok('aws', 'arn:aws:iam::564131876131:user/jane (profile dev-sso)'),
  ok('schedule', 'systemd user timer, every 30 minutes'),
]
const summed =
  'Poetry 2.5.1, keyring SecretService, AWS jane@564131876131 (profile dev-sso), renewed by: systemd user timer, every 30 minutes'

const told = (checks: readonly Check[]) => {
  const { verdict, causes } = diagnose(checks)
  return [verdict, ...causes.map(({ status, message, fix }) => `${status}: ${message} > ${fix}`)]
}

test('all is well, in three lines', () => {
  expect(diagnose([...shared, ...tokens])).toEqual({
    verdict: 'All is well: Poetry can use dev and qa.',
    status: 'ok',
    causes: [],
    well: [
      { names, says: 'install and publish work; token valid for 12 h' },
      { names: [], says: summed },
    ],
  })
})

// What was found; the verdict, and what causes it, faults first.
const none = 'keyring.backends.null.Keyring'
const off = fault('keyring', `Python's keyring is switched off: its backend is ${none}.`, 'unset X')

test.each([
  [
    'a backend that keeps nothing, and the variable that chose it',
    [off, fault('keyring-disabled', `The variable X is set: it is switched off by it (${none}).`, 'unset X')],
    ['Something is wrong: 1 fault.', `fault: The variable X is set: it is switched off by it (${none}). > unset X`],
  ],
  [
    'a backend that keeps nothing, and the file that chose it',
    [off, fault('keyring-backend', `It is switched off by /rc (${none}).`, 'Delete it from /rc.')],
    ['Something is wrong: 1 fault.', `fault: It is switched off by /rc (${none}). > Delete it from /rc.`],
  ],
  [
    'a keyring that is locked, and that Poetry may not ask',
    [fault('keyring', 'It is locked.', 'Unlock it.'), fault('keyring-disabled', 'POETRY_… is set.', 'unset POETRY_…')],
    ['Something is wrong: 2 faults.', 'fault: It is locked. > Unlock it.', 'fault: POETRY_… is set. > unset POETRY_…'],
  ],
  [
    'how the last run failed, beside what still fails',
    [
      fault('keyring', 'Your keyring is locked.', 'Unlock it.'),
      warning('last-run', 'The last run failed 1 s ago: Your keyring is locked.', 'ca-sync -C /p'),
    ],
    ['Something is wrong: 1 fault.', 'fault: Your keyring is locked. > Unlock it.'],
  ],
  [
    'how the last run failed, and it is well by now',
    [warning('last-run', 'The last run failed 1 h ago: Your keyring is locked.', 'ca-sync'), ...tokens],
    [
      'Poetry can use dev and qa: 1 warning.',
      'warning: The last run failed 1 h ago: Your keyring is locked. > ca-sync',
    ],
  ],
  [
    'one source',
    [
      warning('schedule', 'Nothing renews.', 'ca-sync hook install'),
      fault('password', 'A variable is set.', 'unset X', 'dev'),
      ...tokens,
    ],
    [
      'Poetry cannot use dev: 1 fault, 1 warning.',
      'fault: A variable is set. > unset X',
      'warning: Nothing renews. > ca-sync hook install',
    ],
  ],
  [
    'the same of all, once',
    names.map((name) =>
      warning('priority', `With supplemental, ${name} asks PyPI first.`, `Write explicit, for ${name}.`, name),
    ),
    [
      'Poetry can use dev and qa: 1 warning.',
      'warning: With supplemental, dev, qa asks PyPI first. > Write explicit, for dev, qa.',
    ],
  ],
  [
    'no keyring: that each source is not synced comes of it',
    [
      fault('keyring', 'There is no keyring.', 'Use exec.'),
      ...names.map((name) => fault('token', `${name} is not synced yet.`, 'ca-sync', name)),
    ],
    ['Poetry cannot use dev and qa: 1 fault.', 'fault: There is no keyring. > Use exec.'],
  ],
  [
    'an expired login: each source has the same fix',
    [
      fault('aws', 'The SSO session has expired.', 'aws sso login'),
      ...names.map((name) => fault('endpoint', 'Expired.', 'aws sso login', name)),
    ],
    ['Poetry cannot use dev and qa: 1 fault.', 'fault: The SSO session has expired. > aws sso login'],
  ],
  [
    'not synced, and nothing else',
    names.map((name) => fault('token', `${name} is not synced yet.`, 'ca-sync', name)),
    ['Poetry cannot use dev and qa: 1 fault.', 'fault: dev, qa is not synced yet. > ca-sync'],
  ],
  [
    'a broken pyproject.toml',
    [fault('pyproject', 'It is no TOML.', 'Mend it.')],
    ['Something is wrong: 1 fault.', 'fault: It is no TOML. > Mend it.'],
  ],
])('%s', (_, checks, expected) => expect(told(checks)).toEqual(expected))

describe('of 400 sources', () => {
  const many = Array.from({ length: 400 }, (_, at) => `team-${at}`)
  const ten = many.slice(0, 10).join(', ')

  test('the verdict and the causes name ten', () => {
    const unsynced = many.map((name) => fault('token', `${name} is not synced yet.`, 'ca-sync', name))
    const shadowed = many.map((name) => warning('password', 'A password.', `Delete [http-basic.${name}].`, name))
    expect(told([...unsynced, ...shadowed])).toEqual([
      `Poetry cannot use ${ten}, and 390 more: 1 fault, 1 warning.`,
      `fault: ${ten}, and 390 more is not synced yet. > ca-sync`,
      `warning: A password. > Delete [http-basic.${ten}, and 390 more].`,
    ])
  })

  test('what is well names ten, and a list that fits is whole', () => {
    const well = (names: readonly string[]) => diagnose(names.map((name) => ok('token', 'valid', name))).verdict
    expect(well(many)).toBe(`All is well: Poetry can use ${ten}, and 390 more.`)
    expect(well(many.slice(0, 3))).toBe('All is well: Poetry can use team-0, team-1 and team-2.')
    expect(well(many.slice(0, 10))).toBe(`All is well: Poetry can use ${ten.replace(/, (\S+)$/, ' and $1')}.`)
  })
})
