// Needs Poetry and a keyring.
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { jest } from '@jest/globals'
import type { Box } from '../../../scripts/testbed/box.ts'
import { poetry } from '../../../scripts/testbed/poetry.ts'
import { startEarly } from '../../../src/poetry/keyring/child.ts'
import { until } from '../../helpers/until.ts'
import { box, closeAll, handover, handoverPids, isGone, oneHandover, request, venvWith } from './handover-helpers.ts'

const earlies: ReturnType<typeof startEarly>[] = []

afterEach(async () => {
  for (const early of earlies.splice(0)) early('') // what nobody asked would be counted by the next test
  await closeAll()
})
jest.setTimeout(60_000)

type Options = Parameters<typeof handover>[1]

/** Starts a Python before anybody asks for one. */
async function startedEarly(at: Box, options: Options = {}) {
  const early = startEarly({
    ...{ python: poetry('2.5').python, env: at.env, platform: process.platform, uid: process.getuid?.() },
    projects: [at.home],
    ...options,
  })
  earlies.push(early)
  const byHand = (more: Options = {}) => handover(at, { unattended: false, early, ...more })
  return { pid: await oneHandover(), byHand }
}

test('the Python that was started early is the one that is asked, once', async () => {
  const at = await box()
  const { pid, byHand } = await startedEarly(at)
  const session = byHand()
  expect(await session.probe()).toMatchObject({ backend: 'keyring.backends.SecretService.Keyring' })
  expect((await session.apply(request())).ready).toEqual(['dev'])
  expect(handoverPids()).toEqual([pid])
  session.close()
  expect((await byHand().apply(request(['qa']))).ready).toEqual(['qa'])
  expect(await isGone(pid)).toBe(true)
})

test.each([
  ['for other projects', (at: Box) => ({ projects: [join(at.home, 'other')] })],
  ['in another environment', (at: Box) => ({ env: { ...at.env, POETRY_CONFIG_DIR: '/other' } })],
  ['with other options of Python', () => ({ start: { flags: ['-P'], path: [], variables: {} } })],
])('%s: another one is asked, and the early one ends', async (_, wanted) => {
  const at = await box()
  const { pid, byHand } = await startedEarly(at)
  const session = byHand(wanted(at))
  await session.probe()
  expect(handoverPids()).not.toContain(pid)
  expect(await isGone(pid)).toBe(true)
})

test('one that has ended meanwhile is not asked', async () => {
  const at = await box()
  const { pid, byHand } = await startedEarly(at)
  process.kill(pid, 'SIGKILL')
  await until(() => !existsSync(`/proc/${pid}`)) // also as a child of ours that nobody asked about
  expect((await byHand().apply(request())).ready).toEqual(['dev'])
})

test('one that may ask on a terminal is not the one of a job', async () => {
  const at = await box()
  const { pid, byHand } = await startedEarly(at)
  const session = handover(at)
  await session.probe()
  expect(handoverPids()).toContain(pid)
  expect(handoverPids()).toHaveLength(2)
  await byHand().probe()
})

test.each([
  ['an unknown backend', { PYTHON_KEYRING_BACKEND: 'nowhere.Keyring' }],
  ['no bus', { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere' }],
])('%s: told when it is asked, as ever', async (_, variables) => {
  const at = await box()
  const env = { ...at.env, ...variables }
  const why = (session: ReturnType<typeof handover>) => session.probe().catch((error) => error)
  const told = await why(handover(at, { unattended: false, env }))
  const early = await startedEarly(at, { env })
  expect(await why(early.byHand({ env }))).toEqual(told)
  expect(told).toMatchObject({ code: expect.stringMatching(/^KEYRING_/) })
})

test('nothing is imported from a project', async () => {
  const at = await box()
  const [marker, hostile] = [join(at.dir, 'imported'), join(at.home, 'hostile')]
  await mkdir(hostile)
  for (const name of ['keyring', 'secretstorage', 'platformdirs'])
    await writeFile(join(hostile, `${name}.py`), `open(${JSON.stringify(marker)}, 'a').write(${JSON.stringify(name)})`)
  const options = { python: await venvWith(at, hostile), projects: [hostile] }
  const { pid, byHand } = await startedEarly(at, options)
  await byHand(options).probe()
  expect(handoverPids()).toEqual([pid])
  expect(existsSync(marker)).toBe(false)
})
