import { describe, expect, test } from '@jest/globals'
import { eachOn, hostOf, type OpenStage } from './stage.ts'

export const watchScenarios = (open: OpenStage): void =>
  describe('watch', () => {
    const stage = eachOn(open)

    test('renews each source at once, and again once it is due, until it is stopped', async () => {
      const first = await stage().watch(['--json'], /"name":"prod"/)
      expect(
        first
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line)),
      ).toMatchObject(
        ['dev', 'qa', 'prod'].map((name) => ({ event: 'renewed', project: stage().project, name, error: null })),
      )
      await stage().letPass(8)
      expect(await stage().watch([], /renewed prod/)).toMatch(/Z renewed dev of .*: token until /)
      expect(stage().tokens()).toHaveLength(2)
      expect((await stage().entries())[hostOf(stage())]).toBe(stage().tokens()[1])
    })

    test('a failure is told, and does not end it', async () => {
      stage().denyTokens()
      expect(await stage().watch([], /failed prod/)).toMatch(/Z failed dev of /)
    })

    test('with nothing to watch it says so', async () => {
      expect(await stage().caSync(['watch'], { cwd: '/' })).toMatchObject({ code: 3, stdout: '' })
    })
  })
