import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { documentOf, eachOn, type OpenStage } from './stage.ts'

export const statusScenarios = (open: OpenStage): void =>
  describe('status', () => {
    const stage = eachOn(open)
    const status = (...words: string[]) => stage().caSync(['status', ...words])

    test('before the first sync nothing is ready', async () => {
      const { code, stdout, stderr } = await status()
      expect({ code, stderr }).toEqual({ code: 6, stderr: 'error: dev, qa, prod: not synced yet.\n  Type: ca-sync\n' })
      expect(stdout).toMatch(/^NAME +REPOSITORY +EXPIRES IN +READY *\ndev +my-domain\/dev \(us-east-1\) +- +no/)
    })

    test('ready, then expired, without a question to anybody', async () => {
      await stage().caSync([])
      const before = await stage().read(join(stage().state, 'state.json'))
      await stage().lockKeyring()
      const ready = await status()
      expect(ready).toMatchObject({ code: 0, stderr: '' })
      expect(ready.stdout.match(/ 12 h +yes/g)).toHaveLength(3)
      expect(await stage().read(join(stage().state, 'state.json'))).toBe(before)
      await stage().letPass(13)
      expect(await status()).toMatchObject({
        code: 6,
        stdout: expect.stringMatching(/^dev .* expired +no/m),
        stderr: expect.stringContaining('the token has expired'),
      })
    })

    test("a file of Poetry's that is gone is seen", async () => {
      await stage().caSync([])
      await rm(join(stage().config, 'auth.toml'))
      expect(await status('-s', 'dev')).toMatchObject({
        code: 6,
        stderr: "error: dev: Poetry's files are not as ca-sync left them.\n  Type: ca-sync\n",
      })
    })

    test('one JSON document', async () => {
      await stage().caSync(['-s', 'dev'])
      const { sources } = documentOf(await status('--json'))
      expect(sources.map(({ name, ready }: { name: string; ready: boolean }) => [name, ready])).toEqual([
        ['dev', true],
        ['qa', false],
        ['prod', false],
      ])
    })
  })
