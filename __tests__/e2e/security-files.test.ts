import { lstat, mkdir, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { filesHolding, pieces } from './files.ts'
import { openStage, type Stage } from './stage.ts'

jest.setTimeout(120_000)

let stage: Stage
beforeEach(async () => {
  stage = await openStage()
})
afterEach(() => stage.close())

test("files that are links into a dotfiles repository stay links, and nothing is left in that repository's folder", async () => {
  const dotfiles = join(stage.box.home, 'dotfiles/poetry')
  await mkdir(dotfiles, { recursive: true })
  await mkdir(stage.config, { recursive: true })
  await writeFile(join(dotfiles, 'config.toml'), '# mine\n')
  for (const name of ['config.toml', 'auth.toml'])
    await symlink(`../../dotfiles/poetry/${name}`, join(stage.config, name))

  expect(await stage.caSync([])).toMatchObject({ code: 0, stderr: '' })
  for (const name of ['config.toml', 'auth.toml']) {
    expect(await readlink(join(stage.config, name))).toBe(`../../dotfiles/poetry/${name}`)
    expect((await lstat(join(dotfiles, name))).isFile()).toBe(true)
    expect((await stat(join(dotfiles, name))).mode & 0o777).toBe(0o600)
  }
  expect(await stage.read(join(dotfiles, 'config.toml'))).toContain(`# mine\n`)
  expect(await stage.read(join(dotfiles, 'config.toml'))).toContain(stage.url)
  expect(await filesHolding(dotfiles, ['.ca-sync-'])).toEqual([])
  expect(await filesHolding(stage.box.dir, stage.emulator.issuedTokens().flatMap(pieces))).toEqual([])
  expect(await stage.caSync([])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Nothing to do/) })
})

// Nothing is read-only to root, but for what the kernel makes up: /proc takes no new file from anybody.
const readOnly = '/proc/ca-sync.toml'

test.each([
  ['config.toml', 'config.toml'],
  ['auth.toml', 'auth.toml'],
])('a %s that cannot be written', async (_, name) => {
  await mkdir(stage.config, { recursive: true })
  await symlink(readOnly, join(stage.config, name))
  const { code, stdout, stderr } = await stage.caSync(['--json'])
  expect(code).toBe(3)
  const { error } = JSON.parse(stdout)
  expect(error).toMatchObject({ code: 'FILE_UNWRITABLE' })
  expect(error.message).toContain(`Cannot write ${join(stage.config, name)}: `)
  expect(error.hint).toMatch(/run ca-sync again\.$/)
  expect(stderr).toContain(error.message)
  expect(await stage.caSync(['status'])).toMatchObject({ code: 6 })

  await rm(join(stage.config, name))
  expect(await stage.caSync([])).toMatchObject({ code: 0, stderr: '' })
  expect(await stage.caSync(['status'])).toMatchObject({ code: 0 })
  expect(stage.emulator.issuedTokens()).toHaveLength(1)
})

test.each([
  ["a file in place of Poetry's folder", () => writeFile(stage.config, '')],
  ['a folder in place of config.toml', () => mkdir(join(stage.config, 'config.toml'), { recursive: true })],
])('%s: named, and no token is asked for', async (_, prepare) => {
  await prepare()
  const { code, stderr } = await stage.caSync([])
  expect(code).toBe(5)
  expect(stderr).toMatch(
    /^error: Cannot read .*\/\.config\/pypoetry\/config\.toml: .*\n {2}Move .* away, then run ca-sync again\.\n$/,
  )
  expect(stage.emulator.issuedTokens()).toEqual([])
})

test.each([
  ['a file in place of the state folder', () => writeFile(stage.state, '')],
  ['a folder in place of state.json', () => mkdir(join(stage.state, 'state.json'), { recursive: true })],
])('%s: named', async (_, prepare) => {
  await mkdir(join(stage.state, '..'), { recursive: true })
  await prepare()
  const { code, stderr } = await stage.caSync([])
  expect(code).toBe(3)
  expect(stderr).toMatch(/^error: Cannot write .*\/ca-sync\/[a-z.]+: .*\n {2}Move .* away, then run ca-sync again\.\n$/)
  expect(await filesHolding(stage.box.dir, stage.emulator.issuedTokens().flatMap(pieces))).toEqual([])
})
