import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { pluginTable } from '../../scripts/example-project.ts'
import { documentOf, eachOn, type OpenStage } from './stage.ts'

export const sourcesScenarios = (open: OpenStage): void =>
  describe('sources', () => {
    const stage = eachOn(open)

    test('lists what is configured, before and after a sync', async () => {
      const { code, stdout, stderr } = await stage().caSync(['sources'])
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout).toMatch(
        /^dev +my-domain\/dev \(us-east-1\) +the plugin's table +yes, primary +no: type ca-sync *$/m,
      )
      await stage().caSync([])
      expect((await stage().caSync(['sources'])).stdout).toMatch(/^dev .* yes, primary +yes *$/m)
    })

    test('declare adds what Poetry lacks, once', async () => {
      const cwd = await stage().makeProject('bare', pluginTable({ name: 'dev' }))
      const [before] = documentOf(await stage().caSync(['sources', '--json'], { cwd })).sources
      expect(before).toMatchObject({ name: 'dev', declared: false, install: false })
      expect(await stage().caSync(['sources', 'declare', '--priority', 'explicit'], { cwd })).toMatchObject({ code: 0 })
      const text = await stage().read(join(cwd, 'pyproject.toml'))
      expect(text).toContain('[[tool.poetry.source]]\nname = "dev"\n')
      expect(text).toContain('priority = "explicit"')
      const [after] = documentOf(await stage().caSync(['sources', '--json'], { cwd })).sources
      expect(after).toMatchObject({ name: 'dev', declared: true, install: true })
      await stage().caSync(['sources', 'declare', '--priority', 'explicit'], { cwd })
      expect(await stage().read(join(cwd, 'pyproject.toml'))).toBe(text)
    })

    test('add writes a source that sync then serves', async () => {
      const cwd = await stage().makeProject('new', '[tool.poetry]\nname = "new"\nversion = "0.1.0"\n')
      const words = ['--domain', 'my-domain', '--owner', '564131876131', '--region', 'us-east-1', '--repository', 'qa']
      expect(await stage().caSync(['sources', 'add', 'team', ...words], { cwd })).toMatchObject({ code: 0 })
      expect(documentOf(await stage().caSync(['--json'], { cwd })).sources).toMatchObject([
        { name: 'team', repository: 'qa', ready: true },
      ])
      expect(await stage().caSync(['sources', 'add', 'team', ...words], { cwd })).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^Nothing to add: /),
      })
    })
  })
