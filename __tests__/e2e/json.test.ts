import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { age } from './aging.ts'
import { both, declared, plugin, pyproject } from './pyproject.ts'
import { count, openStage, type Stage, type StageOptions } from './stage.ts'

jest.setTimeout(120_000)

const owner = '564131876131'
const domains = ['my-domain', 'other-domain'].map((domain) => ({
  domain,
  owner,
  region: 'us-east-1',
  repositories: ['dev', 'qa'],
}))

let stage: Stage
afterEach(() => stage.close())

const rowKeys =
  'name domain owner region repository url expiresAt ready install publish store steps error identity'.split(' ')
const steps = ['url', 'username', 'plaintext', 'token', 'vault', 'handover']
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/
const problem = { code: expect.stringMatching(/^[A-Z_]+$/), message: expect.any(String), hint: expect.any(String) }

/** Runs with --json, and holds what comes against the contract of the document. */
async function json(words: readonly string[], call = {}) {
  const { code, stdout, stderr } = await stage.caSync([...words, '--json'], call)
  const document = JSON.parse(stdout)
  expect(Object.keys(document).slice(0, 3)).toEqual(['sources', 'warnings', 'error'])
  if (document.error !== null) expect(document.error).toEqual(problem)
  for (const row of document.sources) {
    expect(Object.keys(row)).toEqual(rowKeys)
    expect(steps).toEqual(expect.arrayContaining(row.steps))
    if (row.expiresAt !== null) expect(row.expiresAt).toMatch(time)
    if (row.error !== null) expect(row.error).toEqual(problem)
    if (row.ready) expect(row.error).toBeNull()
  }
  expect(stdout + stderr).not.toContain('\u001b')
  return { code, stderr, ...document }
}

const open = async (options: StageOptions = {}) => {
  stage = await openStage({ emulator: { domains }, ...options })
}

const url = (repository: string, domain = 'my-domain') => stage.emulator.repositoryUrl(domain, repository)
const twoDomains = () =>
  stage.makeProject(
    'two',
    pyproject(
      both(url('dev')),
      both(url('qa', 'other-domain'), { name: 'qa', domain: 'other-domain', repository: 'qa' }),
    ),
  )

describe('sync', () => {
  test('a first run, a second, and one with a source gone', async () => {
    await open()
    const cwd = await twoDomains()
    const first = await json([], { cwd })
    expect(first).toMatchObject({ code: 0, stderr: '', warnings: [], error: null })
    const known = {
      owner,
      region: 'us-east-1',
      expiresAt: expect.stringMatching(time),
      ready: true,
      install: true,
      publish: true,
      store: 'keyring',
      error: null,
      identity: { kind: 'environment', profile: null, roleArn: null },
    }
    const all = ['token', 'vault', 'handover', 'username', 'url']
    expect(first.sources).toEqual([
      { ...known, name: 'dev', domain: 'my-domain', repository: 'dev', url: url('dev'), steps: all },
      { ...known, name: 'qa', domain: 'other-domain', repository: 'qa', url: url('qa', 'other-domain'), steps: all },
    ])
    const second = await json([], { cwd })
    expect(second.sources).toEqual(first.sources.map((row: object) => ({ ...row, steps: [] })))
    expect(await json(['status'], { cwd })).toEqual({
      ...second,
      lastRun: { at: expect.stringMatching(time), error: null },
      renewal: { by: [], nextAt: expect.stringMatching(time) },
    })

    await writeFile(join(cwd, 'pyproject.toml'), pyproject(both(url('dev'))))
    expect((await json([], { cwd })).sources).toEqual([second.sources[0]])
  })

  test('AWS is asked once for a repository that has three names', async () => {
    await open()
    await json([])
    expect(count(stage.emulator, 'GetRepositoryEndpoint')).toBe(1)
    expect(count(stage.emulator, 'GetAuthorizationToken')).toBe(1)
    await json(['--force'])
    expect(count(stage.emulator, 'GetRepositoryEndpoint')).toBe(2)
  })

  test('one domain failing does not stop the other', async () => {
    await open()
    const cwd = await twoDomains()
    stage.emulator.faults.set('GetAuthorizationToken', { kind: 'denied', domain: 'other-domain' })
    const result = await json([], { cwd })
    expect(result).toMatchObject({ code: 6, error: null })
    expect(result.sources).toMatchObject([
      { name: 'dev', ready: true, error: null },
      { name: 'qa', ready: false, steps: [], expiresAt: null, error: { code: 'AWS_ACCESS_DENIED' } },
    ])
    expect(await stage.read(join(stage.config, 'config.toml'))).not.toContain('[repositories.qa]')
    expect((await json(['status'], { cwd })).sources).toMatchObject([
      { ready: true },
      { error: { code: 'AWS_ACCESS_DENIED' } },
    ])

    stage.emulator.faults.clear()
    expect(await json([], { cwd })).toMatchObject({ code: 0, sources: [{ steps: [] }, { ready: true }] })
    expect(await stage.caSync([], { cwd })).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Nothing/) })
  })

  test('a failed run changes neither what is ready nor who it is', async () => {
    await open()
    const call = { env: { ...stage.env, AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined } }
    await json([])
    expect(await json(['--profile', 'typo'])).toMatchObject({
      code: 4,
      sources: [{ error: { code: 'AWS_PROFILE_UNKNOWN' } }, {}, {}],
    })
    expect(await json(['status'])).toMatchObject({ code: 0 })
    expect((await stage.caSync([], call)).stdout).toMatch(/^Nothing to do/)
    expect((await stage.caSync([])).stdout).toMatch(/^Nothing to do/)
    expect(count(stage.emulator, 'GetAuthorizationToken')).toBe(1)
  })

  test.each([
    ['usage', ['--duration', 'x'], 2, 'USAGE'],
    ['an unknown option', ['--nope'], 2, 'USAGE'],
    ['no project', ['-C', '/'], 3, 'PROJECT_NOT_FOUND'],
    ['an unknown source', ['-s', 'nope'], 3, 'SOURCE_UNKNOWN'],
  ] as const)('a run that fails as a whole: %s', async (_, words, code, name) => {
    await open()
    expect(await json(words)).toMatchObject({ code, sources: [], error: { code: name } })
  })

  test.each([
    ['no source', pyproject(), 'NO_SOURCES'],
    ['no TOML', 'x = [', 'PYPROJECT_INVALID'],
    ['a bad region', pyproject(plugin({ region: 'eus-east-1' })), 'SOURCE_INVALID'],
  ])('a project with %s', async (_, text, name) => {
    await open()
    const cwd = await stage.makeProject('bad', text)
    for (const words of [[], ['status'], ['--dry-run']])
      expect(await json(words, { cwd })).toMatchObject({ code: 3, error: { code: name } })
  })

  test('a locked keyring', async () => {
    await open({ keyring: 'locked' })
    expect(await json(['--unattended'])).toMatchObject({ code: 5, sources: [], error: { code: 'KEYRING_LOCKED' } })
    expect(count(stage.emulator, 'GetAuthorizationToken')).toBe(0)
  })

  test('no Poetry', async () => {
    await open()
    const env = { ...stage.env, PATH: [join(stage.box.dir, 'bin'), stage.box.env['PATH']].join(':') }
    expect(await json([], { env })).toMatchObject({ code: 5, sources: [], error: { code: 'POETRY_NOT_FOUND' } })
  })
})

describe('--dry-run', () => {
  test('says what would be done, and does nothing of it', async () => {
    await open()
    const cwd = await twoDomains()
    const plan = await json(['--dry-run'], { cwd })
    expect(plan).toMatchObject({ code: 0, stderr: '' })
    expect(plan.sources[0].steps).toEqual(['token', 'vault', 'handover', 'username', 'url'])

    const text = await stage.caSync(['-n'], { cwd })
    expect(text).toMatchObject({ code: 0, stderr: '' })
    expect(text.stdout).toContain(`qa: would\n  get a token for domain other-domain of ${owner}\n`)
    expect(text.stdout).toContain(`write repositories.qa.url = ${url('qa', 'other-domain')}\n`)
    expect(await stage.caSync(['-n', '--quiet'], { cwd })).toMatchObject({ code: 0, stdout: '', stderr: '' })

    expect(count(stage.emulator, 'GetAuthorizationToken')).toBe(0)
    expect(await stage.box.items()).toEqual([])
    for (const file of [
      join(stage.config, 'config.toml'),
      join(stage.config, 'auth.toml'),
      join(stage.state, 'state.json'),
    ])
      await expect(stage.read(file)).rejects.toThrow('ENOENT')
  })

  test('after a run', async () => {
    await open()
    await json([])
    const before = await stage.read(join(stage.state, 'state.json'))
    expect((await stage.caSync(['--dry-run'])).stdout).toBe(
      'dev: nothing to do\nqa: nothing to do\nprod: nothing to do\n',
    )
    expect(await json(['--dry-run', '--force'])).toMatchObject({
      code: 0,
      sources: [{ ready: false, steps: ['token', 'vault', 'handover'] }, {}, {}],
    })
    expect(await stage.read(join(stage.state, 'state.json'))).toBe(before)
    await age(stage, 7)
    expect(await json(['--dry-run'])).toMatchObject({ sources: [{ steps: ['token', 'vault', 'handover'] }, {}, {}] })
    expect(count(stage.emulator, 'GetAuthorizationToken')).toBe(1)
  })

  test('of one domain that fails', async () => {
    await open()
    const cwd = await stage.makeProject(
      'app',
      pyproject(both(url('dev')), plugin({ name: 'gone', repository: 'gone' })),
    )
    expect(await json(['--dry-run'], { cwd })).toMatchObject({
      code: 6,
      sources: [{ error: null }, { error: { code: 'AWS_REPOSITORY_UNKNOWN' } }],
    })
  })
})

describe('data on stdout, talk on stderr', () => {
  test('--quiet is silent on success, and talks of failures', async () => {
    await open()
    const silent = { code: 0, stdout: '', stderr: '' }
    expect(await stage.caSync(['--quiet'])).toMatchObject(silent)
    expect(await stage.caSync(['--quiet', '--force'])).toMatchObject(silent)
    expect(await stage.caSync(['status', '-q'])).toMatchObject(silent)
    stage.emulator.faults.set('GetAuthorizationToken', { kind: 'denied' })
    const failed = await stage.caSync(['--quiet', '--force'])
    expect(failed).toMatchObject({ code: 4, stdout: '' })
    expect(failed.stderr).toMatch(/^error: dev, qa, prod: /)
  })

  test('warnings and errors', async () => {
    await open()
    const cwd = await stage.makeProject(
      'app',
      pyproject(
        plugin(),
        declared('dev', `${url('qa')}simple/`),
        both(url('qa'), { name: 'qa', repository: 'qa' }),
        plugin({ name: 'gone', repository: 'gone' }),
      ),
    )
    const { code, stdout, stderr } = await stage.caSync([], { cwd })
    expect(code).toBe(6)
    expect(stdout).toBe(
      'dev   publish only  my-domain/dev, token valid for 12 h\nqa    ready  my-domain/qa, token valid for 12 h\n',
    )
    expect(stderr).toMatch(/^warning: [^\n]*\nerror: gone: [^\n]*\n(?: {2}[^\n]*\n){2}$/)
    const document = await json([], { cwd })
    expect(document.warnings).toHaveLength(1)
    expect(document.stderr).toBe(stderr)
  })
})
