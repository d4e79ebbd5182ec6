import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import type { State } from '../../src/core/memory/state.ts'
import { until } from '../helpers/until.ts'
import { age } from './aging.ts'
import { both, pyproject } from './pyproject.ts'
import { holdTokens, openStage, type Stage } from './stage.ts'

jest.setTimeout(120_000)

const job = ['--all', '--unattended', '--quiet']
const names = ['one', 'two', 'three']
const domains = [...names, 'other', 'my'].map((domain) => ({
  ...{ domain: `${domain}-domain`, owner: '564131876131', region: 'us-east-1' },
  repositories: ['dev', 'qa'],
}))

let stage: Stage
/** Folders of three projects with a domain each, all due, and of one that was never synced. */
let folders: string[]
let other: string
beforeEach(async () => {
  stage = await openStage({ emulator: { domains } })
  folders = []
  for (const name of names) {
    const folder = await stage.makeProject(name, pyproject(source(name)))
    expect(await stage.caSync([], { cwd: folder })).toMatchObject({ code: 0 })
    folders.push(folder)
  }
  other = await stage.makeProject('other', pyproject(source('other')))
  await holdFirst()
})
afterEach(() => stage.close())

/** The repository `dev` of a domain. */
const source = (domain: string, name = domain): string =>
  both(stage.emulator.repositoryUrl(`${domain}-domain`, 'dev'), { name, domain: `${domain}-domain` })

/** Whose tokens were asked for, in order. */
const minted = (): string[] =>
  stage.emulator.calls.flatMap(({ operation, domain = '' }) =>
    operation === 'GetAuthorizationToken' ? [domain.replace('-domain', '')] : [],
  )
const state = async (): Promise<State> => JSON.parse(await stage.read(join(stage.state, 'state.json')))
const isReady = async (cwd: string) => (await stage.caSync(['status'], { cwd })).code === 0

let open: () => void
/** From now on, all is due, and AWS keeps the first run waiting at the first project until `open`. */
async function holdFirst(): Promise<void> {
  await age(stage, 8)
  stage.emulator.clearCalls()
  open = holdTokens(stage, { domain: 'one-domain', times: 1 })
}

/** While AWS keeps a run about all projects waiting at its first one, another is started; once it waits, too, AWS answers. */
async function whileHeld<T>(second: () => Promise<T>): Promise<T> {
  await until(() => minted().length > 0)
  const waiting = second()
  await until(() => stage.read(join(stage.state, 'lock.wanted')).then(Boolean, () => false))
  open()
  return waiting
}

async function beside<T>(first: readonly string[], second: () => Promise<T>): Promise<T> {
  const [{ code, stderr }, result] = await Promise.all([stage.caSync(first, { cwd: '/' }), whileHeld(second)])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return result
}

test.each([
  ['a job', job],
  ['--all by hand', ['--all']],
])('a run by hand waits for the one project that %s is at', async (_, words) => {
  expect(await beside(words, () => stage.caSync([], { cwd: other }))).toMatchObject({ code: 0, stderr: '' })
  expect(minted()).toEqual(['one', 'other', 'two', 'three'])
  for (const folder of [...folders, other]) expect(await isReady(folder)).toBe(true)
})

test('--all by hand beside a job: each token is minted once', async () => {
  expect(await beside(job, () => stage.caSync(['--all'], { cwd: '/' }))).toMatchObject({ code: 0, stderr: '' })
  expect(minted().sort()).toEqual(['one', 'three', 'two'])
  for (const folder of folders) expect(await isReady(folder)).toBe(true)
})

test('what is logged out meanwhile stays so', async () => {
  const [, two = '', three = ''] = folders
  expect(await beside(job, () => stage.caSync(['logout'], { cwd: two }))).toMatchObject({ code: 0, stderr: '' })
  expect(minted()).toEqual(['one', 'three'])
  expect(Object.keys((await state()).projects).sort()).toEqual([folders[0], three].sort())
})

test('a name that another project gives up meanwhile is free', async () => {
  const [one = '', two = '', three = ''] = folders
  const write = (folder: string, ...sources: string[]) =>
    writeFile(join(folder, 'pyproject.toml'), pyproject(...sources))
  stage.emulator.faults.clear()
  await write(three, source('one'), source('three', 'taken'))
  expect(await stage.caSync([], { cwd: three })).toMatchObject({ code: 0 })
  await holdFirst()
  await write(two, source('two', 'taken'))
  // By then, the job knows what the file said: it has a name of the first project, too.
  const byHand = async () => {
    await write(three, source('one'))
    return stage.caSync([], { cwd: other })
  }
  expect(await beside(job, byHand)).toMatchObject({ code: 0, stderr: '' })
  expect(minted()).toEqual(['one', 'other', 'two'])
  for (const folder of [one, two, three]) expect(await isReady(folder)).toBe(true)
})

test('exec gets through, too', async () => {
  const served = await beside(job, () => stage.caSync(['exec', '--', 'env'], { cwd: other }))
  expect(served).toMatchObject({ code: 0, stdout: expect.stringContaining('POETRY_HTTP_BASIC_OTHER_PASSWORD=') })
  expect((await state()).served[other]).toBeDefined()
})

test('watch gives way as well', async () => {
  const watch = spawn('ca-sync', ['watch'], { env: stage.env, cwd: folders[0], stdio: 'ignore' })
  try {
    expect(await whileHeld(() => stage.caSync([], { cwd: other }))).toMatchObject({ code: 0, stderr: '' })
    await until(() => minted().length === 4)
    expect(minted()).toEqual(['one', 'other', 'two', 'three'])
  } finally {
    watch.kill()
    await once(watch, 'exit')
  }
})

test('killed between two projects, the next run mints no token again', async () => {
  stage.emulator.faults.clear()
  stage.emulator.faults.set('GetAuthorizationToken', { kind: 'hang', domain: 'two-domain', times: 1 })
  const child = spawn('ca-sync', job, { env: stage.env, cwd: '/', stdio: 'ignore' })
  await until(() => minted().length === 2)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(await stage.caSync(job, { cwd: '/' })).toMatchObject({ code: 0, stdout: '', stderr: '' })
  expect(minted()).toEqual(['one', 'two', 'two', 'three'])
  for (const folder of folders) expect(await isReady(folder)).toBe(true)
})
