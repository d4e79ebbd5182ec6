// Needs Poetry.
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { poetry } from '../../../scripts/testbed/poetry.ts'
import { findPoetry, knownPlaces } from '../../../src/poetry/find/find.ts'
import type { FindOptions } from '../../../src/poetry/find/interpreter.ts'

let home: string
beforeEach(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'ca-sync-find-')))
  await mkdir(join(home, 'project'))
})
afterEach(() => rm(home, { recursive: true }))

const options = (env: Record<string, string> = {}): FindOptions => ({
  env,
  platform: 'linux',
  uid: process.getuid?.(),
  home,
  projectDir: join(home, 'project'),
})

async function program(path: string, content: string): Promise<string> {
  const file = join(home, path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, content)
  await chmod(file, 0o755)
  return file
}

const windows = { APPDATA: 'C:\\Users\\k\\AppData\\Roaming', LOCALAPPDATA: 'C:\\Users\\k\\AppData\\Local' }
test.each([
  ['linux', {}, '/h', '/h/.local/share/pypoetry/venv/bin/poetry'],
  ['linux', { POETRY_HOME: '/opt/poetry' }, '/h', '/opt/poetry/venv/bin/poetry'],
  ['linux', { XDG_DATA_HOME: '/d' }, '/h', '/d/pypoetry/venv/bin/poetry'],
  ['linux', { PIPX_HOME: '/opt/pipx' }, '/h', '/opt/pipx/venvs/poetry/bin/poetry'],
  ['linux', {}, '/h', '/h/.local/share/pipx/venvs/poetry/bin/poetry'],
  ['linux', {}, '/h', '/h/.local/pipx/venvs/poetry/bin/poetry'],
  ['linux', { UV_TOOL_DIR: '/opt/uv' }, '/h', '/opt/uv/poetry/bin/poetry'],
  ['linux', {}, '/h', '/h/.local/share/uv/tools/poetry/bin/poetry'],
  ['linux', {}, '/h', '/h/.local/bin/poetry'],
  ['linux', {}, '/h', '/home/linuxbrew/.linuxbrew/bin/poetry'],
  ['linux', {}, '/h', '/usr/bin/poetry'],
  ['linux', {}, '/h', '/h/.pyenv/shims/poetry'],
  ['darwin', {}, '/Users/k', '/Users/k/Library/Application Support/pypoetry/venv/bin/poetry'],
  ['darwin', {}, '/Users/k', '/opt/homebrew/bin/poetry'],
  ['darwin', {}, '/Users/k', '/usr/local/bin/poetry'],
  ['win32', windows, 'C:\\Users\\k', 'C:\\Users\\k\\AppData\\Roaming\\pypoetry\\venv\\Scripts\\poetry.exe'],
  ['win32', windows, 'C:\\Users\\k', 'C:\\Users\\k\\AppData\\Roaming\\Python\\Scripts\\poetry.exe'],
  ['win32', windows, 'C:\\Users\\k', 'C:\\Users\\k\\pipx\\venvs\\poetry\\Scripts\\poetry.exe'],
  ['win32', windows, 'C:\\Users\\k', 'C:\\Users\\k\\AppData\\Local\\pipx\\pipx\\venvs\\poetry\\Scripts\\poetry.exe'],
  ['win32', windows, 'C:\\Users\\k', 'C:\\Users\\k\\AppData\\Roaming\\uv\\tools\\poetry\\Scripts\\poetry.exe'],
  ['win32', {}, 'C:\\Users\\k', 'C:\\Users\\k\\AppData\\Roaming\\pypoetry\\venv\\Scripts\\poetry.exe'],
] as const)('known places on %s with %j', (platform, env, at, place) => {
  expect(knownPlaces({ env, platform, home: at })).toContain(place)
})

describe('findPoetry', () => {
  const real = poetry('2.5')

  test('on PATH', async () => {
    const found = await findPoetry(options({ PATH: `/nowhere:${real.bin}` }))
    expect(found).toEqual({ poetry: real.program, python: expect.stringMatching(/poetry-2\.5\/bin\/python/) })
  })

  test('a link on PATH: the interpreter is the one of the script, as written', async () => {
    await program('venv/bin/poetry', `#!${home}/venv/bin/python\n`)
    await symlink(process.execPath, join(home, 'venv/bin/python'))
    await mkdir(join(home, 'bin'))
    await symlink(join(home, 'venv/bin/poetry'), join(home, 'bin/poetry'))
    const found = { poetry: join(home, 'bin/poetry'), python: join(home, 'venv/bin/python') }
    expect(await findPoetry(options({ PATH: join(home, 'bin') }))).toEqual(found)
  })

  test('in a known place with a bare PATH', async () => {
    const python = await program('.local/share/pipx/venvs/poetry/bin/python', '')
    const found = await program('.local/share/pipx/venvs/poetry/bin/poetry', `#!${python}\n`)
    expect(await findPoetry(options({ PATH: '/bin' }))).toEqual({ poetry: found, python })
  })

  test('env python3, on PATH', async () => {
    const python = await program('other/python3', '')
    const found = await program('bin/poetry', '#!/usr/bin/env python3\n')
    expect(await findPoetry(options({ PATH: `${home}/bin:${home}/other` }))).toEqual({ poetry: found, python })
  })

  test('what leads nowhere is passed over', async () => {
    await program('bin/poetry', '#!/gone/bin/python\n')
    await mkdir(join(home, 'folder/poetry'), { recursive: true })
    const PATH = [`${home}/bin`, `${home}/folder`, real.bin].join(':')
    expect((await findPoetry(options({ PATH }))).poetry).toBe(real.program)
  })

  test('nothing but what leads nowhere', async () => {
    const dead = await program('bin/poetry', '#!/gone/bin/python\n')
    const found = findPoetry(options({ PATH: `${home}/bin` }))
    await expect(found).rejects.toMatchObject({
      code: 'POETRY_BROKEN',
      message: `Poetry is there, but its Python is not: ${dead} needs /gone/bin/python, which is gone.`,
    })
  })

  test('nowhere', async () => {
    const found = findPoetry(options({ PATH: '/bin' }))
    await expect(found).rejects.toMatchObject({
      code: 'POETRY_NOT_FOUND',
      message: expect.stringContaining(`${home}/.local/bin/poetry`),
      hint: expect.stringMatching(/pipx install poetry.*CA_SYNC_POETRY/),
    })
  })

  test.each([
    ['bin/poetry', 'POETRY_NOT_FOUND'],
    ['/nowhere/poetry', 'POETRY_NOT_FOUND'],
    ['/etc/passwd', 'POETRY_NOT_FOUND'],
    ['/etc', 'POETRY_NOT_FOUND'],
    ['/bin/sh', 'POETRY_BROKEN'],
  ])('CA_SYNC_POETRY=%s that does not work is an error, also with another Poetry on PATH', async (named, code) => {
    const found = findPoetry(options({ CA_SYNC_POETRY: named, PATH: real.bin }))
    await expect(found).rejects.toMatchObject({ code, message: expect.stringContaining('CA_SYNC_POETRY') })
  })

  test.each([real.program, real.python])('CA_SYNC_POETRY=%s', async (named) => {
    const { python } = await findPoetry(options({ CA_SYNC_POETRY: named, PATH: '' }))
    expect(python).toMatch(/poetry-2\.5\/bin\/python/)
  })
})

describe('shims', () => {
  const real = poetry('2.5')
  const manager = (answer: string, extra = '') =>
    `#!/bin/sh\n${extra}\n[ "$1 $2" = "which poetry" ] && echo "${answer}"\n`
  const pyenvShim = () => `#!/usr/bin/env bash\nexec "${home}/pyenv" exec "$program" "$@"\n`

  test('pyenv is asked in the project, without AWS variables', async () => {
    await program('pyenv', manager(real.program, `env > ${home}/env; pwd >> ${home}/env`))
    const found = await program('shims/poetry', pyenvShim())
    const env = { PATH: `${home}/shims:/usr/bin:/bin`, AWS_SECRET_ACCESS_KEY: 'aws-secret', PYENV_VERSION: '3.12' }
    expect(await findPoetry(options(env))).toEqual({ poetry: found, python: expect.stringContaining('poetry-2.5') })
    const { readFile } = await import('node:fs/promises')
    const seen = await readFile(join(home, 'env'), 'utf8')
    expect(seen).toContain('PYENV_VERSION=3.12')
    expect(seen).toContain(join(home, 'project'))
    expect(seen).not.toContain('aws-secret')
  })

  test('asdf, found on PATH', async () => {
    await program('bin/asdf', manager(real.program))
    await program('shims/poetry', '#!/usr/bin/env bash\nexec asdf exec "poetry" "$@"\n')
    const env = { PATH: `${home}/shims:${home}/bin:/bin` }
    expect((await findPoetry(options(env))).python).toContain('poetry-2.5')
  })

  test('mise, a link to the program itself', async () => {
    await program('bin/mise', manager(real.program))
    await mkdir(join(home, 'shims'))
    await symlink(join(home, 'bin/mise'), join(home, 'shims/poetry'))
    expect((await findPoetry(options({ PATH: `${home}/shims:/bin` }))).python).toContain('poetry-2.5')
  })

  test.each([
    ['fails', 'exit 1'],
    ['answers nothing', 'exit 0'],
    ['never answers', 'exec sleep 60'],
  ])('one that %s', async (_, extra) => {
    await program('pyenv', manager('', extra))
    await program('shims/poetry', pyenvShim())
    const found = findPoetry(options({ PATH: `${home}/shims:/usr/bin:/bin` }))
    await expect(found).rejects.toMatchObject({
      code: 'POETRY_BROKEN',
      message: expect.stringContaining('which poetry'),
    })
  })

  test('an answer inside the project is not trusted', async () => {
    const trap = await program('project/bin/poetry', `#!${real.python}\n`)
    await program('pyenv', manager(trap))
    await program('shims/poetry', pyenvShim())
    const found = findPoetry(options({ PATH: `${home}/shims:/bin` }))
    await expect(found).rejects.toMatchObject({
      code: 'POETRY_BROKEN',
      message: expect.stringContaining('not trusted'),
    })
  })
})

describe('what only starting it tells', () => {
  const real = poetry('2.5')
  const wrapper = (lines: string) => program('bin/poetry', `#!/bin/sh\n${lines}\nexec ${real.program} "$@"\n`)
  const find = (env: Record<string, string> = {}) => findPoetry(options({ PATH: `${home}/bin:/usr/bin:/bin`, ...env }))

  test('what a wrapper sets for Poetry, our Python gets too; what else it sets, not', async () => {
    await wrapper(`export POETRY_CONFIG_DIR=${home}/settings AWS_SECRET_ACCESS_KEY=x`)
    expect((await find()).start).toMatchObject({ flags: [], variables: { POETRY_CONFIG_DIR: `${home}/settings` } })
    expect((await find({ POETRY_CONFIG_DIR: `${home}/settings` })).start).toMatchObject({ variables: {} })
  })

  test('it runs outside the project, without AWS variables, and leaves nothing', async () => {
    await mkdir(join(home, 'temporary'))
    await wrapper(`{ env; pwd; } >> ${home}/seen`)
    await find({ AWS_SECRET_ACCESS_KEY: 'aws-secret', TMPDIR: join(home, 'temporary') })
    const { readFile, readdir } = await import('node:fs/promises')
    const seen = await readFile(join(home, 'seen'), 'utf8')
    expect(seen).not.toContain('aws-secret')
    expect(seen).not.toContain(join(home, 'project'))
    expect(await readdir(join(home, 'temporary'))).toEqual([])
  })

  test('one inside the project is not started', async () => {
    await program('project/bin/poetry', `#!/bin/sh\ntouch ${home}/started\nexec ${real.program} "$@"\n`)
    const found = findPoetry(options({ PATH: `${home}/project/bin:/usr/bin:/bin` }))
    await expect(found).rejects.toMatchObject({
      code: 'POETRY_BROKEN',
      message: expect.stringContaining('inside the project'),
    })
    expect(existsSync(join(home, 'started'))).toBe(false)
  })

  test.each([
    [
      'of another language',
      (line: string): string => `#!/usr/bin/perl\n=pod\n\nPYTHONPATH=/x\n${line}\n\n=cut\nexit 1;\n`,
    ],
    [
      'of one by env',
      (line: string): string => `#!/usr/bin/env -S perl -w\n=pod\n\nPYTHONPATH=/x\n${line}\n\n=cut\nexit 1;\n`,
    ],
  ])('a script %s is given to no shell', async (_, text) => {
    await program('bin/poetry', text(`touch ${home}/started`))
    await expect(find()).rejects.toMatchObject({ code: 'POETRY_BROKEN' })
    expect(existsSync(join(home, 'started'))).toBe(false)
  })

  test('the beginning of a script is not run for the whole of it', async () => {
    await program('bin/poetry', `#!/bin/sh\n# PYTHONPATH=/x ${'x'.repeat(20_000)}\necho >>${home}/runs\nexit 1\n`)
    await program('short/poetry', `#!/bin/sh\n# PYTHONPATH=/x\necho >>${home}/runs\nexit 1\n`)
    const { readFile } = await import('node:fs/promises')
    for (const folder of ['bin', 'short']) {
      await expect(find({ PATH: `${home}/${folder}:/usr/bin:/bin` })).rejects.toThrow()
    }
    expect(await readFile(join(home, 'runs'), 'utf8')).toBe('\n'.repeat(3))
  })

  test.each([
    ['#!/bin/bash', ''],
    ['#! /bin/bash', ' -e'],
    ['#!/usr/bin/env bash', ''],
    ['#!/usr/bin/env -S bash', ' -e'],
  ])('what hides the hook is said by the shell that the script is for: %s%s', async (first, flag) => {
    await program(
      'bin/poetry',
      `${first}${flag}\nwords=(${real.program})\nPYTHONPATH="${home}/x" exec "\${words[@]}" "$@"\n`,
    )
    expect((await find()).start?.path).toContain(`${home}/x`)
  })

  test.each([
    [
      'says why',
      'echo "company login needed" >&2; exit 1',
      'does not tell which Python it starts (company login needed)',
    ],
    ['says nothing', 'exit 3', 'does not tell which Python it starts (exit code 3)'],
    [
      'starts one that is not here',
      'printf "Poetry\\nExecutable: /container/python\\n"; exit 0',
      'starts /container/python, which is not there',
    ],
  ])('one that leads nowhere and %s', async (_, lines, says) => {
    await wrapper(lines)
    await expect(find()).rejects.toMatchObject({
      code: 'POETRY_BROKEN',
      message: expect.stringContaining(says),
      hint: expect.stringContaining('ca-sync exec -- poetry'),
    })
  })
})

describe('env python, whose PATH is another one now', () => {
  const remembered = () => ({ poetry: join(home, 'env/bin/poetry'), python: join(home, 'env/bin/python') })
  beforeEach(async () => {
    await program('env/bin/poetry', '#!/usr/bin/env python\nfrom poetry.console.application import main\n')
    await program('env/bin/python', '')
    await program('other/python', '')
  })

  test.each([
    ['a job, by what was recorded', 'other', true, 'env/bin/python'],
    ['a shell without the environment', 'other', false, 'env/bin/python'],
    ['a shell with it, and another Python first', 'other:env/bin', false, 'other/python'],
  ])('%s', async (_, folders, rememberedFirst, python) => {
    const PATH = folders
      .split(':')
      .map((folder) => join(home, folder))
      .join(':')
    const found = await findPoetry({ ...options({ PATH }), remembered: remembered(), rememberedFirst })
    expect(found).toMatchObject({ poetry: remembered().poetry, python: join(home, python) })
  })
})

test.each([
  [
    'mise',
    'mise ERROR error parsing config file: ~/my-app/mise.toml\nmise ERROR Config files in ~/my-app/mise.toml are not trusted.\nTrust them with `mise trust`. See https://mise.jdx.dev/cli/trust.html\nmise ERROR Run with --verbose',
    /says: mise ERROR error parsing .* are not trusted\. Trust them with `mise trust`/,
  ],
  [
    'pyenv',
    "pyenv: poetry: command not found\n\nThe `poetry' command exists in these Python versions:",
    /`pyenv which poetry` says: pyenv: poetry: command not found\.$/,
  ],
  [
    'asdf',
    'No version is set for command poetry\nConsider adding one',
    /says: No version is set for command poetry\.$/,
  ],
])('the reason of %s is shown', async (manager, says, message) => {
  const asked = await program(`bin/${manager}`, `#!/bin/sh\ncat >&2 <<'END'\n${says}\nEND\nexit 1\n`)
  await program('shims/poetry', `#!/usr/bin/env bash\nexec "${asked}" exec "poetry" "$@"\n`)
  await expect(findPoetry(options({ PATH: `${home}/shims:/usr/bin:/bin` }))).rejects.toMatchObject({
    code: 'POETRY_BROKEN',
    message: expect.stringMatching(message),
  })
})
