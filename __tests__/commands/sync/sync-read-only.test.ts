import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, test } from '@jest/globals'
import { pluginTable } from '../../../scripts/example-project.ts'
import { openMemoryStage } from '../../scenarios/memory-stage.ts'
import { documentOf, eachOn } from '../../scenarios/stage.ts'

const stage = eachOn(openMemoryStage)
const auth = () => join(stage().config, 'auth.toml')
const plaintext = (...words: string[]) => stage().caSync(['--store', 'plaintext', ...words])
const mints = () => stage().tokens().length
const [file, folder] = [
  { lock: () => chmod(auth(), 0o444), unlock: () => chmod(auth(), 0o600) },
  { lock: () => chmod(dirname(auth()), 0o555), unlock: () => chmod(dirname(auth()), 0o755) },
]

describe.each([
  ['file', file],
  ['folder', folder],
])('a token in plain text, and a read-only %s', (_, { lock, unlock }) => {
  // Who is not root could not remove it otherwise.
  afterEach(() => unlock())

  async function isTold(words: readonly string[]) {
    const { code, stdout, stderr } = await stage().caSync(words)
    expect({ code, stdout, stderr }).toEqual({
      code: 3,
      stdout: expect.not.stringMatching(/ready/),
      stderr: expect.stringContaining(`${auth()}, or its folder, is read-only and left alone`),
    })
    expect(stderr).toMatch(/type: ca-sync (?:-C \S+ )?--store keyring/)
    expect(stderr).not.toContain('is in plain text in')
  }

  async function doctorTells(status: string, says: RegExp, fix: RegExp, cwd = stage().project) {
    const { checks } = documentOf(await stage().caSync(['doctor', '--offline', '--json'], { cwd }))
    const found = checks.find(({ check }: { check: string }) => check === 'plaintext')
    expect(found).toMatchObject({ status, message: expect.stringMatching(says), fix: expect.stringMatching(fix) })
  }

  async function statusTells(words: readonly string[] = []) {
    const { sources } = documentOf(await stage().caSync(['status', '--json', ...words]))
    expect(sources[0]).toMatchObject({ ready: false, error: { code: 'FILE_UNWRITABLE' } })
  }

  test.each([[[]], [['-n']], [['--force']], [['-s', 'dev']]])(
    'is never ready where it was never written: %j',
    async (words) => {
      await mkdir(stage().config, { recursive: true })
      await writeFile(auth(), '[http-basic.dev]\nusername = "aws"\n')
      await lock()
      const asked = mints()
      await isTold(['--store', 'plaintext', ...words])
      await isTold(['--store', 'plaintext', ...words])
      expect(mints()).toBe(asked)
      if (words[0] !== '-n') await statusTells()
      await unlock()
      expect((await plaintext()).code).toBe(0)
    },
  )

  test.each([[[]], [['--force']], [['-n', '--force']], [['-n']], [['--all', '--unattended']]])(
    'is not ready any more once it has expired there: %j',
    async (words) => {
      expect((await plaintext()).code).toBe(0)
      const [before, many] = [await readFile(auth(), 'utf8'), mints()]
      await lock()
      await stage().letPass(13)
      await statusTells()
      await isTold(words)
      await statusTells()
      await statusTells(['--all'])
      expect([await readFile(auth(), 'utf8'), mints()]).toEqual([before, many])
      await doctorTells(
        'fault',
        /^The token of dev cannot be written to .*read-only\.$/,
        /chmod u\+w.*--store keyring$/,
      )
      await unlock()
      expect((await stage().caSync([])).code).toBe(0)
      expect((await stage().caSync(['status'])).code).toBe(0)
    },
  )

  test('is ready as long as it lives there; a new one is refused', async () => {
    expect((await plaintext()).code).toBe(0)
    await lock()
    expect((await stage().caSync([])).code).toBe(0)
    expect((await stage().caSync(['status'])).code).toBe(0)
    await isTold(['--force'])
    expect((await stage().caSync(['status'])).code).toBe(0)
    await doctorTells('warning', /is in plain text in .*, which is read-only/, /chmod u\+w.*--store keyring$/)
  })

  test.each([
    ['its own declaration', 'https://example.org/simple/', '', 3],
    ['a line in poetry.toml', undefined, '[repositories.dev]\nurl = "https://example.org/simple/"\n', 5],
  ] as const)('that Poetry would send to another host is told of: by %s', async (_, declared, line, code) => {
    const one = (url: string) =>
      `[project]\nname = "one"\nversion = "1"\n${pluginTable({ name: 'dev' })}\n[[tool.poetry.source]]\nname = "dev"\nurl = "${url}"\n`
    const cwd = await stage().makeProject('one', one(`${stage().url}simple/`))
    expect((await stage().caSync(['--store', 'plaintext'], { cwd })).code).toBe(0)
    await lock()
    if (declared) await writeFile(join(cwd, 'pyproject.toml'), one(declared))
    else await writeFile(join(cwd, 'poetry.toml'), line)
    for (const words of [[], ['-n'], ['--all'], ['status']]) {
      const { code: ended, stderr } = await stage().caSync(words, { cwd })
      expect({ ended, stderr }).toEqual({
        ended: words[0] === 'status' ? 6 : code,
        stderr: expect.stringContaining(`still in ${auth()}`),
      })
      expect(stderr).toContain('delete password from [http-basic.dev]')
    }
    const says = /is in plain text in .*auth\.toml, and Poetry would send it to another host/
    await doctorTells('fault', says, /^Delete password from \[http-basic\.dev\] in .*auth\.toml\.$/, cwd)
    await unlock()
    await doctorTells('fault', says, /^ca-sync$/, cwd)
  })
})
