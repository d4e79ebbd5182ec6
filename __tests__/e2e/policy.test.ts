import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { run } from '../../scripts/testbed/run.ts'
import { snapshot } from './files.ts'
import { keyless, user, writeProfiles } from './people.ts'
import { declared, plugin, pyproject } from './pyproject.ts'
import { count, openStage, type Stage } from './stage.ts'

jest.setTimeout(120_000)

const account = '111122223333'
const at = 'arn:aws:codeartifact:us-east-1:564131876131'

let stage: Stage
let many: string
beforeAll(async () => {
  stage = await openStage({ keyring: 'no-bus' })
  many = await stage.makeProject(
    'many',
    pyproject(
      plugin(),
      plugin({ name: 'qa', repository: 'Qa.1' }),
      plugin({ name: 'qa1', repository: 'qa-1' }),
      plugin({ name: 'again' }),
      plugin({ name: 'far', domain: 'far-away', owner: '210987654321' }),
      declared('url', 'https://my-domain-564131876131.d.codeartifact.us-east-1.amazonaws.com/pypi/by-url/simple/'),
    ),
  )
})
afterAll(() => stage.close())
afterEach(() => stage.emulator.clearCalls())

const policy = (words: readonly string[], call = {}) => stage.caSync(['policy', ...words], call)
const documentOf = async (words: readonly string[], call = {}) => {
  const { code, stdout } = await policy(words, call)
  expect(code).toBe(0)
  return JSON.parse(stdout)
}
const asked = () => stage.emulator.calls.map(({ operation }) => operation)
const forms = (name: string) => [`${at}:repository/${name}`, `${at}:repository/${name}/*`, `${at}:package/${name}/*`]

test('to read, the three sources of the example need their one domain and repository', async () => {
  const { code, stdout, stderr } = await policy([])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout.endsWith('}\n')).toBe(true)
  const { Version, Statement } = JSON.parse(stdout)
  expect(Version).toBe('2012-10-17')
  expect(Statement.map(({ Effect, Resource }: Record<string, unknown>) => [Effect, Resource])).toEqual([
    ['Allow', '*'],
    ['Allow', `${at}:domain/my-domain`],
    ['Allow', forms('my-domain/dev')],
  ])
  expect(stdout).toContain('"codeartifact:ReadFromRepository"')
  expect(stdout).not.toContain('Publish')
})

test('it needs no network, no AWS, no Poetry, and leaves nothing behind', async () => {
  const calls = join(stage.box.dir, 'network')
  const before = await snapshot(stage.box.home)
  const words = ['-f', '-e', 'trace=network', '-o', calls, process.execPath, checkout('dist/main.cjs'), 'policy']
  const env = { HOME: stage.box.home, PATH: '/usr/bin:/bin' }
  expect(await run('strace', words, { env, cwd: many })).toMatchObject({ code: 0, stderr: '' })
  expect((await readFile(calls, 'utf8')).split('\n').filter((line) => line.includes('AF_INET'))).toEqual([])
  expect(await snapshot(stage.box.home)).toEqual(before)
})

test.each([
  [['--access', 'read', 'write']],
  [['--access', 'write', '--access', 'read']],
  [['--access', 'write', 'read', 'write']],
])('both accesses are one policy: %j', async (words) => {
  const text = JSON.stringify(await documentOf(words))
  for (const action of ['ReadFromRepository', 'PublishPackageVersion', 'GetRepositoryEndpoint', 'sts:GetServiceBearer'])
    expect(text.split(action)).toHaveLength(2)
})

test('--source chooses, and each repository is there once, in the order of the project', async () => {
  const ofDomain = async (words: readonly string[]) =>
    (await documentOf(words, { cwd: many })).Statement[2].Resource.filter((arn: string) =>
      /:repository.*[^*]$/.test(arn),
    )
  expect(await ofDomain(['-s', 'url', 'dev', 'again'])).toEqual([
    `${at}:repository/my-domain/dev`,
    `${at}:repository/my-domain/by-url`,
  ])
  expect(await ofDomain([])).toEqual([
    `${at}:repository/my-domain/dev`,
    `${at}:repository/my-domain/Qa.1`,
    `${at}:repository/my-domain/qa-1`,
    'arn:aws:codeartifact:us-east-1:210987654321:repository/far-away/dev',
    `${at}:repository/my-domain/by-url`,
  ])
})

test('another account: a policy for each domain and repository, by its ARN', async () => {
  const { code, stdout, stderr } = await policy(['--principal', account], { cwd: many })
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: `Identities of ${account} need a policy of their own, too: what ca-sync policy prints without --principal.\n`,
  })
  const policies = JSON.parse(stdout)
  expect(Object.keys(policies)).toEqual([
    `${at}:domain/my-domain`,
    'arn:aws:codeartifact:us-east-1:210987654321:domain/far-away',
    `${at}:repository/my-domain/dev`,
    `${at}:repository/my-domain/Qa.1`,
    `${at}:repository/my-domain/qa-1`,
    'arn:aws:codeartifact:us-east-1:210987654321:repository/far-away/dev',
    `${at}:repository/my-domain/by-url`,
  ])
  for (const { Statement } of Object.values<{ Statement: unknown }>(policies))
    expect(Statement).toMatchObject([{ Principal: { AWS: `arn:aws:iam::${account}:root` }, Resource: '*' }])
})

describe('what is said beside it', () => {
  const owns =
    'warning: 564131876131 owns my-domain: its identities need no resource policy, only what ca-sync policy prints without --principal.\n'
  test.each([
    ['write alone', ['--access', 'write'], 'This lets publish, not install. For both, type: --access read write\n'],
    ["the owner's own account", ['--principal', '564131876131'], owns],
    ["the owner's own account, quietly", ['--principal', '564131876131', '-q'], owns],
    ['another account, quietly', ['--principal', account, '-q'], ''],
    ['write alone, quietly', ['--access', 'write', '--quiet'], ''],
    [
      'a stack that has to import',
      ['--principal', account, '--format', 'cloudformation'],
      /import existing ones first/,
    ],
  ])('%s', async (_, words, says) => {
    const { code, stdout, stderr } = await policy(words)
    expect(code).toBe(0)
    expect(stdout).toMatch(/^\{[\s\S]*\}\n$/)
    if (typeof says === 'string') expect(stderr).toBe(says)
    else expect(stderr).toMatch(says)
  })

  test.each([
    ['terraform', 'One provider is for one account and region'],
    ['cloudformation', 'One stack is for one account and region'],
  ])('%s, of sources in several accounts', async (format, says) => {
    const words = ['--principal', account, '--format', format, '-q']
    expect((await policy(words, { cwd: many })).stderr).toMatch(
      new RegExp(
        `^warning: ${says}, and these are 564131876131 in us-east-1, 210987654321 in us-east-1: .*--source.\n$`,
      ),
    )
    expect((await policy([...words, '-s', 'dev', 'qa'], { cwd: many })).stderr).toBe('')
  })
})

test.each([
  [
    'no account',
    ['--principal', 'dev'],
    2,
    '--principal must be an AWS account of 12 digits; it is "dev".\n  Give the',
  ],
  ['an ARN', ['--principal', `arn:aws:iam::${account}:root`], 2, 'alone, as in --principal 123456789012'],
  ['two accounts', ['--principal', account, '--principal', account], 2, '--principal is given more than once.'],
  ['an account, without it', ['--principal'], 2, 'The option --principal needs a value: --principal ACCOUNT.'],
  [
    'an access that there is not',
    ['--access', 'publish'],
    2,
    '"publish" is no value of --access. It is one of read or write.',
  ],
  ['an access, without it', ['--access'], 2, 'The option --access needs a value: --access read|write.'],
  [
    'a format that there is not',
    ['--format', 'yaml'],
    2,
    '"yaml" is no value of --format. It is one of json, terraform or cloudformation.',
  ],
  ['a source that there is not', ['-s', 'nope'], 3, 'There is no CodeArtifact source "nope"'],
  ['no project', ['-C', '/'], 3, 'pyproject.toml'],
])('refused: %s', async (_, words, code, says) => {
  expect(await policy(words)).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(says) })
})

describe('a project that names no owner', () => {
  const alice = user('alice', { account: '210987654321' })
  let own: string
  beforeAll(async () => {
    own = await stage.makeProject(
      'own',
      pyproject(plugin({ owner: null }), plugin({ name: 'qa', owner: null, repository: 'qa' })),
    )
  })

  test('asks AWS once', async () => {
    const { Statement } = await documentOf([], { cwd: own })
    expect(Statement[1].Resource).toBe(`${at}:domain/my-domain`)
    expect(asked()).toEqual(['GetCallerIdentity'])
  })

  test('says how to do without, where AWS does not answer', async () => {
    expect(await policy([], { cwd: own, env: keyless(stage) })).toMatchObject({
      code: 4,
      stdout: '',
      stderr: expect.stringMatching(
        /^error: dev names no owner, so AWS was asked for your account: No AWS credentials.*\n {2}Name it in pyproject.toml: aws-codeartifact-owner = "123456789012"\n {2}Or type ca-sync first, which remembers it\. /,
      ),
    })
  })

  test('asks as sync would, and not at all after a sync', async () => {
    const open = await openStage({
      emulator: {
        users: [user('env'), alice],
        domains: [{ domain: 'my-domain', owner: '210987654321', region: 'us-east-1', repositories: ['dev', 'qa'] }],
      },
    })
    try {
      await writeProfiles(open, { alice })
      const cwd = await open.makeProject('own', pyproject(plugin({ owner: null })))
      const domain = async (env: Record<string, string | undefined>) =>
        JSON.parse((await open.caSync(['policy'], { cwd, env })).stdout).Statement[1].Resource
      const expected = 'arn:aws:codeartifact:us-east-1:210987654321:domain/my-domain'
      expect(await domain({ ...keyless(open), AWS_PROFILE: 'alice' })).toBe(expected)
      expect(count(open.emulator, 'GetCallerIdentity')).toBe(1)

      expect(await open.caSync(['--profile', 'alice'], { cwd, env: keyless(open) })).toMatchObject({ code: 0 })
      open.emulator.clearCalls()
      expect(await domain(keyless(open))).toBe(expected)
      expect(open.emulator.calls).toEqual([])
    } finally {
      await open.close()
    }
  })
})

test('to read, it has every operation that a sync asks AWS for', async () => {
  expect(await stage.caSync(['env', '--format', 'json'])).toMatchObject({ code: 0 })
  const operations = asked().map((operation) => `codeartifact:${operation}`)
  expect(operations.length).toBeGreaterThan(1)
  const actions: string[] = (await documentOf([])).Statement.flatMap(({ Action }: { Action: string[] }) => Action)
  expect(operations.filter((operation) => !actions.includes(operation))).toEqual([])
})
