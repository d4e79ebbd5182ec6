import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { lookUpUrls } from '../../src/core/plan/target.ts'
import { keyless, keysOf, minters, user, writeProfiles, writeUserConfig } from './people.ts'
import { both, plugin, pyproject } from './pyproject.ts'
import { count, openStage, type Stage } from './stage.ts'

jest.setTimeout(120_000)

const owner = '564131876131'
const otherOwner = '210987654321'
const env = user('env')
const alice = user('alice')
const bob = user('bob')
const carol = user('carol')
const fallback = user('fallback')
const stranger = user('stranger', { account: otherOwner })
const users = [env, alice, bob, carol, fallback, stranger]
const role = `arn:aws:iam::${owner}:role/reader`
const domains = [owner, otherOwner].map((account) => ({
  domain: 'my-domain',
  owner: account,
  region: 'us-east-1',
  repositories: ['dev', 'qa', 'prod'],
}))

const open = async (): Promise<Stage> => {
  const stage = await openStage({
    emulator: { users, domains, roles: [{ arn: role, trusted: [owner] }] },
  })
  await writeProfiles(stage, { default: fallback, alice, bob, carol, stranger })
  return stage
}

let stage: Stage
const json = async (words: readonly string[], call = {}) => {
  const { code, stdout, stderr } = await stage.caSync([...words, '--json'], call)
  return { code, stderr, ...JSON.parse(stdout) }
}

describe('who asks for the token', () => {
  let round = 0
  beforeAll(async () => {
    stage = await open()
  })
  afterAll(() => stage.close())
  beforeEach(() => stage.emulator.clearCalls())

  const general = 'profile = "alice"\n'
  const forDomain = `[domains."my-domain/${owner}"]\nprofile = "bob"\n`
  const forSource = '[sources.dev]\nprofile = "carol"\n'

  test.each([
    ['--profile before all else', ['--profile', 'alice'], { AWS_PROFILE: 'bob', ...keysOf(env) }, forSource, alice],
    ['keys before AWS_PROFILE', [], { AWS_PROFILE: 'bob', ...keysOf(env) }, forSource, env],
    [
      'AWS_DEFAULT_PROFILE before AWS_PROFILE',
      [],
      { AWS_PROFILE: 'alice', AWS_DEFAULT_PROFILE: 'bob' },
      forSource,
      bob,
    ],
    ['keys before the user config', [], keysOf(env), forSource, env],
    ['an empty AWS_PROFILE is none', [], { AWS_PROFILE: '', ...keysOf(env) }, '', env],
    ['the source before its domain', [], {}, general + forDomain + forSource, carol],
    ['the domain before the general settings', [], {}, general + forDomain, bob],
    ['the general settings', [], {}, general, alice],
    ['the default chain', [], {}, '', fallback],
  ] as const)('%s', async (_, flags, variables, config, expected) => {
    await writeUserConfig(stage, config)
    const cwd = await stage.makeProject(`app-${round++}`, pyproject(both(stage.url)))
    const call = { cwd, env: { ...keyless(stage), ...variables } }
    expect(await stage.caSync([...flags, '--force'], call)).toMatchObject({ code: 0, stderr: '' })
    expect(minters(stage)).toEqual([expected.accessKeyId])
  })

  test('what the project was last synced with, before the default chain', async () => {
    await writeUserConfig(stage, '')
    const cwd = await stage.makeProject('remembers', pyproject(plugin()))
    const call = { cwd, env: keyless(stage) }
    await stage.caSync(['--profile', 'carol', '--force'], call)
    expect(await stage.caSync(['--force'], call)).toMatchObject({ code: 0 })
    expect(minters(stage)).toEqual([carol.accessKeyId, carol.accessKeyId])
  })
})

describe('a change of identity', () => {
  beforeEach(async () => {
    stage = await open()
  })
  afterEach(() => stage.close())

  test('renews; going back takes the token of the vault', async () => {
    await stage.caSync(['--profile', 'alice'])
    await stage.caSync(['--profile', 'bob'])
    expect(minters(stage)).toEqual([alice.accessKeyId, bob.accessKeyId])

    const back = await json(['--profile', 'alice'])
    expect(back).toMatchObject({ code: 0, stderr: '', sources: [{ ready: true, steps: ['handover'] }, {}, {}] })
    expect(minters(stage)).toHaveLength(2)
    expect(await entries(stage)).toEqual({ [new URL(stage.url).host]: 0 })
  })

  test('a plain run is the environment again, after a run with --profile', async () => {
    await stage.caSync(['--profile', 'alice'])
    expect(await stage.caSync([])).toMatchObject({ code: 0, stderr: '' })
    expect(minters(stage)).toEqual([alice.accessKeyId, env.accessKeyId])
    expect((await stage.caSync([])).stdout).toMatch(/^Nothing to do/)
  })

  test('a plain run stays with --profile where the environment says nothing', async () => {
    const call = { env: keyless(stage) }
    await stage.caSync(['--profile', 'alice'], call)
    expect((await stage.caSync([], call)).stdout).toMatch(/^Nothing to do/)
    expect(minters(stage)).toEqual([alice.accessKeyId])
  })

  test('other keys in the environment renew', async () => {
    await stage.caSync([])
    await stage.caSync([], { env: { ...stage.env, ...keysOf(bob) } })
    expect(minters(stage)).toEqual([env.accessKeyId, bob.accessKeyId])
  })

  test.each([
    ['keys in the environment', [], 'AKIAENV'],
    ['a profile', ['--profile', 'alice'], 'AKIAALICE'],
  ] as const)('--role-arn on top of %s', async (_, flags, base) => {
    expect(await stage.caSync([...flags, '--role-arn', role])).toMatchObject({ code: 0, stderr: '' })
    const [assumed] = stage.emulator.calls.filter(({ operation }) => operation === 'AssumeRole')
    expect(assumed).toMatchObject({ accessKeyId: base, params: { RoleArn: role } })
    const [minted] = stage.emulator.calls.filter(({ operation }) => operation === 'GetAuthorizationToken')
    expect(minted?.arn).toMatch(/:assumed-role\/reader\//)
  })

  test('a role of the user config, for one domain', async () => {
    await writeUserConfig(stage, `[domains."my-domain/${owner}"]\nrole-arn = "${role}"\n`)
    const own = plugin({ name: 'own', owner: otherOwner, repository: 'qa' })
    const cwd = await stage.makeProject('two-domains', pyproject(plugin(), own))
    await stage.caSync([], { cwd })
    const minted = stage.emulator.calls.filter(({ operation }) => operation === 'GetAuthorizationToken')
    expect(minted.map((call) => [call.owner, /assumed-role/.test(call.arn ?? '')]).sort()).toEqual([
      [otherOwner, false],
      [owner, true],
    ])
  })
})

describe('two identities on one host', () => {
  beforeEach(async () => {
    stage = await open()
  })
  afterEach(() => stage.close())

  const sources = () => {
    const qa = stage.emulator.repositoryUrl('my-domain', 'qa')
    return pyproject(both(stage.url), both(qa, { name: 'qa', repository: 'qa' }))
  }
  const split = '[sources.dev]\nprofile = "alice"\n[sources.qa]\nprofile = "bob"\n'

  test('get entries by URL', async () => {
    const cwd = await stage.makeProject('split', sources())
    await writeUserConfig(stage, split)
    expect(await json([], { cwd, env: keyless(stage) })).toMatchObject({ code: 0, stderr: '' })
    const qa = stage.emulator.repositoryUrl('my-domain', 'qa')
    const urls = [stage.url, qa].flatMap(lookUpUrls)
    expect(Object.keys(await entries(stage)).sort()).toEqual(urls.sort())
  })

  test('each gets entries by URL, until both are one again', async () => {
    const cwd = await stage.makeProject('split', sources())
    const call = { cwd, env: keyless(stage) }
    const host = new URL(stage.url).host
    const qa = stage.emulator.repositoryUrl('my-domain', 'qa')
    const byUrl = (url: string, token: number) => Object.fromEntries(lookUpUrls(url).map((one) => [one, token]))
    const halves = { [host]: 0, ...byUrl(stage.url, 0), ...byUrl(qa, 1) }

    await writeUserConfig(stage, 'profile = "alice"\n')
    expect(await json([], call)).toMatchObject({ code: 0 })
    await writeUserConfig(stage, split)
    expect(await json([], call)).toMatchObject({ code: 0, stderr: '' })
    expect(await entries(stage)).toEqual(halves)

    await writeUserConfig(stage, 'profile = "alice"\n')
    expect(await json([], call)).toMatchObject({ code: 0, stderr: '' })
    expect(await entries(stage)).toEqual({ [host]: 0 })

    await writeUserConfig(stage, split)
    expect(await json([], call)).toMatchObject({ code: 0, stderr: '' })
    expect(await entries(stage)).toEqual(halves)
    expect(minters(stage)).toEqual([alice.accessKeyId, bob.accessKeyId])
  })

  test('entries by URL that nobody remembers do not stay in the way', async () => {
    const cwd = await stage.makeProject('split', sources())
    const call = { cwd, env: keyless(stage) }
    await writeUserConfig(stage, split)
    await stage.caSync([], call)
    await rm(stage.state, { recursive: true })
    await writeUserConfig(stage, 'profile = "alice"\n')
    expect(await json([], call)).toMatchObject({ code: 0, stderr: '' })
    expect(Object.keys(await entries(stage))).toEqual([new URL(stage.url).host])
  })

  test('two names of one repository cannot have two identities', async () => {
    const cwd = await stage.makeProject('twice', pyproject(plugin(), plugin({ name: 'qa' })))
    await writeUserConfig(stage, split)
    const result = await json([], { cwd, env: keyless(stage) })
    expect(result).toMatchObject({ code: 3, error: { code: 'CONFIG_INVALID' } })
    expect(result.error.message).toMatch(/dev.*qa.*my-domain\/dev.*alice.*bob/)
    expect(minters(stage)).toEqual([])
  })
})

describe('a source without owner', () => {
  beforeEach(async () => {
    stage = await open()
  })
  afterEach(() => stage.close())

  const asked = () => count(stage.emulator, 'GetCallerIdentity')

  test("is the caller's account, which is remembered", async () => {
    const cwd = await stage.makeProject('mine', pyproject(plugin({ owner: null })))
    const first = await json([], { cwd })
    expect(first).toMatchObject({ code: 0, sources: [{ owner, ready: true }] })
    expect(asked()).toBe(1)
    expect((await stage.caSync([], { cwd })).stdout).toMatch(/^Nothing to do/)
    await writeFile(join(cwd, 'pyproject.toml'), pyproject('# touched', plugin({ owner: null })))
    expect(await json([], { cwd })).toMatchObject({ sources: [{ owner, steps: [] }] })
    expect(asked()).toBe(1)
    expect(await json(['--force'], { cwd })).toMatchObject({ code: 0, sources: [{ owner }] })
    expect(asked()).toBe(2)
  })

  test.each([
    ['another profile', ['--profile', 'stranger'], {}],
    ['other keys in the environment', [], keysOf(stranger)],
  ])("is another account's with %s", async (_, flags, variables) => {
    const cwd = await stage.makeProject('mine', pyproject(plugin({ owner: null })))
    await json([], { cwd })
    const other = await json(flags, { cwd, env: { ...stage.env, ...variables } })
    expect(other).toMatchObject({ code: 0, sources: [{ owner: otherOwner, ready: true }] })
    const url = stage.emulator.repositoryUrl({ domain: 'my-domain', owner: otherOwner }, 'dev')
    expect(other.sources[0].url).toBe(url)
    expect(await stage.read(join(stage.config, 'config.toml'))).toContain(url)
  })
})

/** Poetry's keyring entries: by service, which of the tokens (in order of issue) it holds. */
async function entries({ box, emulator }: Stage): Promise<Record<string, number>> {
  const items = (await box.items()).filter(({ attributes }) => attributes['service'] !== 'ca-sync')
  return Object.fromEntries(
    items.map(({ attributes, secret }) => [attributes['service'] ?? '', emulator.issuedTokens().indexOf(secret)]),
  )
}
