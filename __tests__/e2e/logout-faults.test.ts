import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { run } from '../../scripts/testbed/run.ts'
import { until } from '../helpers/until.ts'
import { filesHolding, pieces, snapshot, writePoetryFiles } from './files.ts'
import { ownBackend, services } from './keyring.ts'
import { installPoetry, pathOf } from './poetry-install.ts'
import { killIn, leftBehind } from './processes.ts'
import { both, plugin, pyproject } from './pyproject.ts'
import { openStage, type Stage, type StageOptions } from './stage.ts'

jest.setTimeout(240_000)

let stage: Stage
afterEach(() => stage.close())

type Env = Readonly<Record<string, string | undefined>>

const done = { code: 0, stderr: '' }
const logout = (env: Env = {}) => stage.caSync(['logout'], { env: { ...stage.env, ...env }, timeoutMs: 120_000 })
const host = () => new URL(stage.url).host
const files = () => snapshot(stage.config)
const states = () => readdir(stage.state)
const state = async () => JSON.parse(await stage.read(join(stage.state, 'state.json')))

/** The mode that ca-sync gives Poetry's files is not taken back. */
async function preparePoetryFiles(): Promise<void> {
  await writePoetryFiles(stage)
  for (const name of await readdir(stage.config)) await chmod(join(stage.config, name), 0o600)
}

/** Gives Poetry's files as they were before ca-sync. */
async function open(options?: StageOptions, words: readonly string[] = [], env: Env = {}): Promise<unknown> {
  stage = await openStage(options)
  await preparePoetryFiles()
  const before = await files()
  expect(await stage.caSync(words, { env: { ...stage.env, ...env } })).toMatchObject({ code: 0 })
  return before
}

const left = () => `Not removed yet: in Poetry's keyring ${host()}; the token of my-domain\\.`

interface Closed {
  readonly close: () => unknown
  readonly mend: () => unknown
  readonly env?: Env
  readonly says: string
  readonly advice: string
}

const closed: Record<string, Closed> = {
  locked: {
    close: () => stage.box.lockKeyring(),
    mend: () => stage.box.unlockKeyring(),
    says: 'Your keyring is locked, and it was not unlocked when asked for\\.',
    advice: 'Unlock it: .*\\.',
  },
  silent: {
    close: () => stage.box.stopKeyring(),
    mend: () => stage.box.continueKeyring(),
    says: 'The keyring did not answer within \\d+ s\\.',
    advice: 'Log out of your desktop and in again, which restarts the keyring\\.',
  },
  'without a bus': {
    close: () => undefined,
    mend: () => undefined,
    env: { DBUS_SESSION_BUS_ADDRESS: undefined, XDG_RUNTIME_DIR: '/nowhere' },
    says: 'There is no session bus, so no keyring\\.',
    advice: 'Log in to the desktop session that has your keyring\\.',
  },
}

test.each(Object.keys(closed))(
  'a keyring that is %s: files and records go, and the next logout finishes',
  async (name) => {
    const before = await open()
    const { close, mend, env, says, advice } = closed[name] as Closed
    await close()
    const { code, stdout, stderr } = await logout(env)
    expect({ code, stderr }).toEqual({
      code: 5,
      stderr: expect.stringMatching(
        new RegExp(`^error: ${says} ${left()}\n {2}${advice}\n {2}Then type: ca-sync logout\n$`),
      ),
    })
    expect(stdout).toMatch(/^Logged out: dev, qa, prod \(my-domain\/dev\)\.\n/)
    expect(stdout).not.toMatch(/token|keyring/)
    expect(await files()).toEqual(before)
    expect(await state()).toMatchObject({ projects: {}, names: {}, entries: { [host()]: {} } })
    expect(await states()).toEqual(['state.json'])

    await mend()
    expect(await services(stage)).toEqual(['ca-sync', host()].sort())
    expect(await stage.caSync(['--all', '--unattended'])).toMatchObject({ code: 0 })
    expect(await files()).toEqual(before)
    await rm(join(stage.project, 'pyproject.toml'))
    expect(await logout()).toMatchObject({
      ...done,
      stdout: `Removed from Poetry's keyring: ${host()}.\nRemoved the token of my-domain.\n`,
    })
    expect([await services(stage), await states(), await files()]).toEqual([[], [], before])
  },
)

test('a keyring that is locked for one source of two: again finishes that one', async () => {
  stage = await openStage()
  const shared = stage.emulator.repositoryUrl('my-domain', 'shared')
  await writeFile(
    join(stage.project, 'pyproject.toml'),
    pyproject(both(stage.url), both(shared, { name: 'shared', repository: 'shared' })),
  )
  await stage.caSync(['--share', 'url'])
  await stage.box.lockKeyring()
  const words = ['logout', '-s', 'shared']
  expect(await stage.caSync(words, { timeoutMs: 120_000 })).toMatchObject({ code: 5 })
  await stage.box.unlockKeyring()
  expect(await stage.caSync(words)).toMatchObject({ ...done, stdout: expect.stringContaining('/pypi/shared/simple/.') })
  expect((await services(stage)).filter((service) => service?.includes('/shared/'))).toEqual([])
  expect(await stage.caSync(['--all'])).toMatchObject(done)
})

describe('in plain text', () => {
  const plain = ['--store', 'plaintext']

  test.each(['no-bus', 'locked'] as const)('no keyring is needed (%s)', async (keyring) => {
    const before = await open({ keyring }, plain)
    expect(await filesHolding(stage.box.dir, stage.emulator.issuedTokens())).toHaveLength(1)
    expect(await logout({ PATH: pathOf(stage) })).toMatchObject({
      ...done,
      stdout: expect.stringContaining('Removed the token of my-domain.'),
    })
    expect([await states(), await files()]).toEqual([[], before])
    expect(await filesHolding(stage.box.dir, stage.emulator.issuedTokens().flatMap(pieces))).toEqual([])
  })

  test('what the keyring has from before goes too', async () => {
    const before = await open()
    await stage.caSync(plain)
    expect(await services(stage)).not.toEqual([])
    expect(await logout()).toMatchObject(done)
    expect([await services(stage), await states(), await files()]).toEqual([[], [], before])
  })
})

describe("Poetry's Python", () => {
  /** Synced with a Poetry of its own, which is gone then. */
  async function withoutIt(): Promise<unknown> {
    stage = await openStage()
    await preparePoetryFiles()
    const before = await files()
    const folder = join(stage.box.dir, 'own poetry')
    const poetry = await installPoetry(stage, folder)
    expect(await stage.caSync([], { env: { ...stage.env, CA_SYNC_POETRY: poetry } })).toMatchObject(done)
    await rm(folder, { recursive: true })
    return before
  }

  test('is gone, but another Poetry is there', async () => {
    const before = await withoutIt()
    expect(await logout()).toMatchObject(done)
    expect([await services(stage), await states(), await files()]).toEqual([[], [], before])
  })

  test('is gone, but that of another project is there', async () => {
    await open()
    await withoutItIn('other')
    const env = { PATH: pathOf(stage) }
    expect(
      await stage.caSync(['logout'], { cwd: join(stage.box.home, 'other'), env: { ...stage.env, ...env } }),
    ).toMatchObject(done)
    expect(await services(stage)).toEqual(['ca-sync', host()].sort())
  })

  async function withoutItIn(name: string): Promise<void> {
    const cwd = await stage.makeProject(name, pyproject(plugin({ name: 'shared', repository: 'shared' })))
    const folder = join(stage.box.dir, 'own')
    const poetry = await installPoetry(stage, folder)
    const env = { ...stage.env, CA_SYNC_POETRY: poetry }
    expect(await stage.caSync(['--share', 'url'], { cwd, env })).toMatchObject({ code: 0 })
    await rm(folder, { recursive: true })
  }

  test('is gone, and no other is there: the rest goes, and the next logout finishes', async () => {
    const before = await withoutIt()
    const { code, stdout, stderr } = await logout({ PATH: pathOf(stage) })
    expect({ code, stderr }).toEqual({
      code: 5,
      stderr: expect.stringMatching(
        /cannot be started: .* Not removed yet: in Poetry's keyring 127\.0\.0\.1:\d+\.\n {2}Install Poetry again, .*\n {2}Then type: ca-sync logout\n$/,
      ),
    })
    expect(stdout).toContain('Removed the token of my-domain.')
    expect([await services(stage), await files()]).toEqual([[host()], before])
    expect(await logout()).toMatchObject(done)
    expect([await services(stage), await states()]).toEqual([[], []])
  })

  test('is not needed for what only exec did', async () => {
    stage = await openStage()
    await stage.caSync(['exec', '--', 'true'])
    expect(await services(stage)).toEqual(['ca-sync'])
    expect(await logout({ PATH: pathOf(stage) })).toMatchObject(done)
    expect([await services(stage), await states(), await readdir(stage.config)]).toEqual([[], [], []])
  })

  test('has another keyring, and the vault is locked: nothing is taken for removed', async () => {
    stage = await openStage()
    const env = await ownBackend(stage)
    expect(await stage.caSync([], { env: { ...stage.env, ...env } })).toMatchObject({ code: 0 })
    await stage.box.lockKeyring()
    expect(await logout(env)).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('Not removed yet: the token of my-domain.'),
    })
    await stage.box.unlockKeyring()
    expect(await services(stage)).toEqual(['ca-sync'])
    expect(await logout(env)).toMatchObject(done)
    expect([await services(stage), await states()]).toEqual([[], []])
  })

  test('is not there, and the vault is locked: nothing is taken for removed', async () => {
    stage = await openStage()
    await stage.caSync(['exec', '--', 'true'])
    await stage.box.lockKeyring()
    expect(await logout({ PATH: pathOf(stage) })).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('Not removed yet: the token of my-domain.'),
    })
    await stage.box.unlockKeyring()
    expect(await services(stage)).toEqual(['ca-sync'])
    expect(await logout()).toMatchObject(done)
    expect([await services(stage), await states()]).toEqual([[], []])
  })
})

describe('a state that is lost', () => {
  test.each([
    ['cut off', (text: string) => text.slice(0, 100)],
    ['of no version', (text: string) => text.replace('"version": 1', '"version": null')],
  ])('%s: nothing is removed, and it says how all of it goes', async (_, damage) => {
    await open()
    const file = join(stage.state, 'state.json')
    await writeFile(file, damage(await stage.read(file)))
    const before = await snapshot(stage.box.home)
    expect(await stage.caSync(['logout', '--all'])).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringMatching(
        /^error: What ca-sync remembers is lost: .*state\.json is damaged\. Nothing was removed\.\n.*ca-sync logout --all\n.*poetry config --unset .*service ca-sync.*user aws/s,
      ),
    })
    expect(await snapshot(stage.box.home)).toEqual(before)

    expect(await stage.caSync([])).toMatchObject({ code: 0, stderr: '' })
    expect(await stage.caSync(['logout', '--all'])).toMatchObject(done)
    expect([await services(stage), await states()]).toEqual([[], []])
  })
})

test('what to type again is what was typed, and ready for a shell', async () => {
  stage = await openStage()
  const cwd = await stage.makeProject('my other app', pyproject(both(stage.url)))
  await stage.caSync([], { cwd })
  await writeFile(join(stage.config, 'config.toml'), 'broken = [')
  expect(await stage.caSync(['logout', '-C', cwd, '-s', 'dev'])).toMatchObject({
    code: 5,
    stderr: expect.stringContaining(`  Then type: ca-sync logout -C '${cwd}' -s dev\n`),
  })
})

test("a file of Poetry's that cannot be read does not stop the rest, and is done once it is mended", async () => {
  const before = await open({}, ['--store', 'plaintext'])
  const config = join(stage.config, 'config.toml')
  const auth = join(stage.config, 'auth.toml')
  const text = await stage.read(auth)
  await writeFile(auth, `${text}broken = [`)
  expect(await logout()).toMatchObject({
    code: 5,
    stderr: expect.stringMatching(
      /auth\.toml is not valid TOML.*Not removed yet: the token of my-domain; in Poetry's files dev, qa, prod\.\n {2}Mend .*auth\.toml, which Poetry cannot read like this either\.\n {2}Then type: ca-sync logout\n$/,
    ),
  })
  expect(await stage.read(config)).not.toContain('repositories')
  await writeFile(auth, text)
  expect(await logout()).toMatchObject(done)
  expect([await states(), await files()]).toEqual([[], before])
})

test('a job does nothing while a logout is at work, and nothing after it', async () => {
  const before = await open()
  stage.box.stopKeyring()
  const leaving = logout()
  await until(async () => Object.keys((await state()).projects).length === 0)
  const job = await stage.caSync(['--all', '--unattended', '--quiet'])
  stage.box.continueKeyring()
  expect(await leaving).toMatchObject(done)
  expect(job).toMatchObject({ code: 0, stdout: '', stderr: '' })
  expect(await stage.caSync(['--all', '--unattended', '--quiet'])).toMatchObject({ code: 0, stdout: '', stderr: '' })
  expect([await services(stage), await states(), await files()]).toEqual([[], [], before])
})

/** A logout that is killed before the nth of some system calls. */
const killedBefore = (calls: string, n: number) => {
  const inject = ['-e', `trace=${calls}`, '-e', `inject=${calls}:signal=SIGKILL:when=${n}`]
  return run(
    'strace',
    ['-f', '-qq', '-o', '/dev/null', ...inject, process.execPath, checkout('dist/main.cjs'), 'logout'],
    {
      // One thread for files, since strace counts the calls of each thread.
      env: { ...stage.env, UV_THREADPOOL_SIZE: '1' },
      cwd: stage.project,
    },
  )
}

const job = async () => expect(await stage.caSync(['--all', '--unattended'])).toMatchObject({ code: 0 })
const byHand = async () => {
  expect(await stage.caSync([])).toMatchObject(done)
  expect(await services(stage)).toEqual(['ca-sync', host()].sort())
}

test.each([
  ['keyring', 'a job', job],
  ['plaintext', 'a job', job],
  ['keyring', 'a run by hand, which makes all well', byHand],
])('killed before any of its changes (%s), then %s: the next logout finishes', async (store, _, meanwhile) => {
  stage = await openStage()
  const config = '[virtualenvs]\nin-project = true\n'
  for (let n = 1; ; n += 1) {
    await rm(stage.config, { recursive: true, force: true })
    await mkdir(stage.config, { recursive: true })
    await writeFile(join(stage.config, 'config.toml'), config)
    await stage.caSync(['--store', store])
    const { code } = await killedBefore('rename,renameat2,unlink,unlinkat', n)
    expect(await leftBehind(stage.box)).toEqual([])
    await meanwhile()
    expect(await stage.caSync(['logout'])).toMatchObject(done)
    expect([await services(stage), await readdir(stage.config)]).toEqual([[], ['config.toml']])
    expect(await stage.read(join(stage.config, 'config.toml'))).toBe(config)
    expect(await states()).toEqual([])
    expect(await filesHolding(stage.box.dir, stage.emulator.issuedTokens().flatMap(pieces))).toEqual([])
    if (code === 0) break
  }
})

test('killed while it waits for the keyring: no job puts anything back, and again finishes', async () => {
  const before = await open()
  stage.box.stopKeyring()
  const leaving = logout()
  await until(async () => Object.keys((await state()).projects).length === 0)
  await killIn(stage.box, 'logout')
  stage.box.continueKeyring()
  expect((await leaving).signal).toBe('SIGKILL')
  expect(await stage.caSync(['--all', '--unattended'])).toMatchObject({ code: 0 })
  expect((await state()).projects).toEqual({})
  expect(await logout()).toMatchObject(done)
  expect([await services(stage), await states(), await files()]).toEqual([[], [], before])
})
