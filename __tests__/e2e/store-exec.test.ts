import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { poetry as poetryOf } from '../../scripts/testbed/poetry.ts'
import { run } from '../../scripts/testbed/run.ts'
import { age } from './aging.ts'
import { filesHolding } from './files.ts'
import { minted, services } from './keyring.ts'
import { domain, library, openStage, type Stage } from './stage.ts'

jest.setTimeout(180_000)

let stage: Stage
afterEach(() => stage.close())

const byExec = ['--store', 'exec']
const advice =
  /^warning: Poetry gets these tokens from `ca-sync exec -- poetry …` only\. .*type: ca-sync hook install --wrap\n$/
const newest = (): string => stage.emulator.issuedTokens().at(-1) ?? '-'
/** The environment of a shell in which there is no Poetry. */
const withoutPoetry = () => ({ ...stage.env, PATH: (stage.env['PATH'] ?? '').replace(/[^:]*poetry-[^:]*:/, '') })
const calls = () => stage.emulator.calls.map(({ operation }) => operation)

test('the token is in the vault and nowhere else, and no Poetry is needed for that', async () => {
  stage = await openStage()
  const first = await stage.caSync(byExec, { env: withoutPoetry() })
  expect(first).toMatchObject({ code: 0, stderr: expect.stringMatching(advice) })
  expect(first.stdout).toMatch(/^dev {3}ready {2}my-domain\/dev, token valid for 12 h\n/)
  expect(await services(stage)).toEqual(['ca-sync'])
  expect(await filesHolding(stage.box.dir, [newest()])).toEqual([])
  expect(await readdir(stage.config)).toEqual(['config.toml'])

  stage.emulator.clearCalls()
  const nothing = { code: 0, stdout: expect.stringMatching(/^Nothing to do: 3 sources are ready/), stderr: '' }
  expect(await stage.caSync([])).toMatchObject(nothing)
  expect(await stage.caSync(['-v'])).toMatchObject(nothing)
  const status = await stage.caSync(['status'])
  expect(status).toMatchObject({ code: 0, stderr: '' })
  expect(status.stdout).toMatch(/^dev .* {2}12 h {8}yes, through exec$/m)
  const { sources } = JSON.parse((await stage.caSync(['status', '--json'])).stdout)
  expect(sources.map(({ store, ready }: { store: string; ready: boolean }) => [store, ready])).toEqual(
    Array(3).fill(['exec', true]),
  )
  expect(await stage.caSync(['doctor', '-v'])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^ok .*vault holds the token/m),
  })
  expect(await stage.read(join(stage.state, 'exec'))).toBe(`${stage.project}\n`)
  expect(calls()).not.toContain('GetAuthorizationToken')
})

test.each(['2.5', '1.8'] as const)('Poetry %s adds and publishes through exec, and AWS is not asked', async (line) => {
  stage = await openStage({ line })
  stage.emulator.addPackage({ domain, repository: 'dev', name: library, version: '1.2.3' })
  await stage.caSync(byExec)
  stage.emulator.clearCalls()
  const poetry = (...words: string[]) =>
    stage.caSync(['exec', '--', 'poetry', ...words], { env: stage.env, timeoutMs: 120_000 })
  expect(await poetry('add', library, '--source', 'dev')).toMatchObject({ code: 0 })
  expect(await poetry('build')).toMatchObject({ code: 0 })
  expect(await poetry('publish', '-r', 'dev')).toMatchObject({ code: 0 })
  const uploads = stage.emulator.requests.filter(({ method }) => method === 'POST')
  expect(uploads.map(({ user, status }) => [user, status])).toEqual(Array(2).fill(['aws', 200]))
  expect(stage.emulator.calls).toEqual([])
  expect(await services(stage)).toEqual(['ca-sync'])
})

describe('a project through exec', () => {
  const open = async () => {
    stage = await openStage()
    expect(await stage.caSync(byExec)).toMatchObject({ code: 0 })
  }
  const tokenOfExec = async () => {
    const words = ['exec', '--', 'sh', '-c', 'echo $POETRY_HTTP_BASIC_DEV_PASSWORD']
    return (await stage.caSync(words, { env: withoutPoetry() })).stdout.trim()
  }

  test('is renewed by jobs, without Poetry, and exec then has the new token', async () => {
    await open()
    const [first] = stage.emulator.issuedTokens()
    expect(await tokenOfExec()).toBe(first)
    await age(stage, 7)
    const job = await stage.caSync(['--all', '--unattended', '--quiet'], { env: withoutPoetry() })
    expect(job).toMatchObject({ code: 0, stdout: '', stderr: '' })
    expect(minted(stage)).toBe(2)
    stage.emulator.clearCalls()
    expect(await tokenOfExec()).toBe(newest())
    expect(await tokenOfExec()).toBe(newest())
    expect(stage.emulator.calls).toEqual([])
    expect(await stage.caSync(['status'])).toMatchObject({ code: 0 })
  })

  test('is ready also when exec itself renewed the token', async () => {
    await open()
    await age(stage, 13)
    expect(await tokenOfExec()).toBe(newest())
    expect(minted(stage)).toBe(2)
    expect(await stage.caSync(['status'])).toMatchObject({ code: 0 })
  })

  test('is not ready for doctor where the vault lost the token; a run by force makes it so', async () => {
    await open()
    const code = `import secretstorage\nfor item in secretstorage.get_default_collection(secretstorage.dbus_init()).get_all_items():\n    item.delete()`
    const { python } = poetryOf('2.5')
    expect(await run(python, ['-I', '-c', code], { env: stage.env })).toMatchObject({ code: 0 })
    expect(await stage.caSync(['doctor'])).toMatchObject({
      code: 6,
      stdout: expect.stringMatching(/^fault +The vault does not give back.*\n +fix: ca-sync --force$/m),
    })
    expect(await stage.caSync(['--force'])).toMatchObject({ code: 0 })
    expect(await stage.caSync(['doctor'])).toMatchObject({ code: 0 })
  })

  test('goes back to the keyring, and from plain text to exec', async () => {
    await open()
    expect(await stage.caSync(['--store', 'keyring'])).toMatchObject({ code: 0, stderr: '' })
    expect(await services(stage)).toEqual([new URL(stage.url).host, 'ca-sync'].sort())
    expect(await stage.caSync(['status'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/ yes$/m) })
    expect(await readdir(stage.state)).not.toContain('exec')
    await stage.caSync(['--store', 'plaintext'])
    const plain = newest()
    expect(await stage.read(join(stage.config, 'auth.toml'))).toContain(plain)
    expect(await stage.caSync(byExec)).toMatchObject({ code: 0 })
    expect(await stage.read(join(stage.config, 'auth.toml'))).not.toContain('password')
    expect(await stage.caSync(['status'])).toMatchObject({ stdout: expect.stringMatching(/yes, through exec$/m) })
  })

  test('is logged out without a trace', async () => {
    await open()
    await stage.caSync(['logout', '-s', 'dev'])
    expect((await stage.caSync(['status'])).stdout).toMatch(/^dev .* no: [^,]*$[\s\S]*^qa .* yes, through exec$/m)
    expect(await stage.caSync(['logout'], { env: withoutPoetry() })).toMatchObject({ code: 0, stderr: '' })
    expect(await services(stage)).toEqual([])
    expect(await readdir(stage.state)).toEqual([])
    expect(await readdir(stage.config)).toEqual([])
  })
})

describe.each(['locked', 'no-collection', 'no-service', 'no-bus'] as const)(
  'a keyring that is no use: %s',
  (keyring) => {
    test.each([[[]], [['--unattended']]])('is told before AWS is asked for a token, %j', async (words) => {
      stage = await openStage({ keyring })
      const { code, stderr } = await stage.caSync([...byExec, ...words], { env: withoutPoetry() })
      expect(code).toBe(5)
      expect(stderr).toMatch(/^error: The token cannot be kept: the keyring is locked, or there is none\.\n/)
      expect(minted(stage)).toBe(0)
    })
  },
)

describe('plain poetry in a shell with hook install --wrap', () => {
  const shell = (line: string, more = {}) =>
    run('bash', ['-ic', line], { env: { ...stage.env, ...more }, cwd: stage.project, timeoutMs: 120_000 })

  test('is served from the vault, asks AWS nothing, and stays what it is in other projects', async () => {
    stage = await openStage()
    stage.emulator.addPackage({ domain, repository: 'dev', name: library, version: '1.2.3' })
    await stage.caSync(byExec)
    expect(await stage.caSync(['hook', 'install', 'bash', '--wrap'])).toMatchObject({ code: 0 })
    stage.emulator.clearCalls()
    expect(await shell(`poetry add ${library}`)).toMatchObject({ code: 0 })
    expect(await shell('poetry no-such-command')).toMatchObject({ code: 1 })
    const other = await stage.makeProject('other', '')
    expect(await shell(`cd '${other}'; poetry --version`)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Poetry /),
    })
    expect(stage.emulator.calls).toEqual([])
  })

  test('and that is remembered, until --no-wrap', async () => {
    stage = await openStage()
    const rc = () => stage.read(join(stage.box.home, '.bashrc'))
    for (const [words, wraps] of [
      [[], false],
      [['--wrap'], true],
      [[], true],
      [['--no-wrap'], false],
      [[], false],
    ] as const) {
      expect(await stage.caSync(['hook', 'install', 'bash', ...words])).toMatchObject({ code: 0 })
      expect((await rc()).includes('function poetry')).toBe(wraps)
    }
    expect(await stage.caSync(['hook', 'install', 'bash', '--wrap', '--no-wrap'])).toMatchObject({ code: 2 })
  })
})
