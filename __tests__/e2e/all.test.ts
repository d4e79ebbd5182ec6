import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { exampleProject, pluginTable } from '../../scripts/example-project.ts'
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
    pluginTable({ name: 'odd', repository: 'odd' }),
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

test('a deleted project is dropped with a note, and the others go on', async () => {
  await stage.caSync(['--profile', 'alice'], { env: keyless(stage), cwd: second })
  await rm(second, { recursive: true })
  const { code, stderr } = await runJob(['--all'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining(second) })
  expect(await runJob(['--all'])).toMatchObject({ code: 0, stderr: '' })
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
