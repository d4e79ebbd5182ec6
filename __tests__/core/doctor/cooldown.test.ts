import { type Cooldown, cooldownChecks, cooldownText, cooldownUnderExec } from '../../../src/core/doctor/cooldown.ts'

const url = 'https://my-domain-564131876131.d.codeartifact.us-east-1.amazonaws.com/pypi/dev/simple/'
const dev = { name: 'dev', declaration: { name: 'dev', url } }
const qa = { name: 'qa' }
const poetry = (more: Partial<Cooldown> = {}): Cooldown => ({
  ...{ tool: 'poetry', setting: 'solver.min-release-age = 7', where: '/c/config.toml', except: [] },
  ...more,
})
const uv = (more: Partial<Cooldown> = {}) =>
  poetry({ tool: 'uv', setting: 'exclude-newer = "P7D"', where: '/p/uv.toml', ...more })
const pip = poetry({
  ...{
    tool: 'pip',
    setting: 'uploaded-prior-to = P7D',
    where: 'PIP_UPLOADED_PRIOR_TO',
    remove: 'unset PIP_UPLOADED_PRIOR_TO',
  },
})

test.each([
  [poetry(), 'does not hold for dev, qa', 'poetry config solver.min-release-age-exclude-source dev,qa'],
  [
    poetry({ where: '/p/poetry.toml' }),
    'poetry.toml',
    'poetry config --local solver.min-release-age-exclude-source dev,qa',
  ],
  [poetry({ except: ['DEV'] }), 'does not hold for qa', 'poetry config solver.min-release-age-exclude-source DEV,qa'],
  [uv(), 'hides every package of dev, qa from uv', 'Write exclude-newer = false in the [[tool.uv.index]] of dev, qa.'],
  [uv({ except: ['qa'] }), 'hides every package of dev from uv', 'of dev.'],
  [pip, 'makes pip refuse every package of dev, qa', 'unset PIP_UPLOADED_PRIOR_TO'],
])('%j', (cooldown, message, fix) => {
  const text = cooldownText(cooldown, [dev, qa])
  expect(text?.message).toContain(message)
  expect(text?.message).toContain('CodeArtifact gives none.')
  expect(text?.fix).toContain(fix)
})

test.each([
  ['by name', ['dev']],
  ['by its URL', [url]],
  ['by its URL without the last slash', [url.slice(0, -1)]],
])('what is taken out %s is not warned of', (_, except) => {
  expect(cooldownText(uv({ except }), [dev])).toBeUndefined()
  expect(cooldownChecks([poetry({ except }), uv({ except })], [dev], '2.5.1')).toEqual([])
})

test.each([
  ['2.5.1', 1],
  ['2.4.0', 1],
  [undefined, 1],
  ['2.3.4', 0],
  ['1.8.5', 0],
])('Poetry %s has the rule: %i', (version, count) => {
  expect(cooldownChecks([poetry()], [dev], version)).toHaveLength(count)
})

test('under exec, what a file says for one index of uv does not count', () => {
  expect(cooldownUnderExec(uv({ except: ['dev'] }), [dev])).toContain('UV_EXCLUDE_NEWER=false ca-sync exec')
  expect(cooldownUnderExec(pip, [dev])).toContain('Take it away for this command: unset PIP_UPLOADED_PRIOR_TO')
})
