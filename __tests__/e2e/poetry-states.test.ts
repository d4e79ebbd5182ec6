import { existsSync } from 'node:fs'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { poetry } from '../../scripts/testbed/poetry.ts'
import { run } from '../../scripts/testbed/run.ts'
import { snapshot, writePoetryFiles } from './files.ts'
import { bothManners, minted, refusal } from './keyring.ts'
import { installPoetry, link, pathOf, writeProgram } from './poetry-install.ts'
import { openStage, type Stage } from './stage.ts'

jest.setTimeout(120_000)

let stage: Stage
afterEach(() => stage.close())

describe('no Poetry that works: no token, nothing written', () => {
  const install =
    'Install Poetry \\(for example `pipx install poetry`\\), or set CA_SYNC_POETRY to the path of the poetry program\\.'
  const reinstall =
    'Reinstall Poetry \\(for example `pipx reinstall poetry`\\), or set CA_SYNC_POETRY to the poetry program that works\\.'
  const named = 'Set CA_SYNC_POETRY to the full path of the poetry program or of its Python, or unset it\\.'

  test.each([
    [
      'none',
      async () => ({ PATH: pathOf(stage) }),
      'Poetry was not found: not on PATH, and not in .*/\\.local/bin/poetry.*',
      install,
    ],
    [
      'one whose Python is gone',
      async () => {
        const program = await writeProgram(join(stage.box.home, 'old/poetry'), '#!/usr/lib/python3.7/bin/python\n')
        return { PATH: pathOf(stage, dirname(program)) }
      },
      'Poetry is there, but its Python is not: .*/old/poetry needs /usr/lib/python3\\.7/bin/python, which is gone\\.',
      reinstall,
    ],
    [
      'one whose venv is gone, the link to it is not',
      async () => {
        await link(join(stage.box.home, 'gone/bin/poetry'), join(stage.box.home, '.local/bin/poetry'))
        return { PATH: pathOf(stage, join(stage.box.home, '.local/bin')) }
      },
      'Poetry is there, but its Python is not: .*/\\.local/bin/poetry is a link to .*/gone/bin/poetry, where there is no program\\.',
      reinstall,
    ],
    [
      'one whose venv has lost its packages',
      async () => {
        const venv = join(stage.box.home, 'venv')
        await run(poetry('2.5').python, ['-m', 'venv', '--without-pip', venv], { env: stage.box.env })
        await writeProgram(join(venv, 'bin/poetry'), `#!${venv}/bin/python\n`)
        return { PATH: pathOf(stage, join(venv, 'bin')) }
      },
      "Poetry's Python \\(.*/venv/bin/python\\) cannot import Poetry: ModuleNotFoundError: No module named 'poetry'\\.",
      reinstall,
    ],
    [
      'one without the package keyring',
      async () => {
        const first = join(stage.box.home, 'first')
        await mkdir(first)
        await writeFile(join(first, 'keyring.py'), `raise ModuleNotFoundError("No module named 'keyring'")\n`)
        await installPoetry(stage, join(stage.box.home, 'venv'), { first })
        return { PATH: pathOf(stage, join(stage.box.home, 'venv/bin')) }
      },
      "Poetry's Python \\(.*/venv/bin/python\\) cannot import the package keyring: ModuleNotFoundError: No module named 'keyring'\\.",
      'Type: .*/venv/bin/python -m pip install keyring',
    ],
    [
      'CA_SYNC_POETRY is not there',
      async () => ({ CA_SYNC_POETRY: '/nowhere/poetry' }),
      'CA_SYNC_POETRY names /nowhere/poetry, which does not exist\\.',
      named,
    ],
    [
      'CA_SYNC_POETRY is a name',
      async () => ({ CA_SYNC_POETRY: 'poetry' }),
      'CA_SYNC_POETRY names poetry, which is not a full path\\.',
      named,
    ],
    [
      'CA_SYNC_POETRY is a folder',
      async () => ({ CA_SYNC_POETRY: poetry('2.5').bin }),
      'CA_SYNC_POETRY names .*/bin, which is not a program\\.',
      named,
    ],
    [
      'CA_SYNC_POETRY is something else',
      async () => ({ CA_SYNC_POETRY: '/bin/sh' }),
      'CA_SYNC_POETRY does not lead to a Python: /bin/sh is not a script of Python\\.',
      named,
    ],
    [
      'CA_SYNC_POETRY is another Python',
      async () => ({ CA_SYNC_POETRY: '/usr/bin/python3' }),
      "Poetry's Python \\(/usr/bin/python3\\) cannot import Poetry: ModuleNotFoundError: No module named 'poetry'\\.",
      reinstall,
    ],
  ] as const)('%s', async (_, arrange, says, hint) => {
    stage = await openStage()
    await writePoetryFiles(stage)
    const before = await snapshot(stage.config)
    const { byHand, unattended } = await bothManners(stage, await arrange())
    expect(byHand).toMatchObject(refusal(says, hint))
    expect(unattended).toEqual(byHand)
    expect(minted(stage)).toBe(0)
    expect(await snapshot(stage.config)).toEqual(before)

    expect(await stage.caSync([])).toMatchObject({ code: 0, stderr: '' })
    expect(minted(stage)).toBe(1)
  })
})

describe('where Poetry is', () => {
  const home = (...path: string[]): string => join(stage.box.home, ...path)

  test.each([
    [
      "pipx's link",
      async () => link(await installPoetry(stage, home('.local/share/pipx/venvs/poetry')), home('.local/bin/poetry')),
      () => pathOf(stage, home('.local/bin')),
    ],
    [
      "pipx's venv with a bare PATH",
      () => installPoetry(stage, home('.local/share/pipx/venvs/poetry')),
      () => pathOf(stage),
    ],
    [
      'a folder with spaces in its name',
      () => installPoetry(stage, home('Library/Application Support/pypoetry/venv')),
      () => pathOf(stage, home('Library/Application Support/pypoetry/venv/bin')),
    ],
    [
      'behind one that is broken',
      () => writeProgram(home('old/poetry'), '#!/gone/python\n'),
      () => pathOf(stage, home('old'), poetry('2.5').bin),
    ],
    ["pyenv's shims", () => installPyenv(), () => pathOf(stage, home('.pyenv/shims'))],
  ] as const)('%s', async (_, arrange, path) => {
    stage = await openStage()
    await arrange()
    const env = { ...stage.env, PATH: path() }
    expect(await stage.caSync(['--unattended'], { env })).toMatchObject({ code: 0, stderr: '' })
  })

  test.each(['program', 'python'] as const)('CA_SYNC_POETRY: the %s', async (which) => {
    stage = await openStage()
    const env = { ...stage.env, PATH: pathOf(stage), CA_SYNC_POETRY: poetry('1.8')[which] }
    expect(await stage.caSync([], { env })).toMatchObject({ code: 0, stderr: '' })
  })

  test('a wrapper: what it sets counts, also for jobs, which start with nothing set', async () => {
    stage = await openStage()
    const lines = `export POETRY_CONFIG_DIR='${home('our settings')}'\nexec ${poetry('2.5').program} "$@"\n`
    await writeProgram(home('bin/poetry'), `#!/bin/sh\n${lines}`)
    const env = { ...stage.env, PATH: pathOf(stage, home('bin')) }
    expect(await stage.caSync([], { env })).toMatchObject({ code: 0, stderr: '' })
    expect(await stage.read(home('our settings/auth.toml'))).toContain('[http-basic.dev]')
    expect(existsSync(stage.config)).toBe(false)
    expect(await stage.caSync([], { env })).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Nothing to do/) })
    expect(await stage.caSync(['status'], { env })).toMatchObject({ code: 0 })
    const bare = { ...stage.env, PATH: pathOf(stage) }
    expect(await stage.caSync(['--all', '--unattended', '--force'], { env: bare })).toMatchObject({
      code: 0,
      stderr: '',
    })
    expect(existsSync(stage.config)).toBe(false)
    expect(await stage.caSync(['logout', '--all'], { env: bare })).toMatchObject({ code: 0 })
    expect(existsSync(home('our settings/auth.toml'))).toBe(false)
  })

  test('it is remembered for a run with a bare PATH', async () => {
    stage = await openStage()
    expect(await stage.caSync([])).toMatchObject({ code: 0 })
    const env = { ...stage.env, PATH: pathOf(stage) }
    expect(await stage.caSync(['--unattended'], { env })).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Nothing to do/),
    })
    expect(await stage.caSync(['--unattended', '--force'], { env })).toMatchObject({ code: 0, stderr: '' })
  })

  test('another Poetry on PATH is handed the same token', async () => {
    stage = await openStage({ line: '1.8' })
    expect(await stage.caSync([])).toMatchObject({ code: 0 })
    const env = { ...stage.env, PATH: pathOf(stage, poetry('2.5').bin) }
    const second = await stage.caSync(['--json'], { env })
    expect(JSON.parse(second.stdout).sources[0]).toMatchObject({ ready: true, steps: ['handover'] })
    expect(await stage.caSync(['--json'])).toMatchObject({ stdout: expect.stringContaining('"steps": []') })
    expect(minted(stage)).toBe(1)
  })

  test('a plain run sees another Poetry on PATH', async () => {
    stage = await openStage({ line: '1.8' })
    expect(await stage.caSync([])).toMatchObject({ code: 0 })
    const env = { ...stage.env, PATH: pathOf(stage, poetry('2.5').bin) }
    expect(await stage.caSync([], { env })).toMatchObject({ code: 0, stdout: expect.stringMatching(/^dev {3}ready/) })
    expect(await stage.caSync([], { env })).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Nothing to do/) })
    expect(minted(stage)).toBe(1)
  })

  test('one that goes away is looked for elsewhere', async () => {
    stage = await openStage()
    await installPoetry(stage, home('venv'))
    expect(await stage.caSync([], { env: { ...stage.env, PATH: pathOf(stage, home('venv/bin')) } })).toMatchObject({
      code: 0,
    })
    await rm(home('venv'), { recursive: true })
    expect(await stage.caSync(['--force'])).toMatchObject({ code: 0, stderr: '' })
  })

  /** The machine's own pyenv makes the shim and answers, where there is one; else two stand-ins do. */
  async function installPyenv(): Promise<void> {
    await link(poetry('2.5').program, home('.pyenv/versions/tools/bin/poetry'))
    await writeFile(home('.pyenv/version'), 'tools\n')
    const real = join(homedir(), '.pyenv/libexec/pyenv')
    if (existsSync(real)) {
      await run(real, ['rehash'], { env: { ...stage.box.env, PYENV_ROOT: home('.pyenv') } })
      return
    }
    await writeProgram(
      home('.pyenv/bin/pyenv'),
      `#!/bin/sh\n[ "$1" = which ] && echo "$HOME/.pyenv/versions/tools/bin/$2"\n`,
    )
    await writeProgram(
      home('.pyenv/shims/poetry'),
      `#!/usr/bin/env bash\nexec "${home('.pyenv/bin/pyenv')}" exec "$program" "$@"\n`,
    )
  }
})

test('what is printed while its Python starts is not taken for an answer', async () => {
  stage = await openStage()
  const first = join(stage.box.home, 'first')
  await installPoetry(stage, join(stage.box.home, 'venv'), { first })
  const [version = ''] = await readdir(join(stage.box.home, 'venv/lib'))
  const startUp = 'import sys; print("hello\\n[1]\\nnull", flush=True)\n'
  await writeFile(join(stage.box.home, 'venv/lib', version, 'site-packages/chatty.pth'), startUp)
  const env = { ...stage.env, PATH: pathOf(stage, join(stage.box.home, 'venv/bin')) }
  expect(await stage.caSync([], { env })).toMatchObject({ code: 0, stderr: '' })
})
