import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { documentOf, eachOn, type OpenStage } from './stage.ts'

interface Check {
  readonly source: string | null
  readonly check: string
  readonly status: string
  readonly fix: string | null
}

export const doctorScenarios = (open: OpenStage): void =>
  describe('doctor', () => {
    const stage = eachOn(open)
    const checks = async (): Promise<Check[]> => documentOf(await stage().caSync(['doctor', '--json'])).checks
    const faults = async () => (await checks()).filter(({ status }) => status === 'fault')

    test('after a sync no source has a fault', async () => {
      await stage().caSync([])
      expect(await faults()).toEqual([])
      const { code, stdout } = await stage().caSync(['doctor'])
      expect(code).toBe(0)
      expect(stdout).not.toContain(stage().tokens()[0])
    })

    test('before it, each fault has its fix, and nothing is changed', async () => {
      const found = await faults()
      expect(found.length).toBeGreaterThan(0)
      for (const { fix } of found) expect(fix).toMatch(/\S/)
      expect([stage().tokens(), await stage().entries()]).toEqual([[], {}])
      expect(await stage().caSync(['doctor'])).toMatchObject({ code: 6, stdout: expect.stringContaining('ca-sync') })
    })

    test('a password in plain text, and a file that is gone, are found', async () => {
      await stage().caSync([])
      await writeFile(join(stage().config, 'auth.toml'), '[http-basic.dev]\nusername = "aws"\npassword = "stale"\n')
      expect((await faults()).map(({ source }) => source)).toContain('dev')
      await rm(join(stage().config, 'auth.toml'))
      expect(await faults()).not.toEqual([])
      await stage().caSync([])
      expect(await faults()).toEqual([])
    })

    test('a locked keyring is found', async () => {
      await stage().caSync([])
      await stage().lockKeyring()
      const { code, stdout } = await stage().caSync(['doctor'])
      expect(code).toBe(6)
      expect(stdout).toMatch(/keyring is locked/)
    })
  })
