import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { exampleProject } from '../../scripts/example-project.ts'
import { onTerminal } from './on-terminal.ts'
import { keyless, user, writeProfiles } from './people.ts'
import { declared, plugin, pyproject } from './pyproject.ts'
import { count, library, openStage, type Stage } from './stage.ts'

jest.setTimeout(120_000)

const env = user('env')
const alice = user('alice')
const limited = user('limited', { deny: ['codeartifact:ListRepositoriesInDomain'] })
const account = '564131876131'
const text = pyproject()

let stage: Stage
let cwd: string
let path: string
beforeEach(async () => {
  // Two repositories an answer: the list has several pages.
  stage = await openStage({ emulator: { users: [env, alice, limited], pageSize: 2 } })
  await writeProfiles(stage, { alice, limited })
  cwd = await stage.makeProject('app', text)
  path = join(cwd, 'pyproject.toml')
})
afterEach(() => stage.close())

const add = (words: readonly string[], call = {}) => stage.caSync(['sources', 'add', ...words], { cwd, ...call })
const where = ['--domain', 'my-domain', '--region', 'us-east-1']
const next = (dir = '') => `Next, type: ca-sync sources declare${dir}, then: ca-sync${dir}\n`
const added = (name: string, repository = name, dir = '') =>
  `Added ${name}, my-domain/${repository} (us-east-1), to ${path}.\n${next(dir)}`
const url = (repository: string) =>
  `https://my-domain-${account}.d.codeartifact.us-east-1.amazonaws.com/pypi/${repository}/simple/`

describe('what is written', () => {
  test.each([
    ['flags', ['mine', ...where, '--owner', account, '--repository', 'dev'], plugin({ name: 'mine' })],
    ['no owner', ['mine', ...where, '--repository', 'dev'], plugin({ name: 'mine', owner: null })],
    ['no name', [...where, '--owner', account, '--repository', 'dev'], plugin()],
    ['a URL', [url('dev')], plugin()],
    ['a name and a URL', ['mine', url('dev')], plugin({ name: 'mine' })],
  ])('%s', async (_, words, table) => {
    const { code, stdout, stderr } = await add(words)
    const name = words[0] === 'mine' ? 'mine' : 'dev'
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: added(name, 'dev'), stderr: '' })
    expect(await stage.read(path)).toBe(`${text}\n${table}`)
    expect(stage.emulator.calls).toEqual([])
  })

  test('a second one below the first, and none twice', async () => {
    await add([url('dev')])
    await add([url('qa')])
    const both = `${text}\n${plugin()}\n${plugin({ name: 'qa', repository: 'qa' })}`
    expect(await stage.read(path)).toBe(both)
    const { code, stdout } = await add(['DEV', url('dev')])
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `Nothing to add: ${path} has dev, my-domain/dev (us-east-1).\n`,
    })
    expect(await stage.read(path)).toBe(both)
  })

  test('--dry-run prints the table and changes nothing; -C names the project in what is next', async () => {
    expect(await add(['-n', url('dev')])).toMatchObject({ code: 0, stdout: plugin(), stderr: '' })
    expect(await stage.read(path)).toBe(text)
    expect(await add(['-C', cwd, url('dev')], { cwd: '/' })).toMatchObject({
      stdout: added('dev', 'dev', ` -C ${cwd}`),
    })
  })

  test('from nothing to an installed package', async () => {
    const folder = await stage.makeProject(
      'fresh',
      exampleProject({ url: stage.url, declared: false }).split('\n[[')[0] ?? '',
    )
    stage.emulator.addPackage({ domain: 'my-domain', repository: 'shared', name: library, version: '1.2.3' })
    for (const words of [['sources', 'add', ...where, '--repository', 'shared'], ['sources', 'declare'], []])
      expect(await stage.caSync(words, { cwd: folder })).toMatchObject({ code: 0 })
    expect(await stage.poetry(['add', library, '--source', 'shared'], { cwd: folder })).toMatchObject({ code: 0 })
    const table = (await stage.caSync(['sources'], { cwd: folder })).stdout
    expect(table).toMatch(/shared .* the plugin's table +yes, explicit +yes/)
  })
})

describe('refused, with nothing written', () => {
  test.each([
    [['mine'], 2, '--domain is missing'],
    [['mine', '--domain', 'my-domain'], 2, '--region is missing'],
    [['a', 'b', ...where], 2, 'one name and one URL'],
    [[url('dev'), url('qa')], 2, 'one name and one URL'],
    [[url('dev'), '--region', 'us-east-1'], 2, 'goes with none of --domain'],
    [['--domain', 'my-domain', '--region', 'eus-east-1', '--repository', 'dev'], 2, 'did you mean us-east-1?'],
    [[...where, '--owner', '5641', '--repository', 'dev'], 2, '--owner must be an AWS account of 12 digits'],
    [['pypi', url('dev')], 2, 'name "pypi" is reserved'],
    [[url('dev').replace('pypi', 'npm')], 2, 'must have the path /pypi/<repository>/simple/'],
    [['https://pypi.org/simple/'], 2, 'not that of a CodeArtifact repository'],
    [[...where, '--domain', 'other', '--repository', 'dev'], 2, '--domain is given more than once'],
  ])('%j', async (words, code, message) => {
    expect(await add(words)).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(message) })
    expect(await stage.read(path)).toBe(text)
  })

  test.each([
    ['dev', "another repository in the plugin's table", plugin({ repository: 'qa' })],
    ['DEV', 'another repository, in another case', plugin({ repository: 'qa' })],
    ['dev', 'another server', declared('dev', 'https://nexus.example/simple/')],
  ])('the name %s is taken by %s', async (name, _, table) => {
    const folder = await stage.makeProject('taken', pyproject(table))
    const { code, stderr } = await add([name, url('dev')], { cwd: folder })
    expect(code).toBe(3)
    expect(stderr).toContain(`The name "${name}" is taken in ${folder}/pyproject.toml`)
    expect(await stage.read(join(folder, 'pyproject.toml'))).toBe(pyproject(table))
  })

  test('without a pyproject.toml: none is made', async () => {
    await rm(path)
    expect(await add([url('dev')])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('There is no pyproject.toml'),
    })
    await expect(stage.read(path)).rejects.toThrow('ENOENT')
  })
})

describe('a pick', () => {
  const list = 'Repositories of my-domain (us-east-1):\n  1  dev\n  2  prod\n  3  qa\n  4  shared\nWhich one? [1-4] '
  const pick = (answers: readonly string[], words: readonly string[] = []) =>
    onTerminal(stage, ['ca-sync', 'sources', 'add', ...where, ...words], {
      cwd,
      answers: answers.map((typed) => ['Which one? [1-4] ', typed] as const),
    })

  test('by number, out of all pages', async () => {
    const { code, text: seen } = await pick(['3\n'])
    expect(code).toBe(0)
    expect(seen).toContain(list)
    expect(seen).toContain(added('qa'))
    expect(await stage.read(path)).toBe(`${text}\n${plugin({ name: 'qa', repository: 'qa', owner: null })}`)
    expect(count(stage.emulator, 'ListRepositoriesInDomain')).toBe(2)
  })

  test('until the answer is one of the list', async () => {
    const { code, text: seen } = await pick(['0\n', '5\n', 'x\n', '\n', 'shared\n'], ['mine', '--owner', account])
    expect(code).toBe(0)
    expect(seen.match(/Which one\?/g)).toHaveLength(5)
    expect(await stage.read(path)).toBe(`${text}\n${plugin({ name: 'mine', repository: 'shared' })}`)
  })

  test.each([
    ['Ctrl-C', '\x03', 130],
    ['the end of input', '\x04', 2],
  ])('%s chooses nothing', async (_, typed, code) => {
    expect(await pick([typed])).toMatchObject({ code })
    expect(await stage.read(path)).toBe(text)
  })

  test('without a terminal: what there is, and what to type', async () => {
    const { code, stdout, stderr } = await add(['mine', ...where, '--owner', account])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toBe(
      `error: Which repository? Domain my-domain has: dev, prod, qa, shared.\n  Type, for example: ca-sync sources add mine --domain my-domain --owner ${account} --region us-east-1 --repository dev\n`,
    )
    expect(await stage.read(path)).toBe(text)
  })

  test('as the identity that was asked for', async () => {
    await add([...where, '--profile', 'alice'], { env: keyless(stage) })
    expect(new Set(stage.emulator.calls.map(({ accessKeyId }) => accessKeyId))).toEqual(new Set([alice.accessKeyId]))
    expect(count(stage.emulator, 'ListRepositoriesInDomain')).toBe(2)
  })

  test('not allowed to list: the repository can be named', async () => {
    const { code, stderr } = await add([...where, '--profile', 'limited'])
    expect(code).toBe(4)
    expect(stderr).toMatch(
      /is not allowed codeartifact:ListRepositoriesInDomain on domain my-domain.*\n.*\n {2}Or name the repository yourself: --repository NAME\n$/,
    )
  })

  test('no such domain', async () => {
    expect(await add(['--domain', 'other', '--region', 'us-east-1'])).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(
        /There is no CodeArtifact domain other .*\n {2}Check --domain, --owner and --region\.\n$/,
      ),
    })
  })
})

test('a domain without repositories', async () => {
  await stage.close()
  const empty = { domain: 'empty', owner: account, region: 'us-east-1', repositories: [] }
  const full = { domain: 'my-domain', owner: account, region: 'us-east-1', repositories: ['dev'] }
  stage = await openStage({ emulator: { users: [env], domains: [full, empty] } })
  expect(await add(['--domain', 'empty', '--region', 'us-east-1'], { cwd: stage.project })).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('Domain empty in us-east-1 has no repository.'),
  })
})
