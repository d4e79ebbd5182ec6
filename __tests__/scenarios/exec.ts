import process from 'node:process'
import { describe, expect, test } from '@jest/globals'
import { documentOf, eachOn, type OpenStage } from './stage.ts'

const printed = ['--', process.execPath, '-p', 'JSON.stringify(process.env)']

export const execScenarios = (open: OpenStage): void =>
  describe('exec and env', () => {
    const stage = eachOn(open)

    test('exec gives a command each source in its environment, with no keyring, and its exit code', async () => {
      await stage().lockKeyring()
      const { code, stdout } = await stage().caSync(['exec', ...printed])
      expect(code).toBe(0)
      const [token] = stage().tokens()
      const login = (name: string) => ({
        [`POETRY_HTTP_BASIC_${name}_USERNAME`]: 'aws',
        [`POETRY_HTTP_BASIC_${name}_PASSWORD`]: token,
      })
      expect(documentOf({ stdout })).toMatchObject({ ...login('DEV'), ...login('QA'), ...login('PROD') })
      expect(await stage().caSync(['exec', '--', process.execPath, '-e', 'process.exit(7)'])).toMatchObject({ code: 7 })
    })

    test('exec takes the token that the vault holds', async () => {
      await stage().caSync([])
      expect(documentOf(await stage().caSync(['exec', ...printed]))).toMatchObject({
        POETRY_HTTP_BASIC_DEV_PASSWORD: stage().tokens()[0],
      })
      expect(stage().tokens()).toHaveLength(1)
    })

    test('env prints the same, in the format that is asked for', async () => {
      await stage().caSync([])
      const [token] = stage().tokens()
      expect(documentOf(await stage().caSync(['env', '--format', 'json']))).toMatchObject({
        POETRY_HTTP_BASIC_DEV_PASSWORD: token,
      })
      for (const [format, line] of [
        ['sh', `export POETRY_HTTP_BASIC_DEV_PASSWORD='${token}'`],
        ['fish', `set -gx POETRY_HTTP_BASIC_DEV_PASSWORD '${token}'`],
        ['dotenv', `POETRY_HTTP_BASIC_DEV_PASSWORD=${token}`],
      ] as const)
        expect((await stage().caSync(['env', '--format', format])).stdout.split(/;?\n/)).toContain(line)
    })

    test('nothing is printed or run where AWS refuses', async () => {
      stage().denyTokens()
      for (const words of [['env'], ['exec', ...printed]])
        expect(await stage().caSync(words)).toMatchObject({
          code: 4,
          stdout: '',
          stderr: expect.stringMatching(/^error: /),
        })
    })

    test('exec without a command is a mistake that shows how', async () => {
      expect(await stage().caSync(['exec'])).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('ca-sync exec -- '),
      })
    })
  })
