import { chmod, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { afterEach, describe, expect, test } from '@jest/globals'
import { snapshot, writePoetryFiles } from '../../e2e/files.ts'

import { both, pyproject } from '../../e2e/pyproject.ts'
import { type MemoryStage, openMemoryStage } from '../../scenarios/memory-stage.ts'

let stage: MemoryStage
afterEach(() => stage.close())

const done = { code: 0, stderr: '' }
const logout = (...words: string[]) => stage.caSync(['logout', ...words])
const host = () => new URL(stage.url).host
const url = (repository: string) => stage.repositoryUrl('my-domain', repository)
const files = () => snapshot(stage.config)
const config = () => stage.read(join(stage.config, 'config.toml')).catch(() => undefined)
const auth = () => stage.read(join(stage.config, 'auth.toml')).catch(() => undefined)
const services = async () => Object.keys(await stage.entries()).sort()
const states = () => readdir(stage.state)

async function open(): Promise<void> {
  stage = await openMemoryStage()
  await writePoetryFiles(stage)
  // The mode that ca-sync gives them is not taken back.
  for (const name of await readdir(stage.config)) await chmod(join(stage.config, name), 0o600)
}

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
  await writeFile(join(stage.home, '.bashrc'), 'eval "$(ca-sync hook bash)"\n')
  await stage.caSync([])
  expect((await logout()).stdout).not.toContain(told)
  expect(await logout('--all', '--quiet')).toMatchObject({ ...done, stdout: '' })
  expect(JSON.parse((await logout('--all', '--json')).stdout)).toMatchObject({ error: null })
  expect(await logout('--all')).toMatchObject({ ...done, stdout: expect.stringMatching(new RegExp(`\n${told}$`)) })
})

test("Poetry's files come back to the byte", async () => {
  stage = await openMemoryStage()
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

describe('what other projects use', () => {
  const other = (repository: string, name = repository) =>
    stage.makeProject('other', pyproject(both(url(repository), { name, repository })))

  test('stays, and --all removes it', async () => {
    await open()
    const before = await files()
    const second = await other('dev')
    await stage.caSync([])
    await stage.caSync([], { cwd: second })
    const all = await services()

    const { stdout } = await logout()
    expect(stdout).toMatch(
      new RegExp(
        `^Logged out: dev, qa, prod \\(my-domain/dev\\)\\.\n.*\nKept: dev, the token of my-domain, still used in ${second}\\. To remove everything, type: ca-sync logout --all\n$`,
        's',
      ),
    )
    expect(await services()).toEqual(all)
    expect(await config()).toContain(`[repositories.dev]\nurl = "${stage.url}"\n`)
    expect(await config()).not.toContain('[repositories.qa]')
    expect(await stage.caSync(['status'], { cwd: second })).toMatchObject(done)
    expect(await stage.caSync(['--all', '--unattended'])).toMatchObject(done)
    expect(JSON.parse(await stage.read(join(stage.state, 'state.json'))).projects).not.toHaveProperty(stage.project)

    const everything = await stage.caSync(['logout', '--all'], { cwd: '/' })
    expect(everything).toMatchObject({ ...done, stdout: expect.stringContaining('Logged out: dev (my-domain/dev).') })
    expect([await services(), await states(), await files()]).toEqual([[], [], before])
  })

  test('goes when their folders have been gone for a week', async () => {
    await open()
    const second = await other('shared')
    await stage.caSync([])
    await stage.caSync([], { cwd: second })
    await rm(second, { recursive: true })
    await stage.caSync(['--all', '--unattended'])
    await stage.letPass(7 * 24)
    expect(await logout()).toMatchObject({
      ...done,
      stdout: expect.stringContaining(`Forgot ${second}: it is no project any more (no pyproject.toml).\n`),
    })
    expect([await services(), await states()]).toEqual([[], []])
    expect(await config()).not.toContain('repositories')
  })

  test('by exec only: the token and the name stay', async () => {
    await open()
    const second = await other('dev')
    await stage.caSync([])
    await stage.caSync(['exec', '--', process.execPath, '-e', ''], { cwd: second })
    expect(await logout()).toMatchObject({ ...done, stdout: expect.stringContaining('Kept: dev, the token of') })
    expect(await services()).toEqual(['ca-sync'])
    expect(await config()).toContain('[repositories.dev]')
    expect(await stage.caSync(['logout'], { cwd: second })).toMatchObject(done)
    expect([await services(), await states()]).toEqual([[], []])
  })
})

describe('--source', () => {
  const open = async () => {
    stage = await openMemoryStage()
    const far = both(stage.repositoryUrl('far', 'dev'), { name: 'far', domain: 'far' })
    await writeFile(join(stage.project, 'pyproject.toml'), pyproject(both(stage.url), far))
    await stage.caSync([])
  }
  const status = async (): Promise<unknown[]> =>
    JSON.parse((await stage.caSync(['status', '--json'])).stdout).sources.map(
      ({ name, ready }: { name: string; ready: boolean }) => [name, ready],
    )

  test('removes that one, which jobs do not bring back, but a run by hand does', async () => {
    await open()
    const before = await services()
    const far = new URL(stage.repositoryUrl('far', 'dev')).host
    expect(await logout('-s', 'far')).toMatchObject(done)
    expect(await services()).toEqual(['ca-sync', host()].sort())
    expect(await config()).not.toContain(far)
    expect(await stage.caSync(['--all', '--unattended'])).toMatchObject(done)
    expect(await stage.caSync(['--all', '--force'])).toMatchObject(done)
    expect(await status()).toEqual([
      ['dev', true],
      ['far', false],
    ])
    expect(await services()).not.toContain(far)

    expect(await stage.caSync([])).toMatchObject({ code: 0 })
    expect(await services()).toEqual(before)
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
    expect(Number(await stage.read(join(stage.state, 'next')))).toBeGreaterThan(stage.now() / 1000 + 24 * 3600)
    expect(await stage.caSync([])).toMatchObject({ code: 0 })
    expect(await status()).toEqual([['dev', true]])
  })

  test('unknown: the known ones are named', async () => {
    await open()
    const before = await snapshot(stage.home)
    expect(await logout('-s', 'far', 'fra')).toMatchObject({
      code: 3,
      stderr: `error: ca-sync knows no source "fra" of ${stage.project}.\n  It knows: dev, far.\n`,
    })
    expect(await snapshot(stage.home)).toEqual(before)
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
    expect([await services(), await states(), await files()]).toEqual([[], [], before])
  })

  test('a folder that is gone can be named', async () => {
    await open()
    await stage.caSync([])
    await rename(stage.project, `${stage.project}-moved`)
    expect(await stage.caSync(['logout', '-C', stage.project], { cwd: '/' })).toMatchObject(done)
    expect([await services(), await states()]).toEqual([[], []])
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
    expect(await services()).toHaveLength(2)
  })
})
