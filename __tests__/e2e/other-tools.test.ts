import { mkdir, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { run } from '../../scripts/testbed/run.ts'
import { filesHolding, pieces } from './files.ts'
import { plugin, pyproject } from './pyproject.ts'
import { count, domain, library, openStage, type Stage } from './stage.ts'

jest.setTimeout(240_000)

const bin = checkout('.cache/tools/bin')

let stage: Stage
let env: Record<string, string | undefined>
/** A venv to install into. */
let venv: string
beforeEach(async () => {
  stage = await openStage({ keyring: 'no-bus' })
  // Nothing but the emulator is asked, and what is not there is not found elsewhere.
  env = {
    ...stage.env,
    PATH: [bin, stage.env['PATH']].join(delimiter),
    PIP_FIND_LINKS: undefined,
    PIP_NO_CACHE_DIR: '1',
  }
  venv = join(stage.box.dir, 'venv')
  const made = await run(join(bin, 'uv'), ['venv', '--quiet', venv], { env })
  expect(made).toMatchObject({ code: 0 })
})
afterEach(() => stage.close())

const token = () => stage.emulator.issuedTokens()[0] ?? 'no token yet'

/** Runs a tool under `ca-sync exec`. */
async function exec(options: readonly string[], command: readonly string[], cwd = stage.project) {
  const result = await stage.caSync(['exec', ...options, '--', ...command], { env, cwd, timeoutMs: 120_000 })
  expect(result.stderr).not.toContain(token())
  return result
}

const uploads = () =>
  stage.emulator.requests
    .filter(({ method }) => method === 'POST')
    .map(({ path, user, status }) => [path, user, status])

const installed = async () => (await run(join(bin, 'uv'), ['pip', 'list', '-p', venv], { env })).stdout

/** A project with files to upload. */
async function buildable(): Promise<string> {
  const built = await stage.poetry(['build'])
  expect(built).toMatchObject({ code: 0 })
  return stage.project
}

describe('pip', () => {
  test('installs', async () => {
    stage.emulator.addPackage({ domain, repository: 'dev', name: library, version: '1.2.3' })
    const words = ['pip', '--python', join(venv, 'bin/python'), 'install', library]
    expect(await exec(['--for', 'pip'], words)).toMatchObject({ code: 0 })
    expect(await installed()).toMatch(/ca-sync-demo-lib +1\.2\.3/)
    expect(await filesHolding(stage.box.dir, pieces(token()))).toEqual([])
  })

  test('asks all sources, and PyPI is none of them', async () => {
    const qa = stage.emulator.repositoryUrl(domain, 'qa')
    const cwd = await stage.makeProject('two', pyproject(plugin(), plugin({ name: 'qa', repository: 'qa' })))
    stage.emulator.addPackage({ domain, repository: 'qa', name: library, version: '1.2.3' })
    const words = ['pip', '--python', join(venv, 'bin/python'), 'install', library]
    const { code, stdout } = await exec(['--for', 'pip'], words, cwd)
    expect(code).toBe(0)
    const masked = (url: string) => url.replace('://', '://aws:****@')
    expect(stdout).toContain(`Looking in indexes: ${masked(stage.url)}simple/, ${masked(qa)}simple/\n`)
    expect(count(stage.emulator, 'GetAuthorizationToken')).toBe(1)
  })
})

test('twine uploads', async () => {
  await buildable()
  const words = ['twine', 'upload', '--non-interactive', '--disable-progress-bar']
  const files = ['dist/my_app-0.1.0-py3-none-any.whl', 'dist/my_app-0.1.0.tar.gz']
  const refused = await exec(['--for', 'twine'], [...words, ...files])
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('Say which: --source dev\n') })
  expect(await exec(['--for', 'twine', '-s', 'dev'], [...words, ...files])).toMatchObject({ code: 0 })
  expect(uploads()).toEqual([
    ['/pypi/dev/', 'aws', 200],
    ['/pypi/dev/', 'aws', 200],
  ])
})

describe('uv', () => {
  const index = (publish = '') => `[[tool.uv.index]]\nname = "dev"\nurl = "${stage.url}simple/"\n${publish}`
  const uvProject = (tables: string) =>
    `[project]\nname = "uv-app"\nversion = "0.1.0"\nrequires-python = ">=3.9"\n\n${plugin()}\n${tables}`

  test('installs', async () => {
    stage.emulator.addPackage({ domain, repository: 'dev', name: library, version: '1.2.3' })
    expect(await exec(['--for', 'uv'], ['uv', 'pip', 'install', '-p', venv, library])).toMatchObject({ code: 0 })
    expect(await installed()).toMatch(/ca-sync-demo-lib +1\.2\.3/)
    expect(await filesHolding(stage.box.dir, pieces(token()))).toEqual([])
  })

  test('adds to a project that declares the index', async () => {
    stage.emulator.addPackage({ domain, repository: 'dev', name: library, version: '1.2.3' })
    const cwd = await stage.makeProject('uv-app', uvProject(index()))
    expect(await exec(['--for', 'uv'], ['uv', 'add', '--no-sync', library], cwd)).toMatchObject({ code: 0 })
    const lock = await stage.read(join(cwd, 'uv.lock'))
    expect(lock).toContain(`source = { registry = "${stage.url}simple/" }`)
    expect(lock).not.toContain(token())
  })

  test('publishes to the one source', async () => {
    await buildable()
    expect(await exec(['--for', 'uv', '-s', 'dev'], ['uv', 'publish'])).toMatchObject({ code: 0 })
    expect(uploads()).toEqual([
      ['/pypi/dev/', 'aws', 200],
      ['/pypi/dev/', 'aws', 200],
    ])
  })

  test('publishes to the index that the project declares', async () => {
    const cwd = await stage.makeProject('uv-app', uvProject(index(`publish-url = "${stage.url}"\n`)))
    await mkdir(join(cwd, 'dist'))
    await buildable()
    const files = join(stage.project, 'dist/*')
    expect(await exec(['--for', 'uv'], ['uv', 'publish', '--index', 'dev', files], cwd)).toMatchObject({ code: 0 })
    expect(uploads()).toHaveLength(2)
  })

  const evil = 'http://127.0.0.1:9/'
  test.each([
    ['an index of that name', () => index().replace(stage.url, evil), ''],
    ['a name that becomes the same', () => `[[tool.uv.index]]\nname = "DEV"\nurl = "${evil}"\n`, ''],
    ['where it publishes', () => index(`publish-url = "${evil}"\n`), ''],
    ['uv.toml', () => '', `[[index]]\nname = "dev"\nurl = "${evil}"\n`],
  ])('a stranger cannot have the token sent elsewhere: %s', async (_, tables, settings) => {
    const cwd = await stage.makeProject('uv-app', uvProject(tables()))
    if (settings !== '') await writeFile(join(cwd, 'uv.toml'), settings)
    const result = await exec(['--for', 'uv'], ['env'], cwd)
    expect(result).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('127.0.0.1:9') })
    expect(count(stage.emulator, 'GetAuthorizationToken')).toBe(0)
  })
})
