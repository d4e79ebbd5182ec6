import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { onTerminal } from './on-terminal.ts'
import { plugin, pyproject } from './pyproject.ts'
import { domain, library, openStage, type Stage } from './stage.ts'

jest.setTimeout(120_000)

let stage: Stage
let cwd: string
let path: string
const empty =
  '[tool.poetry]\nname = "my-app"\nversion = "0.1.0"\ndescription = ""\nauthors = []\n\n[tool.poetry.dependencies]\npython = ">=3.9"\n'

async function open(text = empty): Promise<void> {
  stage = await openStage()
  cwd = await stage.makeProject('one', text)
  path = join(cwd, 'pyproject.toml')
}
afterEach(() => stage.close())

const caSync = (...words: string[]) => stage.caSync(words, { cwd })
const named = ['--domain', 'my-domain', '--region', 'us-east-1', '--repository', 'dev']

describe('init', () => {
  test('from nothing to poetry add, in one command', async () => {
    await open()
    stage.emulator.addPackage({ domain, repository: 'dev', name: library, version: '1.2.3' })
    const { code, stdout } = await caSync('init', 'dev', ...named)
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/Added dev(.|\n)*Declared dev(.|\n)*dev +ready/),
    })
    expect(stdout).not.toMatch(/Next, type/)
    expect(await stage.read(path)).toMatch(/priority = "explicit"/)
    expect(await stage.poetry(['add', library, '--source', 'dev'], { cwd })).toMatchObject({ code: 0 })
    expect(await caSync('init', 'dev', ...named)).toMatchObject({ code: 0, stderr: '' })
  })

  test('--json is one document', async () => {
    await open()
    const { stdout } = await caSync('init', 'dev', ...named, '--json')
    expect(JSON.parse(stdout)).toMatchObject({ sources: [{ name: 'dev', ready: true }], error: null, schemaVersion: 1 })
  })

  test.each([
    [[], '--domain and --region are missing'],
    [['dev', '--domain', 'my-domain'], '--region is missing'],
  ])('%j where nobody can be asked: it says what is missing, and writes nothing', async (words, says) => {
    await open()
    expect(await caSync('init', ...words)).toMatchObject({ code: 2, stderr: expect.stringContaining(says) })
    expect(await stage.read(path)).toBe(empty)
  })

  test('on a terminal it asks', async () => {
    await open()
    const answers = [
      ['CodeArtifact domain', 'my-domain\n'],
      ['AWS region', 'us-east-1\n'],
      ['Which one?', '1\n'],
    ] as const
    const { code, text } = await onTerminal(stage, ['ca-sync', 'init', 'dev'], { cwd, answers })
    expect(text).toMatch(/ready/)
    expect(code).toBe(0)
  })
})

describe('init --dry-run', () => {
  test('shows what it would add, says what would follow, and changes nothing', async () => {
    await open()
    expect(await caSync('init', 'dev', ...named, '--dry-run')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('name = "dev"'),
      stderr: expect.stringMatching(/would declare it .* sync/),
    })
    const { code, stdout } = await caSync('init', 'dev', ...named, '--dry-run', '--json')
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { added: [{ name: 'dev' }], written: false }])
    expect(await stage.read(path)).toBe(empty)
  })

  test('of sources that are there: the plan', async () => {
    const text = pyproject(plugin({ name: 'dev' }))
    await open(text)
    expect(await caSync('init', '--dry-run')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/tool\.poetry\.source.*dev: would\n {2}get a token/s),
    })
    expect(JSON.parse((await caSync('init', '--dry-run', '--json')).stdout)).toMatchObject({
      sources: [{ name: 'dev' }],
    })
    expect(await stage.read(path)).toBe(text)
  })

  test('without a repository, a command of its own to type', async () => {
    await open()
    const hint = /Type, for example: ca-sync init dev --domain my-domain --region us-east-1 --repository \w+$/m
    const { code, stderr } = await caSync('init', 'dev', '--domain', 'my-domain', '--region', 'us-east-1')
    expect([code, stderr]).toEqual([2, expect.stringMatching(hint)])
  })
})

describe('a mistake in sources add', () => {
  test('a region with a near neighbour is refused, and --force insists', async () => {
    await open()
    const mistyped = ['--domain', 'my-domain', '--region', 'us-esat-1', '--repository', 'dev']
    const refused = await caSync('sources', 'add', 'dev', ...mistyped)
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean us-east-1?') })
    expect(await stage.read(path)).toBe(empty)
    expect(await caSync('sources', 'add', 'dev', ...mistyped, '--force')).toMatchObject({ code: 0 })
  })

  test('--replace puts the right one in its place, in both tables', async () => {
    await open(
      `${pyproject(plugin({ name: 'dev', repository: 'qa' }))}\n[[tool.poetry.source]]\nname = "dev"\nurl = "https://old.example/simple/"\n`,
    )
    expect(await caSync('sources', 'add', 'dev', ...named)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('--replace'),
    })
    expect(await caSync('sources', 'add', 'dev', ...named, '--replace')).toMatchObject({ code: 0, stderr: '' })
    const text = await stage.read(path)
    expect(text).not.toMatch(/old\.example|"qa"/)
    expect(text.match(/\[\[tool/g)).toHaveLength(1)
  })
})

describe('sources remove', () => {
  const poetrys = (name: string) =>
    `[[tool.poetry.source]]\nname = "${name}"\nurl = "https://x.example/simple/"\n# its own comment\n`

  test('takes both tables out, and nothing else changes by a byte', async () => {
    const kept = pyproject(plugin({ name: 'qa' }))
    await open(`${kept}\n${plugin({ name: 'dev' })}\n${poetrys('Dev')}\n${poetrys('qa')}`)
    expect(await caSync('sources', 'remove', 'dev')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Removed dev/i),
      stderr: '',
    })
    expect(await stage.read(path)).toBe(`${kept}\n${poetrys('qa')}`)
  })

  test('one that is not there: the nearest', async () => {
    await open(pyproject(plugin({ name: 'dev' })))
    expect(await caSync('sources', 'remove', 'dve')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('Did you mean dev?'),
    })
  })

  test.each([['alone'], ['beside one that is well']])(
    'one that cannot be served, %s: removed, or replaced',
    async (how) => {
      const broken = plugin({ name: 'dev' }).replace('us-east-1', 'us_east_1')
      const text = pyproject(broken) + (how === 'alone' ? '' : `\n${plugin({ name: 'qa' })}`)
      await open(text)
      expect(await caSync('sources', 'add', 'dev', ...named)).toMatchObject({
        code: 3,
        stderr: expect.stringContaining('us_east_1'),
      })
      expect(await stage.read(path)).toBe(text)
      expect(await caSync('sources', 'add', 'dev', ...named, '--replace')).toMatchObject({ code: 0, stderr: '' })
      expect((await stage.read(path)).match(/name = "dev"/g)).toHaveLength(1)
      await writeFile(path, text)
      expect(await caSync('sources', 'remove', 'dev')).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^Removed/),
      })
      expect(await stage.read(path)).not.toContain('us_east_1')
    },
  )

  test('--dry-run changes nothing', async () => {
    await open(pyproject(plugin({ name: 'dev' })))
    const before = await stage.read(path)
    expect(await caSync('sources', 'remove', 'dev', '--dry-run')).toMatchObject({ code: 0 })
    expect(await stage.read(path)).toBe(before)
  })
})

describe('uninstall', () => {
  test('takes everything off, in one command, and twice', async () => {
    await open()
    await caSync('init', 'dev', ...named)
    const rc = join(stage.home, '.bashrc')
    await writeFile(rc, 'alias ll="ls -l"\n')
    await caSync('hook', 'install', 'bash')
    await caSync('completion', 'install', 'bash')
    await writeFile(join(stage.home, '.local/state/ca-sync/watch'), '999999999 1') // a watch that was killed
    const { code, stdout } = await caSync('uninstall', '--yes')
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('npm uninstall') })
    expect(await readFile(rc, 'utf8')).toBe('alias ll="ls -l"\n')
    expect(await stage.box.items()).toEqual([])
    expect(await readdir(join(stage.home, '.local/state'))).toEqual([])
    expect(await caSync('uninstall', '--yes')).toMatchObject({ code: 0 })
  })

  test('asks first; where nobody can be asked, it does nothing', async () => {
    await open()
    await caSync('init', 'dev', ...named)
    expect(await caSync('uninstall')).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--yes') })
    const { code } = await onTerminal(stage, ['ca-sync', 'uninstall'], { cwd, answers: [['[y/N]', 'n\n']] })
    expect(code).toBe(2)
    expect(await stage.box.items()).not.toEqual([])
  })
})
