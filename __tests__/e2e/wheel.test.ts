import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { poetry } from '../../scripts/testbed/poetry.ts'
import { run } from '../../scripts/testbed/run.ts'
import { must } from '../helpers/must.ts'
import { domain, library, openStage, type Stage } from './stage.ts'

jest.setTimeout(300_000)

const folder = await mkdtemp(join(tmpdir(), 'ca-sync-wheel-'))
const links = join(folder, 'links')
const tool = (name: string) => checkout('.cache/tools/bin', name)
const pipx = checkout('.cache/packagers/bin/pipx')
const around = {
  UV_TOOL_DIR: join(folder, 'uv'),
  UV_TOOL_BIN_DIR: join(folder, 'bin-of-uv'),
  UV_SYSTEM_CERTS: '1',
  UV_CACHE_DIR: checkout('.cache/uv'),
  PIPX_HOME: join(folder, 'pipx'),
  PIPX_BIN_DIR: join(folder, 'bin-of-pipx'),
  PIPX_DEFAULT_PYTHON: '/usr/bin/python3',
}

// Only what is in `links`: no index is asked for ca-sync.
const fromLinks = ['--no-index', '--find-links', links]
const ofUv = ['--quiet', ...fromLinks, '--python', '/usr/bin/python3']
const ofPip = ['--pip-args', fromLinks.join(' ')]
const installers = [
  {
    name: 'uv',
    environment: join(folder, 'uv/ca-sync'),
    install: [tool('uv'), 'tool', 'install', ...ofUv, 'ca-sync'],
    upgrade: [tool('uv'), 'tool', 'upgrade', ...ofUv, 'ca-sync'],
    once: [tool('uvx'), ...ofUv, 'ca-sync'],
  },
  {
    name: 'pipx',
    environment: join(folder, 'pipx/venvs/ca-sync'),
    install: [pipx, 'install', ...ofPip, 'ca-sync'],
    upgrade: [pipx, 'upgrade', 'ca-sync'],
    once: [pipx, 'run', ...ofPip, 'ca-sync'],
  },
]

const type = ([program = '', ...words]: readonly string[]) => must(program, words, around)

let newer: string
beforeAll(async () => {
  const build = join(folder, 'build')
  const built = (await must(checkout('scripts/wheel'), ['--built'], { BUILD_DIR: build })).trim().split('\n')
  await type([tool('twine'), 'check', '--strict', ...built])
  await mkdir(links)
  const needed = (await readdir(checkout('.cache/wheelhouse'))).filter((name) => name.endsWith('.whl'))
  for (const wheel of [...needed.map((name) => checkout('.cache/wheelhouse', name)), built[0] ?? ''])
    await copyFile(wheel, join(links, basename(wheel)))
  const project = join(build, 'pypi/pyproject.toml')
  await writeFile(project, (await readFile(project, 'utf8')).replace(/^version = .*/m, 'version = "99.0.0"'))
  await type([tool('uv'), 'build', '--quiet', '--wheel', '--out-dir', join(folder, 'newer'), join(build, 'pypi')])
  newer = 'ca_sync-99.0.0-py3-none-any.whl'
}, 600_000)

afterAll(() => rm(folder, { recursive: true, force: true }))

/** A stage on whose PATH the command of this installer is, and no Node. */
async function withCommand(bin: string) {
  const stage = await openStage()
  stage.emulator.addPackage({ domain, repository: 'dev', name: library, version: '1.2.3' })
  const env = { ...stage.env, PATH: [bin, poetry('2.5').bin].join(delimiter) }
  return { stage, caSync: (...words: string[]) => run('ca-sync', words, { env, cwd: stage.project }) }
}

describe.each(installers)('the wheel, installed by $name, without Node on PATH', ({ name, ...installer }) => {
  const command = join(installer.environment, 'bin/ca-sync')
  let stage: Stage
  let caSync: Awaited<ReturnType<typeof withCommand>>['caSync']

  beforeAll(async () => {
    await rm(join(links, newer), { force: true })
    await type(installer.install)
    ;({ stage, caSync } = await withCommand(join(folder, `bin-of-${name}`)))
  })
  afterAll(() => stage?.close())

  test('is of this version', async () => {
    const { version } = JSON.parse(await readFile(checkout('package.json'), 'utf8'))
    expect(await caSync('--version')).toMatchObject({ code: 0, stdout: `${version}\n` })
  })

  test('does the main job, and passes words and exit codes on as they are', async () => {
    expect(await caSync()).toMatchObject({ code: 0 })
    expect((await stage.poetry(['add', library, '--source', 'dev'])).code).toBe(0)
    expect((await caSync('status')).stdout).toMatch(/^dev .* yes$/m)
    const script = 'printf %s "$POETRY_HTTP_BASIC_DEV_USERNAME $1"; exit 7'
    const words = ['/bin/sh', '-c', script, 'sh', 'a "b']
    expect(await caSync('exec', '--', ...words)).toMatchObject({ code: 7, stdout: 'aws a "b' })
  })

  test('jobs and hooks run its own command, which an upgrade leaves where it is', async () => {
    expect((await caSync('schedule', 'install', '--print', '--using', 'cron')).stdout).toContain(
      `'/usr/bin/env' '${command}' --all`,
    )
    expect((await caSync('hook', 'bash')).stdout).toContain(command)
    await copyFile(join(folder, 'newer', newer), join(links, newer))
    await type(installer.upgrade)
    const packages = await readdir(join(installer.environment, 'lib'))
    const sites = await readdir(join(installer.environment, 'lib', packages[0] ?? '-', 'site-packages'))
    expect(sites).toContain('ca_sync-99.0.0.dist-info')
    const bare = { env: { HOME: folder, PATH: '' }, cwd: folder }
    expect(await run('/usr/bin/env', [command, '--version'], bare)).toMatchObject({ code: 0, stderr: '' })
  })

  test('run once, it refuses jobs, which would not find it later', async () => {
    const [program = '', ...words] = [...installer.once, 'schedule', 'install', '--print', '--using', 'cron']
    const env = { ...process.env, ...around, HOME: stage.home }
    expect(await run(program, words, { env, cwd: stage.project, timeoutMs: 120_000 })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('uv tool install ca-sync'),
    })
  })
})

// Maven has them for Linux on x86-64 alone.
const pythons = (await readdir(checkout('.cache/pythons')).catch(() => []))
  .filter((name) => name.startsWith('3.'))
  .map((line) => [line, checkout('.cache/pythons', line, `bin/python${line}`)])

test.each([...pythons, ['of this machine', '/usr/bin/python3']])(
  'on Python %s it does the main job',
  async (line, python) => {
    const environment = join(folder, `python-${line}`)
    await type([tool('uv'), 'venv', '--quiet', '--python', python ?? '', environment])
    await type([tool('uv'), 'pip', 'install', '--quiet', ...fromLinks, '--python', environment, 'ca-sync'])
    const { stage, caSync } = await withCommand(join(environment, 'bin'))
    expect(await caSync()).toMatchObject({ code: 0 })
    expect((await caSync('status')).stdout).toMatch(/^dev .* yes$/m)
    await stage.close()
    await type([tool('uv'), 'pip', 'uninstall', '--quiet', '--python', environment, 'ca-sync'])
    expect(await must('find', [environment, '-path', '*ca_sync*'])).toBe('')
  },
)
