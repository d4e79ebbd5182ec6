import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { pluginTable } from '../../scripts/example-project.ts'
import { documentOf, eachOn, hostOf, type OpenStage } from './stage.ts'

export const logoutScenarios = (open: OpenStage): void =>
  describe('logout', () => {
    const stage = eachOn(open)

    test('takes back what a sync wrote, and nothing else', async () => {
      await stage().caSync([])
      const mine = '# mine\n[virtualenvs]\nin-project = true\n'
      const config = join(stage().config, 'config.toml')
      await writeFile(config, mine + (await stage().read(config)))
      expect(await stage().caSync(['logout'])).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('Logged out: dev, qa, prod'),
        stderr: '',
      })
      expect(await stage().entries()).toEqual({})
      expect((await stage().read(config)).trim()).toBe(mine.trim())
      expect(await readdir(stage().state)).toEqual([])
      expect(await stage().caSync(['status'])).toMatchObject({ code: 6 })
    })

    test('what another project still uses stays until --all', async () => {
      const second = await stage().makeProject('second', pluginTable({ name: 'shared', repository: 'shared' }))
      await stage().caSync([])
      await stage().caSync([], { cwd: second })
      const { code, stdout } = await stage().caSync(['logout'])
      expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(`still used in ${second}.`) })
      expect(Object.keys(await stage().entries())).toContain(hostOf(stage()))
      expect(await stage().caSync(['status'], { cwd: second })).toMatchObject({ code: 0 })
      expect(await stage().caSync(['logout', '--all'])).toMatchObject({ code: 0 })
      expect(await stage().entries()).toEqual({})
    })

    test('one JSON document', async () => {
      await stage().caSync([])
      expect(documentOf(await stage().caSync(['logout', '--json']))).toMatchObject({
        removed: { sources: ['dev', 'qa', 'prod'], entries: [hostOf(stage())], tokens: 1 },
        kept: [],
        error: null,
      })
    })

    test('--all with a source is a mistake', async () => {
      expect(await stage().caSync(['logout', '--all', '-s', 'dev'])).toMatchObject({ code: 2, stdout: '' })
    })
  })
