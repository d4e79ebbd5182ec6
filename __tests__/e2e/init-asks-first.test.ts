import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { user, writeProfiles } from './people.ts'
import { declared, plugin, pyproject } from './pyproject.ts'
import { count, openStage, type Stage } from './stage.ts'

jest.setTimeout(120_000)

const env = user('env')
const blind = user('blind', { deny: ['codeartifact:GetRepositoryEndpoint'] })
const nobody = user('nobody', {
  deny: ['codeartifact:GetRepositoryEndpoint', 'codeartifact:GetAuthorizationToken', 'codeartifact:ListDomains'],
})
const text = pyproject()
const there = ['--domain', 'my-domain', '--region', 'us-east-1']
const url = (repository: string) =>
  `https://my-domain-564131876131.d.codeartifact.us-east-1.amazonaws.com/pypi/${repository}/simple/`

let stage: Stage
let cwd: string
beforeEach(async () => {
  stage = await openStage({ emulator: { users: [env, blind, nobody] } })
  await writeProfiles(stage, { blind, nobody })
  cwd = await stage.makeProject('app', text)
})
afterEach(() => stage.close())

const init = (words: readonly string[], call = {}) => stage.caSync(['init', ...words], { cwd, ...call })
const file = () => stage.read(join(cwd, 'pyproject.toml'))

describe('what AWS does not have is not written, and the right one is no second name', () => {
  test.each([
    ['a repository', ['dev', ...there, '--repository', 'nope'], 'Repository nope does not exist'],
    ['a repository, with a near one', ['dev', ...there, '--repository', 'de'], 'Did you mean dev?'],
    ['the repository of a URL', ['dev', url('nope')], 'Repository nope does not exist'],
    [
      'a domain',
      ['dev', '--domain', 'nope', '--region', 'us-east-1', '--repository', 'dev'],
      'no CodeArtifact domain nope',
    ],
    ['an owner', ['dev', ...there, '--owner', '999999999999', '--repository', 'dev'], '999999999999'],
    ['a profile', ['dev', ...there, '--repository', 'dev', '--profile', 'no-such'], 'no-such'],
    ['a permission', ['dev', ...there, '--repository', 'dev', '--profile', 'nobody'], 'GetAuthorizationToken'],
    [
      'a domain, whose repositories may not be asked for',
      ['dev', '--domain', 'nope', '--region', 'us-east-1', '--repository', 'dev', '--profile', 'blind'],
      'nope',
    ],
  ])('%s', async (_, words, says) => {
    const { code, stdout, stderr } = await init(words)
    expect({ code, stdout, stderr }).toEqual({ code: 4, stdout: '', stderr: expect.stringContaining(says) })
    expect(stderr).not.toMatch(/sources add|pyproject\.toml/)
    expect(await file()).toBe(text)
    expect(await stage.entries()).toEqual({})
    expect(await init(['dev', ...there, '--repository', 'dev'])).toMatchObject({ code: 0, stderr: '' })
    expect((await file()).match(/name = "dev"/g)).toHaveLength(2)
  })

  test('--replace leaves what there was', async () => {
    const before = pyproject(plugin({ name: 'dev', repository: 'qa' }))
    cwd = await stage.makeProject('has', before)
    expect(await init(['dev', ...there, '--repository', 'nope', '--replace'])).toMatchObject({ code: 4 })
    expect(await file()).toBe(before)
    expect(await init(['dev', ...there, '--repository', 'prod', '--replace'])).toMatchObject({ code: 0 })
    expect(await file()).not.toContain('"qa"')
  })

  test('who may not ask for the repository is served all the same', async () => {
    expect(await init(['dev', ...there, '--repository', 'dev', '--profile', 'blind'])).toMatchObject({ code: 0 })
  })
})

describe('the same again', () => {
  test.each([
    ['flags after flags', [...there, '--repository', 'dev'], [...there, '--repository', 'dev']],
    ['flags after a URL', [url('dev')], [...there, '--repository', 'dev']],
    ['a URL after flags', [...there, '--repository', 'dev'], [url('dev')]],
  ])('%s: nothing to add is no error', async (_, first, second) => {
    expect(await init(['dev', ...first])).toMatchObject({ code: 0 })
    const before = await file()
    const again = await init(['dev', ...second])
    expect(again).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^Nothing to add: .* has dev,/) })
    expect(await file()).toBe(before)
  })

  test('what `poetry source add` wrote is not added to', async () => {
    cwd = await stage.makeProject('by-poetry', pyproject(declared('dev', url('dev'))))
    const before = await file()
    expect(await init(['dev', ...there, '--repository', 'dev'])).toMatchObject({ code: 0 })
    expect(await file()).toBe(before)
  })
})

describe('hints name what was typed', () => {
  test.each([
    [['a', 'b', ...there, '--repository', 'dev'], 2],
    [[url('dev'), '--region', 'us-east-1'], 2],
    [['dev', '--domain', 'my-domain', '--region', 'us-esat-1', '--repository', 'dev'], 2],
    [['pypi', ...there, '--repository', 'dev'], 2],
    [['dev', '--domain', 'My', '--region', 'us-east-1', '--repository', 'dev'], 2],
    [['dev', ...there, '--repository', 'a/b'], 2],
    [['dev', ...there], 2],
    [['qa', ...there, '--repository', 'dev'], 3],
  ])('%j', async (words, code) => {
    cwd = await stage.makeProject('has-qa', pyproject(plugin({ name: 'qa', repository: 'qa' })))
    const before = await file()
    const { stderr, ...ended } = await init(words)
    expect(ended).toMatchObject({ code, stdout: '' })
    expect(stderr).toMatch(/ca-sync init|Type the same/)
    expect(stderr).not.toContain('sources add')
    expect(await file()).toBe(before)
  })
})

test('where all is well, AWS is asked for one token', async () => {
  await init(['dev', ...there, '--repository', 'dev'])
  expect(count(stage.emulator, 'GetAuthorizationToken')).toBe(1)
})
