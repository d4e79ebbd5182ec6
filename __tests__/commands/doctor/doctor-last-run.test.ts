import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type MemoryStage, openMemoryStage } from '../../scenarios/memory-stage.ts'

let stage: MemoryStage
beforeEach(async () => {
  stage = await openMemoryStage()
})
afterEach(() => stage.close())

const doctor = async () => (await stage.caSync(['doctor', '--offline'])).stdout

test.each([[[]], [['--all']], [['-q']]])(
  'what doctor says to type clears the failure of the last run: %j',
  async (words) => {
    const { caSync, denied, denyTokens } = stage
    await caSync([])
    denyTokens()
    expect((await caSync(['--force'])).code).not.toBe(0)
    denied.clear()
    expect(await doctor()).toContain('The last run failed')
    expect((await caSync(words)).code).toBe(0)
    expect(await doctor()).not.toContain('The last run failed')
  },
)
