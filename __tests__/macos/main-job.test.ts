// Needs a Mac: a CI's machine.
import { readdir } from 'node:fs/promises'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { domain, library, openStage, type Stage } from '../e2e/stage.ts'

jest.setTimeout(240_000)

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
  stage.emulator.addPackage({ domain, repository: 'dev', name: library, version: '1.2.3' })
})
afterAll(() => stage.close())

const services = async () => (await stage.box.items()).map(({ attributes }) => attributes['service']).sort()

test('ca-sync makes plain Poetry work, once, gives another program what it needs, and takes back what it wrote', async () => {
  expect(await stage.caSync([])).toMatchObject({ code: 0, stderr: '' })
  expect(await services()).toEqual([new URL(stage.url).host, 'ca-sync'].sort())
  stage.emulator.clearCalls()
  expect((await stage.caSync([])).stdout).toMatch(/^Nothing to do: 3 sources are ready, /)
  expect(await stage.caSync(['status'])).toMatchObject({ code: 0 })
  expect(await stage.poetry(['add', library])).toMatchObject({ code: 0 })
  expect(await stage.caSync(['exec', '--', 'sh', '-c', 'echo $POETRY_HTTP_BASIC_DEV_USERNAME; exit 7'])).toMatchObject({
    code: 7,
    stdout: 'aws\n',
  })
  expect(stage.emulator.calls).toEqual([])

  expect(await stage.caSync(['logout'])).toMatchObject({ code: 0 })
  expect(await services()).toEqual([])
  expect(await readdir(stage.config).catch(() => [])).toEqual([])
})

test('--store exec keeps the token out of what Poetry reads, and gives it through exec', async () => {
  expect(await stage.caSync(['--store', 'exec'])).toMatchObject({ code: 0, stderr: '' })
  expect(await services()).toEqual(['ca-sync'])
  expect((await stage.caSync(['status'])).stdout).toMatch(/^dev .*yes, through exec$/m)
  stage.emulator.clearCalls()
  expect(await stage.caSync(['exec', '--', 'poetry', 'add', library])).toMatchObject({ code: 0 })
  expect(stage.emulator.calls).toEqual([])
})
