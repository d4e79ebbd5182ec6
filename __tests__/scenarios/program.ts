import { describe, expect, test } from '@jest/globals'
import { documentOf, eachOn, type OpenStage } from './stage.ts'

export const programScenarios = (open: OpenStage): void =>
  describe('the program', () => {
    const stage = eachOn(open)

    test('help names every command, and that of one shows its options', async () => {
      const { code, stdout } = await stage().caSync(['--help'])
      expect(code).toBe(0)
      for (const name of [
        'sync',
        'status',
        'doctor',
        'exec',
        'env',
        'schedule',
        'watch',
        'hook',
        'sources',
        'policy',
        'logout',
        'completion',
      ])
        expect(stdout).toMatch(new RegExp(`^ +(?:ca-sync )?${name}\\b`, 'm'))
      expect((await stage().caSync(['logout', '--help'])).stdout).toContain('--all')
    })

    test('completion knows the words of each shell', async () => {
      for (const shell of ['bash', 'zsh', 'fish'])
        expect(await stage().caSync(['completion'], { env: { ...stage().env, SHELL: `/bin/${shell}` } })).toMatchObject(
          {
            code: 0,
            stdout: expect.stringContaining('ca-sync'),
          },
        )
    })

    test('a mistake in the command line is one error, as JSON too', async () => {
      expect(await stage().caSync(['statsu'])).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringMatching(/^error: /),
      })
      const { code, stdout } = await stage().caSync(['--json', '--no-such'])
      expect([code, documentOf({ stdout }).error.code]).toEqual([2, 'USAGE'])
    })
  })
