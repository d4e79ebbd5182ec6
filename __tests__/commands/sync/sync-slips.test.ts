import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { pluginTable } from '../../../scripts/example-project.ts'
import { openMemoryStage } from '../../scenarios/memory-stage.ts'
import { eachOn } from '../../scenarios/stage.ts'

const stage = eachOn(openMemoryStage)
const record = async () => JSON.parse(await stage().read(join(stage().state, 'state.json'))).projects[stage().project]

test.each([
  [['-s', 'nope'], 3],
  [['-s', 'dev', 'status'], 3],
  [['--profile', 'no-such-profile'], 4],
  [['--profile', 'no-such-profile', '-s', 'qa'], 3],
])('what was typed wrong by hand is no run that failed: %j', async (words, code) => {
  expect((await stage().caSync([])).code).toBe(0)
  const before = await record()
  expect((await stage().caSync(words)).code).toBe(code)
  expect(await record()).toEqual(before)
  expect(JSON.parse((await stage().caSync(['status', '--json'])).stdout)).toMatchObject({ lastRun: { error: null } })
  expect((await stage().caSync([])).stdout).toMatch(/^Nothing to do/)
})

test('also in a project that is new', async () => {
  expect((await stage().caSync(['--profile', 'no-such-profile'])).code).not.toBe(0)
  expect(JSON.parse((await stage().caSync(['status', '--json'])).stdout)).toMatchObject({ lastRun: null })
})

test('a fault that was there before stays known', async () => {
  stage().denyTokens()
  await stage().caSync([])
  const before = await record()
  await stage().caSync(['-s', 'nope'])
  expect(await record()).toEqual(before)
})

test.each([[[]], [['--store', 'exec']]])('plain text that is refused changes nothing: %j', async (store) => {
  const text = `[project]\nname = "one"\nversion = "1"\n${pluginTable({ name: 'dev' })}`
  const place = { cwd: await stage().makeProject('one', text) }
  expect((await stage().caSync(store, place)).code).toBe(0)
  await writeFile(join(place.cwd, 'poetry.toml'), '[repositories.dev]\nurl = "https://example.org/"\n')
  expect((await stage().caSync([], place)).code).toBe(0)
  const before = await stage().caSync(['status', '--json'], place)
  expect((await stage().caSync(['--store', 'plaintext'], place)).code).toBe(5)
  expect((await stage().caSync(['status', '--json'], place)).stdout).toBe(before.stdout)
})
