import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { pyproject } from '../../e2e/pyproject.ts'
import { openMemoryStage } from '../../scenarios/memory-stage.ts'
import { eachOn, hostOf } from '../../scenarios/stage.ts'

describe('--verbose', () => {
  const stage = eachOn(openMemoryStage)
  const told = async (...words: string[]) => {
    const { stdout } = await stage().caSync([...words, '-v'])
    return stdout.split('\n').filter((line) => /^(?:AWS|Poetry|settings|renewed|kept in|wrote|project) /.test(line))
  }

  test('tells as whom AWS was asked, with which Poetry, what was renewed, and where it went', async () => {
    expect(await told()).toEqual([
      'AWS       the keys in the environment (dev, qa, prod)',
      expect.stringMatching(/^Poetry {4}\S/),
      `settings  ${stage().config}`,
      'renewed   token of my-domain of 564131876131 (us-east-1), for 12 h (dev, qa, prod)',
      expect.stringMatching(`^kept in {3}Poetry's keyring \\(.*\\), ${hostOf(stage())}, user aws \\(dev, qa, prod\\)$`),
      expect.stringMatching(/^wrote {5}.*auth\.toml$/),
      expect.stringMatching(/^wrote {5}.*config\.toml$/),
    ])
    expect((await told()).slice(3)).toEqual(['renewed   nothing: the tokens are good for a while'])
    expect(await told('--all')).toContain(`project   ${stage().project}`)
  })

  test('of several projects it names each', async () => {
    const second = await stage().makeProject('second', await stage().read(join(stage().project, 'pyproject.toml')))
    const lines = await told('-C', stage().project, '-C', second)
    expect(lines.filter((line) => line.startsWith('project '))).toEqual([
      `project   ${stage().project}`,
      `project   ${second}`,
    ])
  })

  test.each([[[]], [['--all']]])('what failed to be renewed is not told to be good: %j', async (words) => {
    await stage().caSync([])
    await stage().letPass(8)
    stage().denyTokens()
    expect((await told(...words)).filter((line) => line.startsWith('renewed '))).toEqual([])
  })

  test('in plain text it says where', async () => {
    expect(await told('--store', 'plaintext')).toContainEqual(
      expect.stringMatching(/^kept in {3}in plain text, in .*auth\.toml \(dev, qa, prod\)$/),
    )
  })

  test.each([[['sources', 'add', '--replace']], [['policy']], [['init']], [[]]])(
    'an error is told once, and its stack once, from everywhere: %j',
    async (words) => {
      const from = async (cwd: string, ...more: string[]) => {
        const { stderr } = await stage().caSync([...words, '-v', ...more], { cwd })
        return stderr
      }
      const told = await from(stage().home, '-C', await stage().makeProject('other', pyproject()))
      const [, message = ''] = /^error: (.*)$/m.exec(told) ?? []
      expect(told.split(message)).toHaveLength(3)
      expect(told).not.toContain('caused by: CaSyncError')
    },
  )

  test('no token is in it, and none of it where it was not asked for', async () => {
    await stage().caSync([])
    const { stdout } = await stage().caSync(['--force', '-v'])
    for (const token of stage().tokens()) expect(stdout).not.toContain(token)
    expect((await stage().caSync(['--force'])).stdout).not.toMatch(/^(?:AWS|renewed) /m)
    const { stdout: document } = await stage().caSync(['--force', '-v', '--json'])
    expect(JSON.parse(document).error).toBeNull()
  })
})
