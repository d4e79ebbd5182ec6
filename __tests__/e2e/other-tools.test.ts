import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { run } from '../../scripts/testbed/run.ts'
import { filesHolding, pieces } from './files.ts'
import { plugin, pyproject } from './pyproject.ts'
import { count, domain, library, openStage, type Stage } from './stage.ts'
import { openStranger, type Stranger } from './stranger.ts'

jest.setTimeout(240_000)

const bin = checkout('.cache/tools/bin')

let stage: Stage
let stranger: Stranger
let env: Record<string, string | undefined>
/** A venv to install into. */
let venv: string
beforeEach(async () => {
  stage = await openStage({ keyring: 'no-bus' })
  stranger = await openStranger()
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
afterEach(async () => {
  stranger.close()
  await stage.close()
})

const tokens = () => stage.emulator.issuedTokens()
/** Files that hold any of the tokens: without a keyring, each run has one of its own. */
const leaks = () => filesHolding(stage.box.dir, tokens().flatMap(pieces))

/** Runs a tool under `ca-sync exec`. */
async function exec(options: readonly string[], command: readonly string[], cwd = stage.project) {
  const result = await stage.caSync(['exec', ...options, '--', ...command], { env, cwd, timeoutMs: 120_000 })
  expect(tokens().filter((token) => result.stderr.includes(token))).toEqual([])
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
    expect(await leaks()).toEqual([])
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
  expect(await leaks()).toEqual([])
  env = { ...env, TWINE_PASSWORD: 'of PyPI' }
  expect(await exec(['--for', 'twine', '-s', 'dev'], ['true'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('unset TWINE_PASSWORD'),
  })
})

describe('uv', () => {
  const index = (publish = '') => `[[tool.uv.index]]\nname = "dev"\nurl = "${stage.url}simple/"\n${publish}`
  const uvProject = (tables: string) =>
    `[project]\nname = "uv-app"\nversion = "0.1.0"\nrequires-python = ">=3.9"\n\n${plugin()}\n${tables}`

  test('installs', async () => {
    stage.emulator.addPackage({ domain, repository: 'dev', name: library, version: '1.2.3' })
    expect(await exec(['--for', 'uv'], ['uv', 'pip', 'install', '-p', venv, library])).toMatchObject({ code: 0 })
    expect(await installed()).toMatch(/ca-sync-demo-lib +1\.2\.3/)
    expect(await leaks()).toEqual([])
  })

  test('adds to a project that declares the index', async () => {
    stage.emulator.addPackage({ domain, repository: 'dev', name: library, version: '1.2.3' })
    const cwd = await stage.makeProject('uv-app', uvProject(index()))
    expect(await exec(['--for', 'uv'], ['uv', 'add', '--no-sync', library], cwd)).toMatchObject({ code: 0 })
    const lock = await stage.read(join(cwd, 'uv.lock'))
    expect(lock).toContain(`source = { registry = "${stage.url}simple/" }`)
    expect(await leaks()).toEqual([])
  })

  test.each(['', 'explicit = true', 'default = true'])(
    "takes the credentials for the project's own index, and leaves it as it is: %j",
    async (kind) => {
      stage.emulator.addPackage({ domain, repository: 'dev', name: library, version: '1.2.3' })
      const sources = `[tool.uv.sources]\n${library} = { index = "dev" }\n\n`
      const text = uvProject(`${sources}${await localIndex()}\n${index(`publish-url = "${stage.url}"\n${kind}\n`)}`)
      const cwd = await stage.makeProject('uv-app', text)
      const proxied = { ...env, HTTPS_PROXY: stranger.url }
      const uv = async (...words: string[]) =>
        expect(
          await stage.caSync(['exec', '--for', 'uv', '--', 'uv', ...words], { env: proxied, cwd, timeoutMs: 60_000 }),
        ).toMatchObject({ code: 0 })

      await uv('add', library)
      await uv('add', 'my-app')
      for (const words of [['lock', '--check'], ['sync'], ['sync', '--locked'], ['export'], ['tree']])
        await uv(...words)
      expect(await stage.read(join(cwd, 'uv.lock'))).toContain(`source = { registry = "${stage.url}simple/" }`)
      const tables = (toml: string) => toml.trim().split(/\n{2,}/)
      const after = tables(await stage.read(join(cwd, 'pyproject.toml')))
      for (const table of tables(text).slice(1)) expect(after).toContain(table)
      // PyPI is asked for nothing where the project has another default, or all is found elsewhere.
      expect(stranger.heard).toEqual([])
      expect(await leaks()).toEqual([])
    },
  )

  test.each(['', `[[tool.uv.index]]\nname = "other"\nurl = "https://other.example/"\nexplicit = true\n`])(
    'finds a source that only pyproject.toml of Poetry declares by its name: %j',
    async (more) => {
      stage.emulator.addPackage({ domain, repository: 'dev', name: library, version: '1.2.3' })
      const sources = `[tool.uv.sources]\n${library} = { index = "dev" }\n`
      const text = uvProject(`${sources}${more}`).replace('\n\n', `\ndependencies = ["${library}"]\n\n`)
      const cwd = await stage.makeProject('uv-app', text)
      for (const words of [['lock'], ['sync', '--locked']])
        expect([words, await exec(['--for', 'uv'], ['uv', ...words], cwd)]).toMatchObject([words, { code: 0 }])
      expect(await stage.read(join(cwd, 'uv.lock'))).toContain(`source = { registry = "${stage.url}simple/" }`)
      expect(await stage.read(join(cwd, 'pyproject.toml'))).toBe(text)
      expect(await leaks()).toEqual([])
    },
  )

  test('nothing that it writes has the token in it, but what --emit-index-url asks for', async () => {
    stage.emulator.addPackage({ domain, repository: 'dev', name: library, version: '1.2.3' })
    const cwd = await stage.makeProject('uv-app', uvProject(''))
    await writeFile(join(cwd, 'in.txt'), `${library}\n`)
    await writeFile(join(cwd, 'script.py'), 'import ca_sync_demo_lib\n')
    for (const line of [
      `add ${library}`,
      'lock --upgrade -v',
      'sync --reinstall',
      'export -o out.txt',
      'export --format pylock.toml -o pylock.toml',
      `pip install --reinstall ${library}`,
      'pip compile in.txt -o compiled.txt --generate-hashes --emit-index-annotation',
      'pip compile in.txt -o pylock.compiled.toml',
      'pip sync compiled.txt',
      `add --script script.py ${library}`,
      'lock --script script.py',
      'run script.py',
      `run --with ${library} python -c 0`,
    ])
      expect([line, await exec(['--for', 'uv'], ['uv', ...line.split(' ')], cwd)]).toMatchObject([line, { code: 0 }])
    expect(await stage.read(join(cwd, 'pyproject.toml'))).toContain(
      `[[tool.uv.index]]\nname = "dev"\nurl = "${stage.url}simple/"\n`,
    )
    expect(await leaks()).toEqual([])

    const command = ['uv', 'pip', 'compile', 'in.txt', '--emit-index-url', '-o', 'with-token.txt']
    await stage.caSync(['exec', '--for', 'uv', '--', ...command], { env, cwd })
    expect(await leaks()).toEqual([join(cwd, 'with-token.txt')])
  })

  test('publishes to the one source', async () => {
    await buildable()
    expect(await exec(['--for', 'uv', '-s', 'dev'], ['uv', 'publish'])).toMatchObject({ code: 0 })
    expect(uploads()).toEqual([
      ['/pypi/dev/', 'aws', 200],
      ['/pypi/dev/', 'aws', 200],
    ])
    expect(await leaks()).toEqual([])
  })

  test('publishes whatever the project says of publishing', async () => {
    const publish = `publish-url = "${stranger.url}/"\ncheck-url = "${stranger.url}/simple/"\n`
    const cwd = await stage.makeProject('uv-app', uvProject(`[tool.uv]\n${publish}\n${index(publish.split('\n')[0])}`))
    await buildable()
    const words = ['uv', 'publish', join(stage.project, 'dist/*')]
    expect(await exec(['--for', 'uv'], words, cwd)).toMatchObject({ code: 0 })
    expect(uploads()).toHaveLength(2)
    expect(stranger.passwords).toEqual([])
    const byName = await exec(['--for', 'uv'], [...words, '--index', 'dev'], cwd)
    expect(byName).toMatchObject({ code: 2, stderr: expect.stringContaining("cannot be used with '--publish-url") })
  })

  test('an older set of variables in the shell is replaced, and the indexes of the user stay', async () => {
    env = { ...env, UV_INDEX: `${stage.url.replace('://', '://aws:old@')}simple/ x=https://x.example/` }
    const { stdout } = await exec(['--for', 'uv', '-s', 'dev'], ['printenv', 'UV_INDEX'])
    expect(stdout.trim().replace(tokens()[0] ?? '', 'TOKEN')).toBe(
      `dev=${stage.url.replace('://', '://aws:TOKEN@')}simple/ x=https://x.example/`,
    )
  })
})

/** A folder with the example project's files in it, as an index of a uv project. */
async function localIndex(): Promise<string> {
  const folder = join(stage.box.dir, 'local/my-app')
  await buildable()
  await mkdir(folder, { recursive: true })
  const wheel = 'my_app-0.1.0-py3-none-any.whl'
  await copyFile(join(stage.project, 'dist', wheel), join(folder, wheel))
  await writeFile(join(folder, 'index.html'), `<a href="${wheel}">${wheel}</a>`)
  return `[[tool.uv.index]]\nname = "local"\nurl = "${pathToFileURL(dirname(folder))}"\n`
}
