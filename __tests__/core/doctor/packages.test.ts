import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { checkout } from '../../../scripts/testbed/checkout.ts'
import { packageChecks, removal, rivalProblem } from '../../../src/core/doctor/packages.ts'
import type { PoetrySite } from '../../../src/core/ports/poetry-python.ts'

const environment = (packages: readonly string[], more: Partial<PoetrySite> = {}): PoetrySite => ({
  ...{ python: '/x y/bin/python', poetry: '/bin/poetry', installer: 'pip', name: 'poetry' },
  packages: new Map([['poetry', '1.8.5'], ...packages.map((name) => [name, '1'] as const)]),
  ...{ injected: [], ofPoetrySelf: [], ofSystem: [] },
  ...more,
})

const page = readFileSync(checkout('docs/moving-over.md'), 'utf8')
const [, others = ''] = page.split('## From other plugins and tools')
const named = [...others.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, name = '']) => name)
const hyphen = 'my-domain-564131876131.d.codeartifact.us-east-1.amazonaws.com'
const plain = 'domain-564131876131.d.codeartifact.us-east-1.amazonaws.com'

test('every plugin that one moves over from is recognised', () => {
  expect(named.length).toBeGreaterThan(5)
  expect(packageChecks(environment(named), []).map(({ status }) => status)).toEqual(named.map(() => 'warning'))
  const both = environment(['poetry-plugin-code-artifact', 'keyrings-codeartifact'])
  expect(packageChecks(both, []).map(({ status }) => status)).toEqual(['fault', 'fault'])
})

test('others are left alone', () => {
  const alone = environment(['poetry-plugin-export', 'keyrings-alt', 'constructor'])
  expect(packageChecks(alone, [hyphen])).toEqual([])
  expect(rivalProblem(alone, [hyphen], { isKeyringAsked: true })).toBeUndefined()
})

test.each([
  ['poetry-plugin-code-artifact', '127.0.0.1:1', true, /every Poetry command would fail/],
  ['poetry-plugin-code-artifact', plain, false, /every Poetry command would fail/],
  [
    'keyrings-codeartifact',
    plain,
    true,
    /^keyrings\.codeartifact is in Poetry's Python: it answers before your keyring/,
  ],
  ['keyrings-codeartifact', plain, false, undefined],
  ['keyrings-codeartifact', '127.0.0.1:1', true, undefined],
  ['poetry-codeartifact-auth-plugin', hyphen, true, /a domain has a "-" in its name/],
  ['poetry-codeartifact-auth-plugin', plain, true, undefined],
  ['poetry-codeartifact-login', hyphen, true, undefined],
] as const)('%s and a source at %s, the keyring asked: %s', (name, host, isKeyringAsked, says) => {
  const problem = rivalProblem(environment([name]), [host], { isKeyringAsked })
  if (says === undefined) return expect(problem).toBeUndefined()
  expect(problem).toMatchObject({ code: 'PLUGIN_CLASH', exitCode: 5, message: expect.stringMatching(says) })
  return expect(problem?.hint).toBe(
    `Type: '/x y/bin/python' -m pip uninstall --yes ${name.replace('keyrings-', 'keyrings.')}`,
  )
})

test.each<[string, Partial<PoetrySite>, string]>([
  ['pip', {}, "'/x y/bin/python' -m pip uninstall --yes k"],
  [
    'the system',
    { installer: 'system', python: '/usr/bin/python3' },
    '/usr/bin/python3 -m pip uninstall --yes --break-system-packages k',
  ],
  ['its packages', { installer: 'system', ofSystem: ['k'] }, 'sudo apt-get remove python3-k'],
  ['pipx inject', { installer: 'pipx', injected: ['k'] }, 'pipx uninject poetry k'],
  ['pipx, with a suffix', { installer: 'pipx', injected: ['k'], name: 'poetry1.8' }, 'pipx uninject poetry1.8 k'],
  ['pipx runpip', { installer: 'pipx' }, 'pipx runpip poetry uninstall --yes k'],
  ['uv tool', { installer: 'uv tool', injected: ['poetry', 'k'] }, 'uv tool install --force poetry==1.8.5'],
  [
    'uv tool, with another',
    { installer: 'uv tool', injected: ['k', 'l'] },
    'uv tool install --force poetry==1.8.5 --with l',
  ],
  ['uv', { installer: 'uv' }, "uv pip uninstall --python '/x y/bin/python' k"],
  ['conda', { installer: 'conda', name: '/c', injected: ['k'] }, 'conda remove --yes --prefix /c k'],
  ['pip in conda', { installer: 'conda', python: '/c/bin/python' }, '/c/bin/python -m pip uninstall --yes k'],
  ['Homebrew', { installer: 'Homebrew' }, 'brew reinstall poetry'],
  ['Nix', { installer: 'Nix' }, 'Take k out of where your Nix configuration names Poetry, and rebuild.'],
  ['a venv without pip', { installer: 'nobody' }, "pip --python '/x y/bin/python' uninstall --yes k"],
  ['poetry self', { ofPoetrySelf: ['k'] }, '/bin/poetry --no-plugins self remove k'],
])('it goes as it came: %s', (_, more, command) => {
  expect(removal('k', environment(['k'], more))).toBe(command)
})
