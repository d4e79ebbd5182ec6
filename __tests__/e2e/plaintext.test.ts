import { chmod, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { age } from './aging.ts'
import { filesHolding, snapshot, writePoetryFiles } from './files.ts'
import { minted, ours, services } from './keyring.ts'
import { plugin, pyproject } from './pyproject.ts'
import { domain, library, openStage, type Stage } from './stage.ts'

jest.setTimeout(120_000)

let stage: Stage
afterEach(() => stage.close())

const plain = ['--store', 'plaintext']
const auth = (): string => join(stage.config, 'auth.toml')
const warning = (command = 'ca-sync --store keyring'): RegExp =>
  new RegExp(
    `^warning: The token of dev, qa, prod is in plain text in ${auth()}, for every program that can read your files\\. To stop that, type: ${command}\n$`,
  )
const newest = (): string => stage.emulator.issuedTokens().at(-1) ?? '-'

describe('without a bus, a keyring and a Poetry on PATH', () => {
  test.each(['2.5', '1.8'] as const)('Poetry %s installs and publishes afterwards', async (line) => {
    stage = await openStage({ keyring: 'no-bus', line })
    stage.emulator.addPackage({ domain, repository: 'dev', name: library, version: '1.2.3' })
    const bare = { ...stage.env, PATH: (stage.env['PATH'] ?? '').replace(/[^:]*poetry-[^:]*:/, '') }

    const result = await stage.caSync(plain, { env: bare })
    expect(result).toMatchObject({ code: 0, stderr: expect.stringMatching(warning()) })
    expect(result.stdout).toMatch(/^dev {3}ready {2}my-domain\/dev, token valid for 12 h\n/)
    expect(await stage.poetry(['add', library, '--source', 'dev'])).toMatchObject({ code: 0 })
    expect(await stage.poetry(['build'])).toMatchObject({ code: 0 })
    expect(await stage.poetry(['publish', '-r', 'dev'])).toMatchObject({ code: 0 })
    expect((await stat(auth())).mode & 0o777).toBe(0o600)
    expect(await filesHolding(stage.box.dir, [newest()])).toEqual([auth()])
  })
})

describe('a project in plain text', () => {
  const open = async () => {
    stage = await openStage()
    await writePoetryFiles(stage)
    expect(await stage.caSync(plain)).toMatchObject({ code: 0, stderr: expect.stringMatching(warning()) })
  }

  test('uses no keyring, and leaves what else is in the file', async () => {
    await open()
    expect(await services(stage)).toEqual([])
    const text = await stage.read(auth())
    expect(text).toContain('[http-basic.other]\nusername = "me"\npassword = "kept"\n')
    expect(text).toContain(`[http-basic.dev]\nusername = "aws"\npassword = "${newest()}"\n`)
    expect(await stage.read(join(stage.state, 'state.json'))).not.toContain(newest().slice(-24))
  })

  test('says so at every run, which does nothing else', async () => {
    await open()
    const before = await snapshot(stage.config)
    const again = { code: 0, stderr: expect.stringMatching(warning()) }
    const nothing = expect.stringMatching(/^Nothing to do: 3 sources are ready/)
    expect(await stage.caSync([])).toMatchObject({ ...again, stdout: nothing })
    expect(await stage.caSync(['-q'])).toMatchObject({ ...again, stdout: '' })
    const { stdout, ...status } = await stage.caSync(['status'])
    expect(status).toMatchObject(again)
    expect(stdout).toMatch(/^dev .* {2}12 h {8}yes, in plain text$/m)
    const { sources, warnings } = JSON.parse((await stage.caSync(['status', '--json'])).stdout)
    expect(sources.map(({ store }: { store: string }) => store)).toEqual(['plaintext', 'plaintext', 'plaintext'])
    expect(warnings).toEqual([expect.stringContaining('in plain text')])
    expect(await stage.caSync(['--all', '--unattended'])).toMatchObject({ code: 0, stdout: nothing, stderr: '' })
    expect(await snapshot(stage.config)).toEqual(before)
    expect(minted(stage)).toBe(1)
  })

  test('is renewed by jobs', async () => {
    await open()
    const [first = '-'] = stage.emulator.issuedTokens()
    await age(stage, 7)
    expect(await stage.caSync(['--all', '--unattended', '--quiet'])).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringMatching(warning(`ca-sync -C ${stage.project} --store keyring`)),
    })
    expect(minted(stage)).toBe(2)
    expect(await stage.read(auth())).not.toContain(first)
    expect(await stage.read(auth())).toContain(newest())
    expect(await services(stage)).toEqual([])
  })

  test('gets a new token where somebody took or changed the password', async () => {
    await open()
    await stage.poetry(['config', '--unset', 'http-basic.dev'])
    expect(JSON.parse((await stage.caSync(['status', '--json'])).stdout).sources[0]).toMatchObject({ ready: false })
    const { sources } = JSON.parse((await stage.caSync(['--json'])).stdout)
    expect(sources.map(({ steps }: { steps: string[] }) => steps)).toEqual([['username', 'plaintext'], [], []])
    expect(minted(stage)).toBe(1)

    await writeFile(auth(), '[http-basic.dev]\nusername = "aws"\npassword = "other"\n')
    await chmod(auth(), 0o644)
    const mended = JSON.parse((await stage.caSync(['--json'])).stdout)
    expect(mended.sources[0].steps).toEqual(['token', 'plaintext'])
    expect(minted(stage)).toBe(2)
    expect((await stat(auth())).mode & 0o777).toBe(0o600)
  })

  test('goes back to the keyring, and the password goes', async () => {
    await open()
    expect(await stage.caSync(['--store', 'keyring', '-n'])).toMatchObject({
      stdout: expect.stringContaining('remove the plaintext password of http-basic.dev'),
    })
    expect(await stage.caSync(['--store', 'keyring'])).toMatchObject({ code: 0, stderr: '' })
    expect(await services(stage)).toEqual(ours(stage))
    expect(await filesHolding(stage.box.dir, stage.emulator.issuedTokens())).toEqual([])
    expect(await stage.caSync([])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Nothing to do/),
      stderr: '',
    })
    expect(await stage.caSync(['status'])).toMatchObject({ code: 0, stderr: '' })
  })

  test('stays so when the keyring cannot be had', async () => {
    await open()
    stage.box.stopKeyring()
    const env = { ...stage.env, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere' }
    expect(await stage.caSync(['--store', 'keyring'], { env })).toMatchObject({ code: 5 })
    expect(await stage.caSync([], { env })).toMatchObject({ code: 0, stderr: expect.stringMatching(warning()) })
    expect(await stage.read(auth())).toContain(newest())
  })

  test('a second one with the same names follows, one with others does not', async () => {
    await open()
    const same = await stage.makeProject('same', await stage.read(join(stage.project, 'pyproject.toml')))
    const other = await stage.makeProject('other', pyproject(plugin({ name: 'mine' })))
    const plainly = { code: 0, stderr: expect.stringMatching(warning()) }
    expect(await stage.caSync([], { cwd: same })).toMatchObject(plainly)
    expect(await stage.caSync([], { cwd: other })).toMatchObject({ code: 0 })
    expect(await services(stage)).toEqual(ours(stage))
    expect(await stage.caSync([])).toMatchObject(plainly)
    expect(minted(stage)).toBe(2)

    expect(await stage.caSync(['--store', 'keyring'], { cwd: same })).toMatchObject({ code: 0, stderr: '' })
    expect(await stage.caSync([])).toMatchObject({ code: 0, stderr: '' })
    expect(await filesHolding(stage.box.dir, stage.emulator.issuedTokens())).toEqual([])
  })
})

test('two projects in plain text share one token, also after it was renewed', async () => {
  stage = await openStage({ keyring: 'no-bus' })
  const other = await stage.makeProject('other', pyproject(plugin({ name: 'mine' })))
  await stage.caSync(plain)
  await stage.caSync(plain, { cwd: other })
  expect(minted(stage)).toBe(1)
  await age(stage, 7)
  await stage.caSync(['--force'], { cwd: other })
  await stage.caSync(['--all'])
  await stage.caSync(['--all'])
  expect(minted(stage)).toBe(2)
  expect((await stage.read(auth())).split(newest())).toHaveLength(5)
})

test('dry-run says what it would do, and does nothing', async () => {
  stage = await openStage({ keyring: 'no-bus' })
  const before = await snapshot(stage.box.home)
  const { code, stdout } = await stage.caSync([...plain, '--dry-run'])
  expect(code).toBe(0)
  expect(stdout).toMatch(/write the token, in plain text, to http-basic\.dev\.password/)
  expect(await snapshot(stage.box.home)).toEqual(before)
  expect(minted(stage)).toBe(0)
})

test('a keyring that is switched off does not matter', async () => {
  stage = await openStage()
  await stage.poetry(['config', 'keyring.enabled', 'false'])
  expect(await stage.caSync(plain)).toMatchObject({ code: 0, stderr: expect.stringMatching(warning()) })
})

test('a password in poetry.toml still beats it', async () => {
  stage = await openStage({ keyring: 'no-bus' })
  await writeFile(join(stage.project, 'poetry.toml'), '[http-basic.dev]\nusername = "aws"\npassword = "stale"\n')
  const { code, stderr } = await stage.caSync(plain)
  expect(code).toBe(6)
  expect(stderr).toContain(`poetry.toml holds a password for dev: Poetry uses it and not the token in ${auth()}.`)
})

test.each([
  ['--all', ['--all', '--store', 'plaintext'], /--store plaintext is about one project/],
  ['another word', ['--store', 'file'], /keyring.*plaintext/],
  ['twice', ['--store', 'keyring', '--store', 'plaintext'], /--store is given more than once/],
])('usage: %s', async (_, words, says) => {
  stage = await openStage({ keyring: 'no-bus' })
  expect(await stage.caSync(words)).toMatchObject({ code: 2, stderr: expect.stringMatching(says) })
})
