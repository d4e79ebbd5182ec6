import { mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { exampleProject, pluginTable } from '../../scripts/example-project.ts'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { run } from '../../scripts/testbed/run.ts'
import { age } from './aging.ts'
import { keyless, keysOf, minters, user, writeProfiles } from './people.ts'
import { openStage, type Stage } from './stage.ts'

jest.setTimeout(120_000)

const alice = user('alice')
const admin = user('admin')
const job = ['--all', '--unattended', '--quiet']
const silent = { code: 0, stdout: '', stderr: '' }

let stage: Stage
let second: string
beforeEach(async () => {
  stage = await openStage({ emulator: { users: [alice, admin] } })
  await writeProfiles(stage, { alice, admin })
  second = await stage.makeProject('second', pluginTable({ name: 'shared', repository: 'shared' }))
  await stage.caSync(['--profile', 'alice'], { env: keyless(stage) })
})
afterEach(() => stage.close())

/** What cron gives a job, and where the emulator is. */
const bare = () => {
  const { HOME, XDG_RUNTIME_DIR, AWS_ENDPOINT_URL_CODEARTIFACT, AWS_ENDPOINT_URL_STS } = stage.env
  const path = `${stage.box.dir}/bin:${stage.env['PATH']?.split(':').slice(2).join(':')}`
  return { HOME, XDG_RUNTIME_DIR, AWS_ENDPOINT_URL_CODEARTIFACT, AWS_ENDPOINT_URL_STS, PATH: path, SHELL: '/bin/sh' }
}
const runJob = (words = job, env: Record<string, string | undefined> = bare()) => stage.caSync(words, { env, cwd: '/' })
const notice = () => stage.read(join(stage.state, 'notice')).catch(() => undefined)

test('a job renews every project in a bare environment, once a domain, and says nothing', async () => {
  await stage.caSync(['--profile', 'alice'], { env: keyless(stage), cwd: second })
  await age(stage, 8)
  expect(await runJob()).toEqual({ ...silent, signal: null })
  expect(minters(stage)).toEqual([alice.accessKeyId, alice.accessKeyId])
  expect(await stage.caSync(['status'])).toMatchObject({ code: 0 })
  expect(await stage.caSync(['status'], { cwd: second })).toMatchObject({ code: 0 })

  stage.emulator.clearCalls()
  stage.box.stopKeyring()
  expect(await runJob()).toMatchObject(silent)
  expect(stage.emulator.calls).toEqual([])
})

test.each([
  ['no variable', bare, 'DBUS_SESSION_BUS_ADDRESS is not set'],
  ['no bus', () => ({ ...bare(), XDG_RUNTIME_DIR: undefined }), 'was not given the token'],
])(
  'what is about every project does not judge the shell that asks (%s): status --all says what the job does',
  async (_, env, why) => {
    expect(await runJob(['--all'], env())).toMatchObject({ code: 0 })
    expect(await runJob(['status', '--all'], env())).toMatchObject({ code: 0, stdout: expect.stringMatching(/ yes\n/) })
    const { code, stderr } = await stage.caSync(['status'], { env: env() })
    expect([code, stderr]).toEqual([6, expect.stringContaining(why)])
  },
)

test('-C several times: each project, once, by the identity that was asked for, with one token', async () => {
  stage.emulator.clearCalls()
  const words = ['-C', stage.project, '-C', second, '-C', join(second, '.'), '--profile', 'admin']
  const { code, stdout } = await stage.caSync([...words, '--json'], { env: keyless(stage), cwd: '/' })
  expect(code).toBe(0)
  expect(minters(stage)).toEqual([admin.accessKeyId])
  const { sources } = JSON.parse(stdout)
  expect(new Set(sources.map((source: { project: string }) => source.project))).toEqual(
    new Set([stage.project, second]),
  )
  expect(sources.filter(({ name }: { name: string }) => name === 'shared')).toHaveLength(1)
  for (const cwd of [stage.project, second]) expect(await stage.caSync(['status'], { cwd })).toMatchObject({ code: 0 })
})

test('-C several times: a mistake in one of them is told before anything is done', async () => {
  const broken = await stage.makeProject('broken', '')
  stage.emulator.clearCalls()
  const { code, stderr } = await stage.caSync(['-C', second, '-C', broken, '--force'], {
    env: keyless(stage),
    cwd: '/',
  })
  expect(code).toBe(3)
  expect(stderr).toContain(join(broken, 'pyproject.toml'))
  expect(stage.emulator.calls).toEqual([])
})

test('--force asks for one token a domain and identity, too', async () => {
  await stage.caSync(['--profile', 'alice'], { env: keyless(stage), cwd: second })
  stage.emulator.clearCalls()
  const { code, stdout } = await runJob(['--all', '--force', '--json'])
  expect(code).toBe(0)
  expect(minters(stage)).toEqual([alice.accessKeyId])
  const projects = JSON.parse(stdout).sources.map((source: { project: string }) => source.project)
  expect(new Set(projects)).toEqual(new Set([stage.project, second]))
})

test('a folder whose name turns the writing, or cannot be seen, is shown as what it is', async () => {
  const odd = await stage.makeProject(
    'a\u202eb\u2066c\u{e0041}\u200bd\u061c',
    pluginTable({ name: 'odd', repository: 'qa' }),
  )
  await stage.caSync(['--profile', 'alice'], { env: keyless(stage), cwd: odd })
  await age(stage, 8)
  const outputs = [await runJob(['--all', '--force', '--json']), await stage.caSync(['status', '--json'], { cwd: odd })]
  stage.emulator.faults.set('GetAuthorizationToken', { kind: 'denied', times: 9 })
  outputs.push(await runJob(['--all', '--force', '--json']), await runJob(['--all', '--force']))
  for (const { stdout, stderr } of outputs) expect(stdout + stderr).not.toMatch(/[\p{Cf}\p{Cs}]/u)
  const projects = JSON.parse(outputs[0]?.stdout ?? '').sources.map((source: { project: string }) => source.project)
  expect(projects).toContain(odd)
})

test('what a person was warned of when syncing, a job does not say at each renewal', async () => {
  const text = exampleProject({ url: stage.url }).replace('name="dev"', 'name="dev"\nnote="x"')
  await stage.makeProject('my-app', text)
  const odd = await stage.caSync(['--profile', 'alice', '--force'], { env: keyless(stage) })
  expect(odd.stderr).toMatch(/^warning: .*unknown key "note" is ignored/)
  await age(stage, 8)
  expect(await runJob()).toMatchObject(silent)
  await age(stage, 8)
  const { code, stdout, stderr } = await runJob([...job, '--json'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(JSON.parse(stdout).warnings).toEqual([expect.stringContaining('unknown key "note" is ignored')])
})

test("each project keeps its identity, whatever this shell's is", async () => {
  await age(stage, 8)
  stage.emulator.clearCalls()
  expect(await runJob(job, { ...bare(), AWS_PROFILE: 'admin' })).toMatchObject(silent)
  expect(await runJob(['--all', '--force'], { ...bare(), ...keysOf(admin) })).toMatchObject({ code: 0 })
  expect(minters(stage)).toEqual([alice.accessKeyId, alice.accessKeyId])
})

describe('a project that is not there', () => {
  const known = async () => Object.keys(JSON.parse(await stage.read(join(stage.state, 'state.json'))).projects)
  beforeEach(async () => {
    second = join(stage.box.home, 'drive/second')
    await mkdir(join(second, '..'))
    await rename(await stage.makeProject('second', pluginTable({ name: 'shared', repository: 'shared' })), second)
    await stage.caSync(['--profile', 'alice'], { env: keyless(stage), cwd: second })
  })

  test('is kept for a week: a person is told, a job says nothing, and the others go on', async () => {
    await rename(second, `${second}-away`)
    await age(stage, 8)
    expect(await runJob()).toMatchObject(silent)
    expect(await stage.caSync(['status'])).toMatchObject({ code: 0 })
    expect(Number(await stage.read(join(stage.state, 'next')))).toBeGreaterThan(Date.now() / 1000 + 1_000)
    expect(await runJob(['--all'])).toMatchObject({
      code: 0,
      stderr: `warning: ${second} has no pyproject.toml now, and is forgotten in 7 days. If it is gone for good, type: ca-sync logout -C ${second}\n`,
    })
    await age(stage, 6 * 24)
    expect(JSON.parse((await runJob([...job, '--json'])).stdout).warnings).toEqual([
      expect.stringContaining('forgotten in 1 day.'),
    ])
    expect(await known()).toContain(second)

    await rename(`${second}-away`, second)
    await age(stage, 8 * 24)
    expect(await runJob(['--all'])).toMatchObject({ code: 0, stderr: '' })
    expect(await stage.caSync(['status'], { cwd: second })).toMatchObject({ code: 0 })
    expect(await stage.read(join(stage.state, 'state.json'))).toContain('"away": {}')
  })

  test('is forgotten after a week, with a note, once; logout still finds what it left', async () => {
    await rm(second, { recursive: true })
    expect(await runJob()).toMatchObject(silent)
    await age(stage, 7 * 24)
    expect(await runJob()).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringMatching(`^warning: ${second} is no project any more .*\n$`),
    })
    expect(await known()).toEqual([stage.project])
    expect(await runJob()).toMatchObject(silent)
    expect(await stage.caSync(['logout'])).toMatchObject({ code: 0, stderr: '' })
    expect(await readdir(stage.state)).toEqual([])
  })

  test.each<[string, () => Promise<unknown>]>([
    ['the folder above it is not there either', () => rename(join(second, '..'), `${stage.box.home}/unplugged`)],
    [
      'a file stands where the folder above it was',
      async () => {
        await rename(join(second, '..'), `${stage.box.home}/unplugged`)
        await writeFile(join(second, '..'), '')
      },
    ],
    [
      'a link goes round in a circle',
      async () => {
        await rename(join(second, '..'), `${stage.box.home}/unplugged`)
        await symlink(join(second, '..'), join(second, '..'))
      },
    ],
  ])('is kept for good while it cannot be seen: %s', async (_, hide) => {
    await hide()
    for (let month = 0; month < 3; month += 1) {
      await age(stage, 31 * 24)
      expect(await runJob()).toMatchObject(silent)
    }
    expect(await runJob(['--all'])).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(`^warning: ${second} cannot be reached now\\. If .*ca-sync logout -C ${second}\n$`),
    })
    await rm(join(second, '..'), { force: true })
    await rename(`${stage.box.home}/unplugged`, join(second, '..'))
    expect(await runJob()).toMatchObject(silent)
    expect(await stage.caSync(['status'], { cwd: second })).toMatchObject({ code: 0 })
  })

  test.each(['EACCES', 'EPERM', 'ESTALE', 'ENOTCONN'])('is kept where the system says %s', async (error) => {
    const calls = 'stat,statx,lstat,newfstatat,openat'
    const fault = [
      '-f',
      '-qq',
      '-o',
      '/dev/null',
      '-P',
      join(second, 'pyproject.toml'),
      '-e',
      `inject=${calls}:error=${error}`,
    ]
    for (let week = 0; week < 2; week += 1) {
      await age(stage, 8 * 24)
      const words = [...fault, process.execPath, checkout('dist/main.cjs'), ...job]
      expect(await run('strace', words, { env: bare(), cwd: '/' })).toMatchObject(silent)
    }
    expect(JSON.parse(await stage.read(join(stage.state, 'state.json')))).toMatchObject({
      projects: { [second]: {} },
      away: { [second]: '' },
    })
    expect(await runJob()).toMatchObject(silent)
    expect(await stage.caSync(['status'], { cwd: second })).toMatchObject({ code: 0 })
  })

  test('that names no sources any more is told of as before', async () => {
    await writeFile(join(second, 'pyproject.toml'), '[project]\nname = "second"\n')
    expect(await runJob()).toMatchObject({ code: 6, stderr: expect.stringContaining(second) })
    expect(await known()).toContain(second)
  })

  test('is not forgotten by a logout elsewhere', async () => {
    await rename(second, `${second}-away`)
    expect(await runJob()).toMatchObject(silent)
    expect(await stage.caSync(['logout'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`still used in ${second}.`),
    })
    expect(await known()).toEqual([second])
    await rename(`${second}-away`, second)
    expect(await stage.caSync(['status'], { cwd: second })).toMatchObject({ code: 0 })
  })
})

test('one project failing does not stop the others, and is told once', async () => {
  const elsewhere = exampleProject({ url: stage.url, declared: false }).replaceAll('"my-domain"', '"no-domain"')
  await stage.caSync(['--profile', 'alice'], { env: keyless(stage), cwd: second })
  await stage.makeProject('second', elsewhere.replaceAll(/name="(\w+)"/g, 'name="other-$1"'))
  await age(stage, 8)

  const first = await runJob()
  expect(first).toMatchObject({ code: 6, stdout: '', stderr: expect.stringContaining('no-domain') })
  expect(await stage.caSync(['status'])).toMatchObject({ code: 0 })
  expect(await notice()).toMatch(/^\d+ .*no-domain/)
  expect(await runJob()).toMatchObject({ code: expect.any(Number), stdout: '', stderr: '' })

  await stage.makeProject('second', pluginTable({ name: 'shared', repository: 'shared' }))
  expect(await runJob()).toMatchObject(silent)
  expect(await notice()).toBeUndefined()
})

test('a failure that passes is not tried again at once', async () => {
  await age(stage, 8)
  stage.emulator.faults.set('GetAuthorizationToken', { kind: 'reset' })
  expect(await runJob()).toMatchObject({ code: 4, stderr: expect.stringContaining('error: ') })
  expect(await notice()).toBeUndefined()
  stage.emulator.clearCalls()
  expect(await runJob()).toMatchObject(silent)
  expect(stage.emulator.calls).toEqual([])
  expect(await runJob(['--all', '--unattended'])).toMatchObject({
    code: 0,
    stdout: 'Nothing to do: no project is due.\n',
  })
  expect(await runJob(['--all'])).toMatchObject({ code: 4, stderr: expect.stringContaining('error: ') })
  stage.emulator.faults.clear()
  expect(await runJob(['--all'])).toMatchObject({ code: 0, stdout: expect.stringContaining('ready'), stderr: '' })
})

test('--all on a machine where nothing was synced yet says what to do', async () => {
  const env = { ...bare(), CA_SYNC_STATE_DIR: join(stage.box.dir, 'new') }
  expect(await runJob(job, env)).toMatchObject(silent)
  expect(await runJob(['--all'], env)).toMatchObject({
    code: 0,
    stdout: 'Nothing to do: no project was synced on this machine yet. Type ca-sync in your projects.\n',
  })
})

test('a project synced with keys of a shell is told that a job needs a profile', async () => {
  const spaced = await stage.makeProject('my second', pluginTable({ name: 'shared', repository: 'shared' }))
  await stage.caSync([], { cwd: spaced })
  await age(stage, 8)
  const { code, stderr } = await runJob()
  expect(code).toBe(6)
  expect(stderr).toContain(`ca-sync -C '${spaced}' --profile NAME`)
})

test('--all goes with no single project', async () => {
  expect(await runJob(['--all', '-s', 'dev'])).toMatchObject({ code: 2, stderr: expect.stringContaining('--all') })
})
