import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { eachOn, type OpenStage } from './stage.ts'

export const hookScenarios = (open: OpenStage): void =>
  describe('hook', () => {
    const stage = eachOn(open)
    const hook = (...words: string[]) =>
      stage().caSync(['hook', ...words], { env: { ...stage().env, SHELL: '/bin/bash' } })

    test('install, and uninstall, with the user’s own text', async () => {
      const rc = join(stage().home, '.bashrc')
      await writeFile(rc, 'alias x=y\n')
      expect(await hook('install')).toMatchObject({
        code: 0,
        stdout: expect.stringContaining(`bash: wrote the hook into ${rc}\n`),
      })
      const text = await stage().read(rc)
      expect(text).toMatch(/^alias x=y\n[\s\S]*# >>> ca-sync hook >>>/)
      expect(text).toContain((await hook('bash')).stdout)
      expect(await hook('install')).toMatchObject({ code: 0, stdout: `bash: the hook is in ${rc} already.\n` })
      expect(await hook('uninstall')).toMatchObject({ code: 0 })
      expect(await stage().read(rc)).toBe('alias x=y\n')
    })

    test.each(['bash', 'zsh', 'fish', 'powershell'])('%s: printed', async (shell) => {
      expect(await hook(shell)).toMatchObject({ code: 0, stdout: expect.stringContaining('ca-sync'), stderr: '' })
    })

    test('a shell that has none is a mistake', async () => {
      expect(await hook('install', 'tcsh')).toMatchObject({ code: 2, stdout: '' })
    })
  })
