import { chmod, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { keyring } from '../poetry/keyring/handover-helpers.ts'
import { age } from './aging.ts'
import { snapshot } from './files.ts'
import { services, writePoetryFiles } from './keyring.ts'
import { both, pyproject } from './pyproject.ts'
import { domain, library, openStage, type Stage } from './stage.ts'

jest.setTimeout(180_000)

let stage: Stage
afterEach(() => stage.close())

const done = { code: 0, stderr: '' }
const logout = (...words: string[]) => stage.caSync(['logout', ...words])
const host = () => new URL(stage.url).host
const url = (repository: string) => stage.emulator.repositoryUrl(domain, repository)
const files = () => snapshot(stage.config)
const config = () => stage.read(join(stage.config, 'config.toml')).catch(() => undefined)
const auth = () => stage.read(join(stage.config, 'auth.toml')).catch(() => undefined)
const secrets = async () =>
  (await stage.box.items()).map(({ attributes, secret }) => [attributes['service'], secret]).sort()
const states = () => readdir(stage.state)

async function open(): Promise<void> {
  stage = await openStage()
  await writePoetryFiles(stage)
  // The mode that ca-sync gives them is not taken back.
  for (const name of await readdir(stage.config)) await chmod(join(stage.config, name), 0o600)
}

describe.each(['2.5', '1.8'] as const)('Poetry %s', (line) => {
  test('is logged out, and works again after the next ca-sync', async () => {
    stage = await openStage({ line })
    stage.emulator.addPackage({ domain, repository: 'dev', name: library, version: '1.2.3' })
    await keyring(stage.box, ['set', 'poetry-repository-other', 'aws'], 'foreign', line)
    await keyring(stage.box, ['set', 'other.example', 'aws'], 'foreign', line)
    const foreign = await secrets()
    await stage.caSync([])
    expect(await stage.poetry(['build'])).toMatchObject({ code: 0 })
    expect(await services(stage)).toHaveLength(4)

    const { stdout, ...rest } = await logout()
    expect(rest).toMatchObject(done)
    expect(stdout).toBe(
      [
        'Logged out: dev, qa, prod (my-domain/dev).',
        `Removed from Poetry's keyring: ${host()}.`,
        'Removed the token of my-domain.',
        `Removed ${stage.config}/auth.toml, in which nothing else was.`,
        `Removed ${stage.config}/config.toml, in which nothing else was.`,
        '',
      ].join('\n'),
    )
    expect(await secrets()).toEqual(foreign)
    expect([await states(), await readdir(stage.config)]).toEqual([[], []])
    const before = stage.emulator.requests.length
    expect((await stage.poetry(['add', library, '--source', 'dev', '--no-interaction'])).code).not.toBe(0)
    expect((await stage.poetry(['publish', '-r', 'dev', '--no-interaction'])).code).not.toBe(0)
    const refused = stage.emulator.requests.slice(before).map(({ status }) => status)
    expect(refused.filter((status) => status !== 401)).toEqual([])
    expect(refused).toContain(401)

    expect(await stage.caSync([])).toMatchObject(done)
    expect(await stage.poetry(['add', library, '--source', 'dev'])).toMatchObject({ code: 0 })
    expect(await stage.poetry(['publish', '-r', 'dev'])).toMatchObject({ code: 0 })
  })
})

test('twice is fine', async () => {
  await open()
  const nothing = (what = 'nothing') => ({
    ...done,
    stdout: `Nothing to remove: ca-sync has ${what} set up for ${stage.project}.\n`,
  })
  expect(await logout()).toMatchObject(nothing())
  await stage.caSync([])
  await logout('--source', 'dev')
  expect(await logout('--source', 'dev')).toMatchObject(nothing('no dev'))
  expect(await logout()).toMatchObject(done)
  expect(await logout()).toMatchObject(nothing())
  expect(await logout('--quiet')).toMatchObject({ ...done, stdout: '' })
  expect(await logout('--all')).toMatchObject({
    ...done,
    stdout: 'Nothing to remove: ca-sync has nothing set up on this machine.\n',
  })
  expect(await states()).toEqual([])
})

test('--all names what stays installed, to those who read', async () => {
  await open()
  const told = 'What renews tokens stays installed. To remove it, type: ca-sync hook uninstall\n'
  await writeFile(join(stage.box.home, '.bashrc'), 'eval "$(ca-sync hook bash)"\n')
  await stage.caSync([])
  expect((await logout()).stdout).not.toContain(told)
  expect(await logout('--all', '--quiet')).toMatchObject({ ...done, stdout: '' })
  expect(JSON.parse((await logout('--all', '--json')).stdout)).toMatchObject({ error: null })
  expect(await logout('--all')).toMatchObject({ ...done, stdout: expect.stringMatching(new RegExp(`\n${told}$`)) })
})

test("Poetry's files come back to the byte", async () => {
  stage = await openStage()
  await mkdir(stage.config, { recursive: true })
  await writeFile(join(stage.config, 'config.toml'), '# mine\r\n[repositories]\r\nqa-2 = {url = "x"} # kept\r\n\r\n[z]')
  await writeFile(join(stage.config, 'auth.toml'), '')
  const before = await Promise.all([config(), auth()])
  await stage.caSync([])
  expect(await logout()).toMatchObject(done)
  expect(await Promise.all([config(), auth()])).toEqual(before)
})

test('what somebody changed since stays', async () => {
  await open()
  await stage.caSync([])
  const changed = '[repositories.qa]\nurl = "https://other.example/"\n'
  await writeFile(join(stage.config, 'config.toml'), `${changed}\n[repositories.dev]\nurl = "${stage.url}"\n`)
  const own = '[http-basic.dev]\nusername = "aws"\npassword = "own"\n\n[http-basic.qa]\nusername = "me"\n'
  await writeFile(join(stage.config, 'auth.toml'), own)
  expect(await logout()).toMatchObject(done)
  expect(await Promise.all([config(), auth()])).toEqual([changed, own])
})

test("a line that was there before ca-sync is its writer's", async () => {
  stage = await openStage()
  expect(await stage.poetry(['config', 'repositories.dev', stage.url])).toMatchObject({ code: 0 })
  await chmod(join(stage.config, 'config.toml'), 0o600)
  await writeFile(join(stage.config, 'auth.toml'), '[http-basic.qa]\nusername = "aws"\n', { mode: 0o600 })
  const before = await files()
  expect(await stage.caSync([])).toMatchObject({ code: 0 })
  expect(await config()).toContain('[repositories.qa]')
  await stage.caSync(['--force'])
  expect(await logout()).toMatchObject(done)
  expect([await services(stage), await files()]).toEqual([[], before])

  // In plain text, too, only the token goes.
  await stage.caSync(['--store', 'plaintext'])
  expect(await auth()).toContain('password')
  expect(await logout()).toMatchObject(done)
  expect([await states(), await files()]).toEqual([[], before])
})

test('a line of the user for a URL that is another by now is a conflict, and stays', async () => {
  stage = await openStage()
  const old = url('shared')
  const file = join(stage.project, 'pyproject.toml')
  await writeFile(file, pyproject(both(old, { repository: 'shared' })))
  await stage.poetry(['config', 'repositories.dev', old])
  expect(await stage.caSync([])).toMatchObject({ code: 0 })
  await writeFile(file, pyproject(both(stage.url)))
  expect(await stage.caSync([])).toMatchObject({
    code: 3,
    stderr: expect.stringContaining(`is already set to "${old}"`),
  })
  expect(await logout()).toMatchObject(done)
  expect(await config()).toContain(old)
})

describe('what other projects use', () => {
  const other = (repository: string, name = repository) =>
    stage.makeProject('other', pyproject(both(url(repository), { name, repository })))

  test('stays, and --all removes it', async () => {
    await open()
    const before = await files()
    const second = await other('dev')
    await stage.caSync([])
    await stage.caSync([], { cwd: second })
    const all = await services(stage)

    const { stdout } = await logout()
    expect(stdout).toMatch(
      new RegExp(
        `^Logged out: dev, qa, prod \\(my-domain/dev\\)\\.\n.*\nKept: dev, the token of my-domain, still used in ${second}\\. To remove everything, type: ca-sync logout --all\n$`,
        's',
      ),
    )
    expect(await services(stage)).toEqual(all)
    expect(await config()).toContain(`[repositories.dev]\nurl = "${stage.url}"\n`)
    expect(await config()).not.toContain('[repositories.qa]')
    expect(await stage.caSync(['status'], { cwd: second })).toMatchObject(done)
    expect(await stage.caSync(['--all', '--unattended'])).toMatchObject(done)
    expect(JSON.parse(await stage.read(join(stage.state, 'state.json'))).projects).not.toHaveProperty(stage.project)

    const everything = await stage.caSync(['logout', '--all'], { cwd: '/' })
    expect(everything).toMatchObject({ ...done, stdout: expect.stringContaining('Logged out: dev (my-domain/dev).') })
    expect([await services(stage), await states(), await files()]).toEqual([[], [], before])
  })

  test('goes when their folders have been gone for a week', async () => {
    await open()
    const second = await other('shared')
    await stage.caSync([])
    await stage.caSync([], { cwd: second })
    await rm(second, { recursive: true })
    await stage.caSync(['--all', '--unattended'])
    await age(stage, 7 * 24)
    expect(await logout()).toMatchObject({
      ...done,
      stdout: expect.stringContaining(`Forgot ${second}: it is no project any more (no pyproject.toml).\n`),
    })
    expect([await services(stage), await states()]).toEqual([[], []])
    expect(await config()).not.toContain('repositories')
  })

  test('by exec only: the token and the name stay', async () => {
    await open()
    const second = await other('dev')
    await stage.caSync([])
    await stage.caSync(['exec', '--', 'true'], { cwd: second })
    expect(await logout()).toMatchObject({ ...done, stdout: expect.stringContaining('Kept: dev, the token of') })
    expect(await services(stage)).toEqual(['ca-sync'])
    expect(await config()).toContain('[repositories.dev]')
    expect(await stage.caSync(['logout'], { cwd: second })).toMatchObject(done)
    expect([await services(stage), await states()]).toEqual([[], []])
  })
})

describe('--source', () => {
  const two = { owner: '564131876131', region: 'us-east-1', repositories: ['dev'] }
  const open = async () => {
    stage = await openStage({ emulator: { domains: ['my-domain', 'far'].map((name) => ({ ...two, domain: name })) } })
    const far = both(stage.emulator.repositoryUrl('far', 'dev'), { name: 'far', domain: 'far' })
    await writeFile(join(stage.project, 'pyproject.toml'), pyproject(both(stage.url), far))
    await stage.caSync([])
  }
  const status = async (): Promise<unknown[]> =>
    JSON.parse((await stage.caSync(['status', '--json'])).stdout).sources.map(
      ({ name, ready }: { name: string; ready: boolean }) => [name, ready],
    )

  test('removes that one, which jobs do not bring back, but a run by hand does', async () => {
    await open()
    const before = await services(stage)
    const far = new URL(stage.emulator.repositoryUrl('far', 'dev')).host
    expect(await logout('-s', 'far')).toMatchObject(done)
    expect(await services(stage)).toEqual(['ca-sync', host()].sort())
    expect(await config()).not.toContain(far)
    expect(await stage.caSync(['--all', '--unattended'])).toMatchObject(done)
    expect(await stage.caSync(['--all', '--force'])).toMatchObject(done)
    expect(await status()).toEqual([
      ['dev', true],
      ['far', false],
    ])
    expect(await services(stage)).not.toContain(far)

    expect(await stage.caSync([])).toMatchObject({ code: 0 })
    expect(await services(stage)).toEqual(before)
    expect(await stage.caSync(['--all'])).toMatchObject({
      ...done,
      stdout: expect.stringMatching(/2 sources are ready/),
    })
    expect(await status()).toEqual([
      ['dev', true],
      ['far', true],
    ])
  })

  test('shared with another project: a run by hand brings it back, a job does not', async () => {
    await open()
    await stage.caSync([], { cwd: await stage.makeProject('other', pyproject(both(stage.url))) })
    await stage.caSync([])
    expect(await logout('-s', 'dev')).toMatchObject({ ...done, stdout: expect.stringContaining('Kept: dev') })
    const job = ['--all', '--unattended']
    expect(await stage.caSync(job)).toMatchObject({
      ...done,
      stdout: expect.stringMatching(/^Nothing to do: 2 sources/),
    })
    expect(await status()).toEqual([
      ['dev', false],
      ['far', true],
    ])
    expect(await stage.caSync([])).toMatchObject({ code: 0 })
    expect(await status()).toEqual([
      ['dev', true],
      ['far', true],
    ])
  })

  test('of all that pyproject.toml still has: jobs have nothing to do there', async () => {
    await open()
    expect(await logout('-s', 'dev')).toMatchObject(done)
    await writeFile(join(stage.project, 'pyproject.toml'), pyproject(both(stage.url)))
    const job = () => stage.caSync(['--all', '--unattended'])
    const nothing = { ...done, stdout: 'Nothing to do: no project is due.\n' }
    expect(await job()).toMatchObject(nothing)
    expect(await status()).toEqual([['dev', false]])
    const before = await stage.read(join(stage.state, 'state.json'))
    expect(await job()).toMatchObject(nothing)
    expect(await stage.read(join(stage.state, 'state.json'))).toBe(before)
    expect(Number(await stage.read(join(stage.state, 'next')))).toBeGreaterThan(Date.now() / 1000 + 24 * 3600)
    expect(await stage.caSync([])).toMatchObject({ code: 0 })
    expect(await status()).toEqual([['dev', true]])
  })

  test('unknown: the known ones are named', async () => {
    await open()
    const before = await snapshot(stage.box.home)
    expect(await logout('-s', 'far', 'fra')).toMatchObject({
      code: 3,
      stderr: `error: ca-sync knows no source "fra" of ${stage.project}.\n  It knows: dev, far.\n`,
    })
    expect(await snapshot(stage.box.home)).toEqual(before)
  })
})

describe('which project', () => {
  test.each([
    ['broken', (file: string) => writeFile(file, 'half = [')],
    ['without sources', (file: string) => writeFile(file, pyproject())],
    ['gone', (file: string) => rm(file)],
  ])('a pyproject.toml that is %s by now does not matter', async (_, change) => {
    await open()
    const before = await files()
    await stage.caSync([])
    await change(join(stage.project, 'pyproject.toml'))
    expect(await logout('-C', join(stage.project, 'my_app'))).toMatchObject({
      ...done,
      stdout: expect.stringContaining('Logged out: dev, qa, prod'),
    })
    expect([await services(stage), await states(), await files()]).toEqual([[], [], before])
  })

  test('a folder that is gone can be named', async () => {
    await open()
    await stage.caSync([])
    await rename(stage.project, `${stage.project}-moved`)
    expect(await stage.caSync(['logout', '-C', stage.project], { cwd: '/' })).toMatchObject(done)
    expect([await services(stage), await states()]).toEqual([[], []])
  })

  test.each([
    ['a folder without one', ['-C', '/'], 3, /There is no project in \/.*\n {2}.*ca-sync logout --all/],
    ['a folder that is mistyped', ['-C', 'typo'], 3, /\/typo is not a folder/],
    ['a file', ['-C', 'pyproject.toml'], 3, /pyproject\.toml is not a folder/],
    ['--all with --project', ['--all', '-C', '.'], 2, /neither with --project nor with --source/],
    ['--all with --source', ['--all', '-s', 'dev'], 2, /neither with --project nor with --source/],
  ])('%s is an error', async (_, words, code, says) => {
    await open()
    await stage.caSync([])
    expect(await logout(...words)).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(says) })
    expect(await services(stage)).toHaveLength(2)
  })
})

test('the JSON document', async () => {
  await open()
  await stage.caSync([])
  const { stdout } = await logout('--json')
  expect(JSON.parse(stdout)).toEqual({
    schemaVersion: 1,
    removed: {
      sources: ['dev', 'qa', 'prod'],
      entries: [host()],
      tokens: 1,
      files: [join(stage.config, 'auth.toml'), join(stage.config, 'config.toml')],
    },
    kept: [],
    warnings: [],
    error: null,
  })
})
