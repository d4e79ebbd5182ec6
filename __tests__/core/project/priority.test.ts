import {
  confusion,
  lockCommand,
  type Priority,
  priorityKeys,
  priorityProblem,
  safeWords,
} from '../../../src/core/project/priority.ts'

const lines = ['2.5.1', '2.0.0b1', '1.8.5', '1.5.0', '1.4.2', undefined] as const

test.each([
  // How each priority is written for Poetry 2.5, 2.0, 1.8, 1.5, 1.4, and for one that nobody knows; null: refused.
  ['primary', ['primary', 'primary', 'primary', 'primary', {}, 'primary']],
  [
    'supplemental',
    ['supplemental', 'supplemental', 'supplemental', 'supplemental', { secondary: true }, 'supplemental'],
  ],
  ['explicit', ['explicit', 'explicit', 'explicit', 'explicit', null, 'explicit']],
  ['default', [null, null, 'default', 'default', { default: true }, 'default']],
  ['secondary', [null, null, 'secondary', 'secondary', { secondary: true }, 'secondary']],
] as const)('%s', (priority, written) => {
  const found = lines.map((version) => attempt(priority, version))
  expect(found).toEqual(written.map((one) => (typeof one === 'string' ? { priority: one } : one)))
})

function attempt(priority: Priority, version: string | undefined) {
  try {
    return priorityKeys(priority, version)
  } catch {
    return null
  }
}

test.each([
  ['default', '2.5.1', 'Poetry 2.5.1 has no priority default.', 'primary, supplemental, explicit.'],
  [
    'explicit',
    '1.4.2',
    'Poetry 1.4.2 has no priority explicit (Poetry 1.5 and newer has).',
    'primary, supplemental, default, secondary.',
  ],
] as const)('%s is refused by Poetry %s, naming the choices', (priority, version, message, choices) => {
  expect(() => priorityKeys(priority, version)).toThrow(
    expect.objectContaining({ code: 'USAGE', message, hint: expect.stringContaining(choices) }),
  )
})

test.each([
  ['2.5.1', 'poetry lock'],
  ['1.8.5', 'poetry lock --no-update'],
  ['1.4.0', 'poetry lock --no-update'],
  [undefined, 'poetry lock'],
])('the lock file of Poetry %s', (version, command) => {
  expect(lockCommand(version)).toBe(command)
})

const safe = {
  whole: "explicit, or primary with PyPI as CodeArtifact's upstream",
  middle: "explicit, or default with PyPI as CodeArtifact's upstream",
  old: "default with PyPI as CodeArtifact's upstream",
}

test.each([
  ['supplemental', '2.5.1', 'With supplemental Poetry asks PyPI first: ', safe.whole],
  ['supplemental', '1.8.5', 'With supplemental Poetry asks PyPI first: ', safe.whole],
  ['supplemental', undefined, 'With supplemental Poetry asks PyPI first: ', safe.whole],
  ['supplemental', '1.7.1', 'With supplemental Poetry asks PyPI first: ', safe.middle],
  ['primary', '1.7.1', 'With primary Poetry 1.7.1 asks PyPI, too: ', safe.middle],
  ['secondary', '1.4.2', 'With secondary Poetry asks PyPI first: ', safe.old],
] as const)('%s of Poetry %s is dangerous', (priority, version, start, instead) => {
  const { danger = '', safe = [] } = confusion(priority, version) ?? {}
  expect([danger.slice(0, start.length), safeWords(safe)]).toEqual([start, instead])
})

test.each([
  ['explicit', '1.5.0'],
  ['explicit', undefined],
  ['primary', '1.8.0'],
  ['primary', '2.5.1'],
  ['default', '1.4.2'],
] as const)('%s of Poetry %s is not', (priority, version) => {
  expect(confusion(priority, version)).toBeUndefined()
})

test.each([
  [{ priority: 'explicit' }, '2.5.1', undefined],
  [{ priority: 'secondary' }, '2.5.1', 'priority = "secondary"'],
  [{ priority: 'secondary', isFlag: true }, '2.5.1', 'secondary = true'],
  [{ priority: 'explict' }, '1.8.5', 'priority = "explict"'],
  [{ priority: 'secondary' }, '1.8.5', undefined],
  [{ priority: 'secondary', isFlag: true }, '1.8.5', undefined],
  [{ priority: 'primary' }, '1.4.2', 'priority = "primary"'],
  [{ priority: 'default', isFlag: true }, '1.4.2', undefined],
  [{ priority: 'constructor' }, undefined, 'priority = "constructor"'],
] as const)('%j is unknown to Poetry %s: %s', (declaration, version, unknown) => {
  expect(priorityProblem(declaration, version)).toBe(unknown)
})
