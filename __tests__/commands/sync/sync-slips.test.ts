import { join } from 'node:path'
import { expect, test } from '@jest/globals'
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
