import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { pluginTable } from '../../scripts/example-project.ts'
import { documentOf, eachOn, hostOf, type OpenStage, silent } from './stage.ts'

export const syncScenarios = (open: OpenStage): void =>
  describe('sync', () => {
    const stage = eachOn(open)
    const config = () => stage().read(join(stage().config, 'config.toml'))
    const auth = () => stage().read(join(stage().config, 'auth.toml'))

    test('sets up every source with one token, which only the keyring holds', async () => {
      const { code, stdout, stderr } = await stage().caSync([])
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout.match(/^(?:dev|qa|prod) +ready .*$/gm)).toHaveLength(3)
      const [token = '', ...others] = stage().tokens()
      expect(others).toEqual([])
      const entries = await stage().entries()
      expect(Object.keys(entries).sort()).toEqual([hostOf(stage()), 'ca-sync'].sort())
      expect(entries[hostOf(stage())]).toBe(token)
      for (const name of ['dev', 'qa', 'prod']) {
        expect(await config()).toContain(
          `[repositories.${name}]\nurl = "${stage().repositoryUrl('my-domain', 'dev')}"\n`,
        )
        expect(await auth()).toContain(`[http-basic.${name}]\nusername = "aws"\n`)
      }
      const state = join(stage().state, 'state.json')
      for (const text of [await config(), await auth(), await stage().read(state), stdout])
        expect(text).not.toContain(token)
      expect((await stat(state)).mode & 0o777).toBe(0o600)
    })

    test('a second run has nothing to do; a later one renews, and each use of the keyring is the new token', async () => {
      await stage().caSync([])
      expect(await stage().caSync([])).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^Nothing to do: 3 sources are ready, /),
      })
      expect(await stage().caSync(['--quiet'])).toMatchObject(silent)
      expect(stage().tokens()).toHaveLength(1)
      await stage().letPass(7)
      expect(await stage().caSync([])).toMatchObject({ code: 0, stderr: '' })
      expect(stage().tokens()).toHaveLength(2)
      expect((await stage().entries())[hostOf(stage())]).toBe(stage().tokens().at(-1))
    })

    test('--force renews at once, for as long as --duration says', async () => {
      await stage().caSync([])
      expect(await stage().caSync(['--force', '--duration', '1h'])).toMatchObject({ code: 0, stderr: '' })
      expect(stage().tokens()).toHaveLength(2)
      await stage().letPass(1.1)
      expect(await stage().caSync(['status'])).toMatchObject({ code: 6, stdout: expect.stringContaining('expired') })
      expect(await stage().caSync([])).toMatchObject({ code: 0 })
      expect(stage().tokens()).toHaveLength(3)
    })

    test('--dry-run says what it would do, and does nothing', async () => {
      const { code, stdout } = await stage().caSync(['--dry-run', '--json'])
      expect(code).toBe(0)
      expect(documentOf({ stdout }).sources[0].steps).toEqual(['token', 'vault', 'handover', 'username', 'url'])
      expect([stage().tokens(), await stage().entries()]).toEqual([[], {}])
      await expect(config()).rejects.toMatchObject({ code: 'ENOENT' })
    })

    test('one JSON document, without the token', async () => {
      const { code, stdout, stderr } = await stage().caSync(['--json'])
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      const { sources, error } = documentOf({ stdout })
      expect(error).toBeNull()
      expect(sources.map((source: { name: string }) => source.name)).toEqual(['dev', 'qa', 'prod'])
      expect(sources[0]).toMatchObject({
        ...{ name: 'dev', domain: 'my-domain', owner: '564131876131', region: 'us-east-1', repository: 'dev' },
        ...{ url: stage().url, ready: true, error: null },
      })
      expect(stdout).not.toContain(stage().tokens()[0])
    })

    test('what AWS refuses is told with its code, and nothing is written', async () => {
      stage().denyTokens()
      const { code, stdout, stderr } = await stage().caSync(['--json'])
      expect({ code, stdout: documentOf({ stdout }).sources[0].error.code }).toEqual({
        code: 4,
        stdout: 'AWS_ACCESS_DENIED',
      })
      expect(stderr).not.toBe('')
      expect(await stage().entries()).toEqual({})
    })

    test('into a locked keyring no token is asked for', async () => {
      await stage().lockKeyring()
      const { code, stderr } = await stage().caSync(['--unattended'])
      expect({ code, stderr }).toEqual({
        code: 5,
        stderr: expect.stringMatching(/^error: .*keyring is locked\.\n {2}.*ca-sync exec/),
      })
      expect(stage().tokens()).toEqual([])
    })

    test('comments and what others wrote stay', async () => {
      await stage().caSync([])
      const mine = '# mine\n[virtualenvs]\nin-project = true # kept\n'
      await writeFile(join(stage().config, 'config.toml'), mine)
      expect(await stage().caSync([])).toMatchObject({ code: 0, stderr: '' })
      expect((await config()).startsWith(mine)).toBe(true)
      expect(await config()).toContain('[repositories.dev]')
      expect(stage().tokens()).toHaveLength(1)
    })

    test('--all renews every project, from anywhere, once a domain', async () => {
      const second = await stage().makeProject('second', pluginTable({ name: 'shared', repository: 'shared' }))
      await stage().caSync([])
      await stage().caSync([], { cwd: second })
      await stage().letPass(8)
      const before = stage().tokens().length
      expect(await stage().caSync(['--all', '--quiet'], { cwd: '/' })).toMatchObject(silent)
      expect(stage().tokens()).toHaveLength(before + 1)
      for (const cwd of [stage().project, second])
        expect(await stage().caSync(['status'], { cwd })).toMatchObject({ code: 0 })
    })

    test.each([
      ['a folder without a project', [], '/', 3, /^error: .*pyproject\.toml/],
      ['an unknown source', ['-s', 'nobody'], undefined, 3, /nobody/],
      ['an option that it has not', ['--no-such'], undefined, 2, /^error: /],
      ['--all with one source', ['--all', '-s', 'dev'], undefined, 2, /--all/],
    ])('%s is an error', async (_, words, cwd, code, says) => {
      const result = await stage().caSync(words, cwd === undefined ? {} : { cwd })
      expect(result).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(says) })
    })
  })
