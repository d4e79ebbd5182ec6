import { beforeAll, describe, expect, jest, test } from '@jest/globals'
import { run } from '../../scripts/testbed/run.ts'
import {
  damaged,
  expectMended,
  expectSense,
  oddStateScenarios,
  oddStates,
  serving,
  someOddStates,
} from '../scenarios/odd-states.ts'
import { openStage } from './stage.ts'

jest.setTimeout(300_000)

describe('on real parts', () => oddStateScenarios(openStage, someOddStates))

describe("the built program's own short ways", () => {
  const lab = damaged(openStage)

  describe.each(oddStates)('a state: %s', (_, change) => {
    beforeAll(lab.startAfresh)

    test('exec and env work, and the next run mends it', async () => {
      for (const words of serving) {
        await lab.damage(change)
        const result = await lab.stage().caSync(words)
        expectSense(words, result)
        expect([words, result.code]).toEqual([words, 0])
      }
      await lab.damage(change)
      await expectMended(lab)
    })
  })

  test.each(someOddStates)('watch, until it sleeps: %s', async (_, change) => {
    await lab.startAfresh()
    await lab.damage(change)
    const { env, project } = lab.stage()
    const result = await run('timeout', ['-s', 'TERM', '4', 'ca-sync', 'watch'], { env, cwd: project })
    expectSense(['watch'], { ...result, code: result.code === 124 ? 0 : result.code })
  })
})
