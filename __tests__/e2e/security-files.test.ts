import { chmod, lstat, mkdir, readlink, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { run } from '../../scripts/testbed/run.ts'
import { filesHolding, pieces } from './files.ts'
import { openStage, type Stage } from './stage.ts'

jest.setTimeout(120_000)

let stage: Stage
beforeEach(async () => {
  stage = await openStage()
})
afterEach(() => stage.close())

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777

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
  }
  expect([await modeOf(join(dotfiles, 'config.toml')), await modeOf(join(dotfiles, 'auth.toml'))]).toEqual([
    0o644, 0o600,
  ])
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
  const { code, stdout } = await stage.caSync(['--json'])
  expect(code).toBe(0)
  const { sources, warnings } = JSON.parse(stdout)
  const isConfig = name === 'config.toml'
  expect(sources).toMatchObject([1, 2, 3].map(() => ({ ready: true, install: true, publish: !isConfig, error: null })))
  expect(warnings.join('\n')).toContain(isConfig ? '[repositories.dev]' : '[http-basic.dev]')
  expect(await stage.caSync(['status'])).toMatchObject({ code: 0 })

  await rm(join(stage.config, name))
  expect(await stage.caSync([])).toMatchObject({ code: 0, stderr: '' })
  expect(await stage.caSync(['status'])).toMatchObject({ code: 0 })
  expect(stage.emulator.issuedTokens()).toHaveLength(1)
})

test.each([0o644, 0o640, 0o600])(
  'a config.toml of mode %o keeps it, and auth.toml is for its owner only',
  async (mode) => {
    await mkdir(stage.config, { recursive: true })
    for (const name of ['config.toml', 'auth.toml']) await writeFile(join(stage.config, name), '# mine\n')
    for (const name of ['config.toml', 'auth.toml']) await chmod(join(stage.config, name), mode)
    for (const words of [[], ['logout']]) {
      expect(await stage.caSync(words)).toMatchObject({ code: 0, stderr: '' })
      expect(await modeOf(join(stage.config, 'config.toml'))).toBe(mode)
      expect(await modeOf(join(stage.config, 'auth.toml'))).toBe(0o600)
    }
    expect(await stage.read(join(stage.config, 'config.toml'))).toBe('# mine\n')
  },
)

test('a config.toml that its owner made read-only is left alone', async () => {
  await mkdir(stage.config, { recursive: true })
  const path = join(stage.config, 'config.toml')
  await writeFile(path, '# mine\n', { mode: 0o444 })
  const { code, stderr } = await stage.caSync([])
  expect(code).toBe(0)
  expect(stderr).toContain(`${path} is read-only and left alone`)
  expect(stderr).toContain(`  [repositories.dev]\n  url = "${stage.url}"`)
  expect([await stage.read(path), await modeOf(path)]).toEqual(['# mine\n', 0o444])
})

test('whatever the umask, what is made can be used by its owner, and by nobody else', async () => {
  for (const umask of ['000', '777']) {
    await rm(join(stage.box.home, '.config'), { recursive: true, force: true })
    await rm(stage.state, { recursive: true, force: true })
    const words = ['-c', `umask ${umask} && exec ca-sync`]
    expect(await run('sh', words, { env: stage.env, cwd: stage.project })).toMatchObject({ code: 0, stderr: '' })
    for (const folder of [join(stage.box.home, '.config'), stage.config, stage.state])
      expect([folder, await modeOf(folder)]).toEqual([folder, 0o700])
    const files = [
      ...['config.toml', 'auth.toml'].map((name) => join(stage.config, name)),
      join(stage.state, 'state.json'),
    ]
    for (const file of files) expect([file, await modeOf(file)]).toEqual([file, 0o600])
  }
})

test('a pipe in place of any file is named, and neither waited for nor replaced', async () => {
  const pipe = async (path: string): Promise<number> => {
    await mkdir(dirname(path), { recursive: true })
    await run('mkfifo', [path], { env: stage.env })
    return (await stat(path)).ino
  }
  const files = [
    join(stage.config, 'config.toml'),
    join(stage.config, 'auth.toml'),
    join(stage.project, 'poetry.toml'),
    join(stage.box.home, '.config/ca-sync/config.toml'),
    join(stage.project, 'pyproject.toml'),
  ]
  for (const file of files) {
    await rename(file, `${file}.away`).catch(() => undefined)
    const ino = await pipe(file)
    for (const words of ['sync', 'status', 'doctor', 'logout']) {
      const { code, stdout, stderr } = await stage.caSync([words])
      expect([words, code, (await stat(file)).ino]).toEqual([words, expect.any(Number), ino])
      expect(stdout + stderr).not.toContain('a bug in ca-sync')
      if (words === 'sync') expect(stderr).toContain('is not a regular file but a pipe')
    }
    await rm(file)
    await rename(`${file}.away`, file).catch(() => undefined)
  }
  expect(stage.emulator.issuedTokens()).toEqual([])

  const rc = join(stage.box.home, '.bashrc')
  const ino = await pipe(rc)
  for (const action of ['install', 'uninstall'])
    expect(await stage.caSync(['hook', action, 'bash'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('.bashrc: it is not a regular file but a pipe'),
    })
  expect((await stat(rc)).ino).toBe(ino)
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
  expect(stderr).toMatch(
    /^error: Cannot (?:read|write) .*\/ca-sync\/[a-z.]+: .*\n {2}Move .* away, then run ca-sync again\.\n$/,
  )
  expect(await filesHolding(stage.box.dir, stage.emulator.issuedTokens().flatMap(pieces))).toEqual([])
})
