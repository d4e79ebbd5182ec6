import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { age } from './aging.ts'
import { both, declared, plugin, pyproject } from './pyproject.ts'
import { count, openStage, type Stage } from './stage.ts'

jest.setTimeout(120_000)

const owner = '564131876131'
let stage: Stage
beforeEach(async () => {
  stage = await openStage()
})
afterEach(() => stage.close())

const url = (repository: string) => stage.emulator.repositoryUrl('my-domain', repository)
const app = (name: string, repository: string) =>
  stage.makeProject(name, pyproject(both(url(repository), { repository })))
const config = () => stage.read(join(stage.config, 'config.toml'))
const writeConfig = (text: string) => writeFile(join(stage.config, 'config.toml'), text)
const minted = () => count(stage.emulator, 'GetAuthorizationToken')

async function files(): Promise<string[]> {
  const names = [join(stage.config, 'config.toml'), join(stage.config, 'auth.toml'), join(stage.state, 'state.json')]
  return Promise.all(names.map((name) => stage.read(name).catch(() => 'absent')))
}

describe('a name of another project', () => {
  test.each([[[]], [['--force']], [['--dry-run']], [['--unattended']]])('is not taken over (%j)', async (flags) => {
    const first = await app('first', 'dev')
    const second = await app('second', 'qa')
    expect(await stage.caSync([], { cwd: first })).toMatchObject({ code: 0 })
    const [before] = await files()

    for (const words of [flags, [...flags, '--json'], flags]) {
      const result = await stage.caSync(words, { cwd: second })
      expect(result.code).toBe(0)
      const said = words.includes('--json') ? JSON.parse(result.stdout).warnings.join() : result.stderr
      expect(said).toContain(`${owner}/my-domain/us-east-1/dev in ${first}`)
      expect(said).toContain(`this project means ${owner}/my-domain/us-east-1/qa`)
      expect(said).toContain('type: ca-sync --local')
      if (words.includes('--json'))
        expect(JSON.parse(result.stdout).sources).toMatchObject([{ install: true, publish: false, error: null }])
    }
    expect((await files())[0]).toBe(before)
    expect(minted()).toBe(flags.includes('--force') ? 4 : 1)
    expect(await stage.caSync([], { cwd: first })).toMatchObject({ code: 0, stderr: '' })
  })

  test('is free when the other project is forgotten, logged out, or names it no more', async () => {
    const first = await app('first', 'dev')
    const second = await app('second', 'qa')
    const third = await app('third', 'prod')
    await stage.caSync([], { cwd: first })
    await rm(first, { recursive: true })
    expect(await stage.caSync([], { cwd: second })).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(`if ${first} is gone for good: ca-sync logout -C ${first})`),
    })
    await stage.caSync(['--all', '--unattended'])
    await age(stage, 7 * 24)
    await stage.caSync(['--all', '--unattended'])
    expect(await stage.caSync([], { cwd: second })).toMatchObject({ code: 0, stderr: '' })
    await writeFile(join(second, 'pyproject.toml'), pyproject(both(url('qa'), { name: 'other', repository: 'qa' })))
    expect(await stage.caSync([], { cwd: third })).toMatchObject({ code: 0, stderr: '' })
    expect(await config()).toContain(`[repositories.dev]\nurl = "${url('prod')}"`)
  })

  test('is free once the other project, which is gone, is logged out', async () => {
    const first = await app('first', 'dev')
    const second = await app('second', 'qa')
    await stage.caSync([], { cwd: first })
    await rm(first, { recursive: true })
    expect(await stage.caSync(['logout', '-C', first], { cwd: '/' })).toMatchObject({ code: 0 })
    expect(await stage.caSync([], { cwd: second })).toMatchObject({ code: 0, stderr: '' })
  })

  test('is still taken while the other project cannot be read', async () => {
    const first = await app('first', 'dev')
    const second = await app('second', 'qa')
    await stage.caSync([], { cwd: first })
    await writeFile(join(first, 'pyproject.toml'), 'half = [')
    expect(await stage.caSync([], { cwd: second })).toMatchObject({ code: 0, stderr: expect.stringContaining(first) })
  })

  test('for the same repository is no conflict, and asks for no second token', async () => {
    await stage.caSync([], { cwd: await app('first', 'dev') })
    const second = await stage.caSync(['--json'], { cwd: await app('second', 'dev') })
    expect(second.code).toBe(0)
    expect(JSON.parse(second.stdout).sources).toMatchObject([{ ready: true, steps: [] }])
    expect(minted()).toBe(1)
  })

  test('may change its repository in its own project', async () => {
    const cwd = await app('first', 'dev')
    await stage.caSync([], { cwd })
    await app('first', 'qa')
    expect(await stage.caSync([], { cwd })).toMatchObject({ code: 0, stderr: '' })
    expect(await config()).toContain(`[repositories.dev]\nurl = "${url('qa')}"`)
    expect(await config()).not.toContain(url('dev'))
    expect(minted()).toBe(1)
  })
})

describe('--local: the line goes to the poetry.toml of the project', () => {
  const mine = '# mine\n[virtualenvs]\nin-project = true # kept\n'
  const ready = { ready: true, install: true, publish: true }
  const absent = 'absent'
  const own = (cwd: string) => stage.read(join(cwd, 'poetry.toml')).catch(() => absent)
  async function both2(text: string | undefined): Promise<[first: string, second: string]> {
    const [first, second] = [await app('first', 'dev'), await app('second', 'qa')]
    if (text !== undefined) await writeFile(join(second, 'poetry.toml'), text)
    expect(await stage.caSync([], { cwd: first })).toMatchObject({ code: 0 })
    return [first, second]
  }

  test.each([[mine], [undefined]])('it is remembered, and goes with --no-local and logout (%j)', async (text) => {
    const [first, second] = await both2(text)
    const [before] = await files()
    const line = `[repositories.dev]\nurl = "${url('qa')}"`
    const { code, stdout, stderr } = await stage.caSync(['--local', '--json'], { cwd: second })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({ sources: [ready], warnings: [] })
    expect(await own(second)).toBe(`${text === undefined ? '' : `${text}\n`}${line}\n`)
    expect((await files())[0]).toBe(before)
    for (const words of [[], ['--force'], ['--all'], ['--all', '--unattended', '-q']])
      expect(await stage.caSync(words, { cwd: second })).toMatchObject({ code: 0, stderr: '' })
    expect(await stage.caSync(['status'], { cwd: second })).toMatchObject({ code: 0, stderr: '' })
    expect(await stage.caSync([], { cwd: first })).toMatchObject({ code: 0, stderr: '' })

    expect(await stage.caSync(['--no-local'], { cwd: second })).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('type: ca-sync --local'),
    })
    expect(await own(second)).toBe(text ?? absent)

    await stage.caSync(['--local'], { cwd: second })
    expect(await stage.caSync(['logout'], { cwd: second })).toMatchObject({ code: 0, stderr: '' })
    expect(await own(second)).toBe(text ?? absent)
    expect((await files())[0]).toBe(before)
    // The name has its login for the other project still.
    expect(await stage.caSync(['status'], { cwd: first })).toMatchObject({ code: 0, stderr: '' })
    expect(await stage.caSync(['logout', '--all'], { cwd: first })).toMatchObject({ code: 0, stderr: '' })
    expect((await files()).slice(0, 2)).toEqual(['absent', 'absent'])
  })

  test('the one that was there first leaves, and the name is free for the other', async () => {
    const [first, second] = await both2(undefined)
    await stage.caSync([], { cwd: second })
    expect(await stage.caSync(['logout'], { cwd: first })).toMatchObject({ code: 0 })
    expect(await stage.caSync(['--json'], { cwd: second })).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse((await stage.caSync(['status', '--json'], { cwd: second })).stdout).sources).toMatchObject([
      ready,
    ])
  })

  test('a line of the user’s own there is not taken over', async () => {
    const [, second] = await both2('[repositories.dev]\nurl = "https://x.example/"\n')
    const { code, stderr } = await stage.caSync(['--local'], { cwd: second })
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('poetry.toml gives dev another URL') })
    expect(await own(second)).toContain('x.example')
  })
})

describe('a name that the user gave by hand', () => {
  test.each([[[]], [['--force']], [['--dry-run']]])('to another URL stays (%j)', async (flags) => {
    await stage.poetry(['config', 'repositories.dev', 'https://other.example/'])
    const [before] = await files()
    const result = await stage.caSync(flags, { cwd: await app('first', 'dev') })
    expect(result.code).toBe(0)
    expect(result.stderr).toContain('"https://other.example/"')
    expect(result.stderr).toContain('ca-sync --local')
    expect(result.stderr).toContain('poetry config --unset repositories.dev')
    expect((await files())[0]).toBe(before)
  })

  test.each([
    ['as it is', ''],
    ['without the slash', 'no slash'],
    ['with simple/', 'simple/'],
    ['with simple', 'simple'],
  ])('to the same repository, %s, is made right', async (_, end) => {
    const written = end === 'no slash' ? url('dev').slice(0, -1) : `${url('dev')}${end}`
    await stage.poetry(['config', 'repositories.dev', written])
    expect(await stage.caSync([], { cwd: await app('first', 'dev') })).toMatchObject({ code: 0, stderr: '' })
    expect(await config()).toBe(`[repositories.dev]\nurl = "${url('dev')}"\n`)
  })

  test('is known as our own after the state is lost', async () => {
    const cwd = await app('first', 'dev')
    await stage.caSync([], { cwd })
    await rm(stage.state, { recursive: true })
    expect(await stage.caSync([], { cwd })).toMatchObject({ code: 0, stderr: '' })
  })

  test('after us, is the user’s again', async () => {
    const cwd = await app('first', 'dev')
    await stage.caSync([], { cwd })
    await writeConfig('[repositories.dev]\nurl = "https://other.example/"\n')
    expect(await stage.caSync([], { cwd })).toMatchObject({ code: 0, stderr: expect.stringContaining('other.example') })
    expect(await config()).toContain('other.example')
  })
})

describe('a [[tool.poetry.source]] of the same name', () => {
  const project = (at: string) => stage.makeProject('app', pyproject(plugin(), declared('dev', at)))

  test.each([
    ['another host', 'https://evil.example/pypi/dev/simple/', /evil\.example/],
    ['a host that begins like ours', 'http://127.0.0.1.evil.example/pypi/dev/simple/', /127\.0\.0\.1\.evil\.example/],
    [
      'AWS itself, while the endpoint is elsewhere',
      'https://my-domain-564131876131.d.codeartifact.us-east-1.amazonaws.com/pypi/dev/simple/',
      /token is only for the repository's endpoint/,
    ],
  ])('at %s is refused', async (_, at, words) => {
    const { code, stdout, stderr } = await stage.caSync(['--json'], { cwd: await project(at) })
    expect(code).toBe(3)
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: 'SOURCE_HOST_MISMATCH', message: expect.stringMatching(words) },
    })
    expect(stderr).toContain(`Write url = "${url('dev')}simple/"`)
    expect(minted()).toBe(0)
    expect((await files()).slice(0, 2)).toEqual(['absent', 'absent'])
  })

  test.each([[[]], [['--dry-run']]])('at another path of the host is a warning (%j)', async (flags) => {
    const { code, stderr } = await stage.caSync(flags, { cwd: await project(`${url('qa')}simple/`) })
    expect(code).toBe(0)
    expect(stderr).toMatch(/^warning: .*source "dev".*Poetry installs from .*\/pypi\/dev\/simple\//)
  })
})

describe('only a [[tool.poetry.source]]', () => {
  const aws = 'my-domain-564131876131.d.codeartifact'
  test.each([
    ['amazonaws.com', 'us-east-1', `${aws}.us-east-1.amazonaws.com`],
    ['amazonaws.com.cn', 'cn-north-1', `${aws}.cn-north-1.amazonaws.com.cn`],
    ['on.aws', 'eu-west-1', 'my-domain-564131876131.codeartifact.eu-west-1.on.aws'],
  ])('under %s', async (_, region, host) => {
    await stage.close()
    stage = await openStage({
      emulator: { domains: [{ domain: 'my-domain', owner, region, repositories: ['dev'] }] },
    })
    const cwd = await stage.makeProject('app', pyproject(declared('dev', `https://${host}/pypi/dev/simple/`)))
    expect(await stage.caSync([], { cwd })).toMatchObject({ code: 0, stderr: '' })
    expect(stage.emulator.calls).toMatchObject([{ operation: 'GetAuthorizationToken', region }])
    expect(await config()).toBe(`[repositories.dev]\nurl = "https://${host}/pypi/dev/"\n`)
    const services = (await stage.box.items()).map(({ attributes }) => attributes['service'])
    expect(services.sort()).toEqual(['ca-sync', host].sort())
  })
})
