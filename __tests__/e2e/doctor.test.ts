import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { poetry } from '../../scripts/testbed/poetry.ts'
import { run } from '../../scripts/testbed/run.ts'
import { until } from '../helpers/until.ts'
import { age } from './aging.ts'
import { checksOf, doctor, faultsOf, type Patient, typeAndLook } from './doctor-lab.ts'
import { copyProgram, snapshot } from './files.ts'
import { services } from './keyring.ts'
import { user } from './people.ts'
import { installPoetry } from './poetry-install.ts'
import { killIn } from './processes.ts'
import { both, plugin, pyproject } from './pyproject.ts'
import { openSso, type Sso } from './sso.ts'
import { openStage, type Stage, type StageOptions } from './stage.ts'

jest.setTimeout(120_000)

let stage: Stage
let sso: Sso | undefined
afterEach(async () => {
  sso?.close()
  await stage.close()
})

/** A machine with one project, synced. */
async function admit(options: StageOptions = {}, text = (url: string) => pyproject(both(url))): Promise<Patient> {
  stage = await openStage(options)
  const project = await stage.makeProject('one', text(stage.url))
  const patient = { stage, project, env: stage.env }
  expect(await stage.caSync([], { cwd: project })).toMatchObject({ code: 0 })
  return patient
}

const home = (...names: string[]) => join(stage.box.home, ...names)
const warningsOf = async (patient: Patient) =>
  checksOf(await doctor(patient)).filter(({ status, check }) => status === 'warning' && check !== 'schedule')

describe('a machine where all is well', () => {
  test('every link is looked at, in order', async () => {
    const result = await doctor(await admit())
    expect(result).toMatchObject({ code: 0, stderr: '' })
    const checks = checksOf(result)
    expect(Object.keys(checks[0] ?? {})).toEqual(['source', 'check', 'status', 'message', 'fix'])
    expect(checks.map(({ source, check, status }) => [source, check, status])).toEqual([
      [null, 'state', 'ok'],
      [null, 'pyproject', 'ok'],
      [null, 'poetry', 'ok'],
      [null, 'keyring', 'ok'],
      [null, 'aws', 'ok'],
      [null, 'clock', 'ok'],
      ['dev', 'declaration', 'ok'],
      ['dev', 'priority', 'ok'],
      ['dev', 'settings', 'ok'],
      ['dev', 'username', 'ok'],
      ['dev', 'url', 'ok'],
      ['dev', 'entry', 'ok'],
      ['dev', 'token', 'ok'],
      ['dev', 'index', 'ok'],
      [null, 'schedule', 'warning'],
      [null, 'last-run', 'ok'],
    ])
  })

  test('nothing is changed, and no secret is shown', async () => {
    const patient = await admit()
    const before = [await snapshot(stage.box.home), await stage.box.items()]
    const { stdout } = await stage.caSync(['doctor', '--verbose'], { cwd: patient.project })
    expect(stdout).not.toContain(stage.emulator.issuedTokens()[0])
    expect(stdout).not.toContain(stage.env['AWS_SECRET_ACCESS_KEY'])
    expect([await snapshot(stage.box.home), await stage.box.items()]).toEqual(before)
  })

  test('offline, neither AWS nor the index is asked', async () => {
    const patient = await admit()
    stage.emulator.clearCalls()
    const offline = await doctor(patient, ['--offline'])
    expect(offline.code).toBe(0)
    expect(checksOf(offline).map(({ check }) => check)).not.toContain('aws')
    expect(stage.emulator.calls).toEqual([])
    expect(stage.emulator.requests).toEqual([])
  })

  test('--quiet shows what is not well only', async () => {
    const { project } = await admit()
    const { stdout } = await stage.caSync(['doctor', '--quiet'], { cwd: project })
    expect(stdout).toBe(
      'warning    schedule  Nothing renews the tokens before they expire: no job, and no login hook.\n         fix: ca-sync schedule install\n',
    )
  })

  test('the login hook is enough, no job is missed', async () => {
    const patient = await admit()
    expect(await stage.caSync(['hook', 'install', 'bash'])).toMatchObject({ code: 0 })
    expect(checksOf(await doctor(patient)).find(({ check }) => check === 'schedule')).toMatchObject({
      status: 'ok',
      message: 'no job, but the login hook of bash',
    })
  })

  test('from elsewhere, the fixes name the project', async () => {
    const { project } = await admit()
    await rm(join(stage.config, 'auth.toml'))
    const result = await stage.caSync(['doctor', '--json', '-C', project], { cwd: stage.box.home })
    expect(faultsOf(result)).toMatchObject([{ check: 'username', fix: `ca-sync -C ${project}` }])
  })

  test('one source of several', async () => {
    const { project } = await admit({}, (url) => pyproject(both(url), both(url, { name: 'qa' })))
    const result = await stage.caSync(['doctor', '--json', '--source', 'qa'], { cwd: project })
    expect(new Set(checksOf(result).map(({ source }) => source))).toEqual(new Set([null, 'qa']))
    expect(await stage.caSync(['doctor', '--source', 'no'], { cwd: project })).toMatchObject({ code: 3, stdout: '' })
  })
})

test('before the first sync, one thing is to be done', async () => {
  stage = await openStage()
  const project = await stage.makeProject('one', pyproject(both(stage.url)))
  const result = await doctor({ stage, project, env: stage.env })
  expect(result.code).toBe(6)
  expect(faultsOf(result)).toEqual([
    { source: 'dev', check: 'token', status: 'fault', message: 'dev is not synced yet.', fix: 'ca-sync' },
  ])
  expect(faultsOf(await typeAndLook({ stage, project, env: stage.env }, 'ca-sync'))).toEqual([])
})

test('outside of a project', async () => {
  stage = await openStage()
  expect(await stage.caSync(['doctor'], { cwd: stage.box.home })).toMatchObject({ code: 3, stdout: '' })
})

test('a locked keyring: nothing prompts, and the vault is not asked', async () => {
  const patient = await admit()
  await stage.box.lockKeyring()
  expect(faultsOf(await doctor(patient))).toMatchObject([
    { check: 'keyring', message: 'Your keyring is locked.', fix: expect.stringContaining('unlock it there') },
  ])
  await stage.box.unlockKeyring()
  expect(faultsOf(await doctor(patient))).toEqual([])
})

test('a machine without a keyring', async () => {
  stage = await openStage({ keyring: 'no-bus' })
  const project = await stage.makeProject('one', pyproject(both(stage.url)))
  const patient = { stage, project, env: stage.env }
  expect(faultsOf(await doctor(patient)).map(({ check, fix }) => [check, fix])).toEqual([
    ['keyring', expect.stringContaining('ca-sync exec -- poetry')],
    ['token', 'ca-sync'],
  ])
  expect(await stage.caSync(['--store', 'plaintext'], { cwd: project })).toMatchObject({ code: 0 })
  const plain = await doctor(patient)
  expect(plain.code).toBe(0)
  expect(checksOf(plain)).toContainEqual(expect.objectContaining({ check: 'index', status: 'ok' }))
  expect(await warningsOf(patient)).toMatchObject([{ check: 'plaintext', fix: 'ca-sync --store keyring' }])
})

test('an expired token', async () => {
  const patient = await admit()
  await age(stage, 13)
  expect(faultsOf(await doctor(patient))).toMatchObject([
    { check: 'token', message: expect.stringMatching(/^The token of dev expired 1 h( 1 min)? ago\.$/), fix: 'ca-sync' },
  ])
  expect(faultsOf(await typeAndLook(patient, 'ca-sync'))).toEqual([])
})

test('an AWS login that has expired, and a run that failed for it', async () => {
  const dev = user('dev', { sessionToken: 'session' })
  stage = await openStage({ emulator: { users: [dev] } })
  sso = await openSso(stage, dev)
  const project = await stage.makeProject('one', pyproject(both(stage.url)))
  const patient = { stage, project, env: sso.env }
  await sso.login(3600)
  const work = { cwd: project, env: sso.env }
  expect(await stage.caSync(['--profile', 'work'], work)).toMatchObject({ code: 0 })
  await sso.login(-60)
  expect(await stage.caSync(['--force'], work)).toMatchObject({ code: 4 })
  const result = await doctor(patient)
  expect(faultsOf(result).map(({ check, fix }) => [check, fix])).toEqual([['aws', 'aws sso login --profile work']])
  expect(checksOf(result)).toContainEqual(
    expect.objectContaining({ check: 'last-run', status: 'warning', fix: 'ca-sync' }),
  )
  await sso.login(3600)
  expect(faultsOf(await typeAndLook(patient, 'ca-sync --force'))).toEqual([])
})

test('a clock that is wrong', async () => {
  const later = () => new Date(Date.now() + 3_600_000)
  stage = await openStage({ emulator: { now: later } })
  const project = await stage.makeProject('one', pyproject(both(stage.url)))
  const clock = checksOf(await doctor({ stage, project, env: stage.env })).find(({ check }) => check === 'clock')
  expect(clock).toMatchObject({
    status: 'fault',
    message: expect.stringMatching(/^The clock of this computer is 1 h slow: /),
  })
})

test('a name that another project has for another repository', async () => {
  const patient = await admit()
  const qa = stage.emulator.repositoryUrl('my-domain', 'qa')
  const project = await stage.makeProject('two', pyproject(both(qa, { repository: 'qa' })))
  const faults = faultsOf(await doctor({ ...patient, project }))
  expect(faults.map(({ check }) => check)).toEqual(['name'])
  expect(faults[0]).toMatchObject({ fix: 'ca-sync --local' })
})

test('a URL without its last slash, which Poetry 1.8 takes for that of another repository', async () => {
  const patient = await admit({ line: '1.8' })
  const file = join(stage.config, 'config.toml')
  await writeFile(file, (await stage.read(file)).replace('/dev/"', '/dev"'))
  expect(faultsOf(await doctor(patient))).toMatchObject([
    { check: 'url', message: expect.stringContaining('lacks its last slash: Poetry 1.8.5'), fix: 'ca-sync' },
  ])
  expect(faultsOf(await typeAndLook(patient, 'ca-sync'))).toEqual([])
})

describe('what other tools left', () => {
  const leave = {
    'poetry-plugin-code-artifact': /it adds the same sources to Poetry itself/,
    'keyrings.codeartifact': /it answers before your keyring/,
  }
  test.each(Object.entries(leave))('%s in the Python of Poetry 1.8', async (name, says) => {
    stage = await openStage({ line: '1.8' })
    const project = await stage.makeProject('one', pyproject(both(stage.url)))
    const program = await installPoetry(stage, home('poetry'), { line: '1.8' })
    const python = home('poetry/bin/python')
    const wheels = ['--no-index', '--no-deps', '--find-links', checkout('.cache/wheels')]
    const patient = { stage, project, env: { ...stage.env, CA_SYNC_POETRY: program } }
    expect(await stage.caSync([], { cwd: project, env: patient.env })).toMatchObject({ code: 0 })
    expect(await run(python, ['-m', 'pip', 'install', ...wheels, name], { env: stage.env })).toMatchObject({ code: 0 })

    const fix = `${python} -m pip uninstall --yes ${name}`
    expect(faultsOf(await doctor(patient))).toMatchObject([
      { check: 'plugin', message: expect.stringMatching(says), fix },
    ])
    expect(faultsOf(await typeAndLook(patient, fix))).toEqual([])
  })

  test.each([
    ['machine 127.0.0.1', 'machine 127.0.0.1 login me password stale\n'],
    ['default', 'machine example.com login me password x\ndefault login me password stale\n'],
  ])('a netrc with %s, which Poetry 1.8 prefers', async (entry, text) => {
    const patient = await admit({ line: '1.8' })
    await writeFile(home('.netrc'), text)
    expect(faultsOf(await doctor(patient))).toMatchObject([
      {
        check: 'netrc',
        message: `${home('.netrc')} has an entry "${entry}", which Poetry 1.8.5 uses before the keyring.`,
        fix: `Delete the entry "${entry}" from ${home('.netrc')}, or use Poetry 2.3.3 or newer.`,
      },
    ])
    await rm(home('.netrc'))
    expect(faultsOf(await doctor(patient))).toEqual([])
  })

  test('a netrc does not matter to Poetry 2.5', async () => {
    const patient = await admit()
    await writeFile(home('.netrc'), 'default login me password x\n')
    expect(faultsOf(await doctor(patient))).toEqual([])
  })

  test('a token in pip.conf, as `aws codeartifact login --tool pip` writes it', async () => {
    const patient = await admit()
    const env = { ...stage.env, PATH: `${checkout('.cache/tools/bin')}:${stage.env['PATH']}` }
    const index = stage.url.replace('://', '://aws:stale@')
    expect(await run('pip', ['config', 'set', 'global.index-url', `${index}simple/`], { env })).toMatchObject({
      code: 0,
    })
    const [warning] = await warningsOf(patient)
    expect(warning).toMatchObject({ check: 'leftover', fix: 'pip config unset global.index-url' })
    expect(JSON.stringify(warning)).not.toContain('stale')
    expect(checksOf(await typeAndLook({ ...patient, env }, warning?.fix ?? ''))).not.toContainEqual(warning)
  })

  test('a token in .pypirc, as `aws codeartifact login --tool twine` writes it', async () => {
    const patient = await admit()
    const section = `[codeartifact]\nrepository = ${stage.url}\nusername = aws\npassword = stale\n`
    await writeFile(home('.pypirc'), `[distutils]\nindex-servers=\n  pypi\n  codeartifact\n\n${section}`)
    const file = home('.pypirc')
    expect(await warningsOf(patient)).toMatchObject([
      { check: 'leftover', fix: `Delete the password of [codeartifact] from ${file}.` },
    ])
  })
})

test('supplemental is a warning', async () => {
  const patient = await admit({}, (url) => pyproject(both(url)).replace('"explicit"', '"supplemental"'))
  expect(await doctor(patient)).toMatchObject({ code: 0 })
  expect(await warningsOf(patient)).toMatchObject([
    { check: 'priority', source: 'dev', message: expect.stringContaining('Poetry asks PyPI first') },
  ])
})

test('the copy of our own is gone: the entry cannot be compared, but the index takes it', async () => {
  const patient = await admit()
  await clearVault()
  const result = await doctor(patient)
  expect(result.code).toBe(0)
  expect(checksOf(result)).toContainEqual(expect.objectContaining({ check: 'index', status: 'ok' }))
  expect(await warningsOf(patient)).toMatchObject([{ check: 'entry', fix: 'ca-sync --force' }])
  expect(await services(stage)).toHaveLength(1)
})

test('a vault that does not work', async () => {
  const patient = await admit()
  const program = home('dist')
  await copyProgram(program)
  await rm(join(program, 'vault.cjs'))
  const result = await run(process.execPath, [join(program, 'main.cjs'), 'doctor', '--json'], {
    ...{ cwd: patient.project, env: stage.env },
  })
  expect(checksOf(result)).toContainEqual(expect.objectContaining({ check: 'vault', status: 'warning' }))
  expect(checksOf(result)).toContainEqual(expect.objectContaining({ check: 'index', status: 'ok' }))
})

test('a repository that does not exist', async () => {
  stage = await openStage()
  const url = stage.url.replace('/dev/', '/typo/')
  const project = await stage.makeProject('one', pyproject(both(url, { repository: 'typo' })))
  expect(faultsOf(await doctor({ stage, project, env: stage.env }))).toMatchObject([
    { check: 'endpoint', source: 'dev', message: expect.stringContaining('Repository typo does not exist') },
  ])
})

test('what hits every source is said once', async () => {
  const patient = await admit({}, (url) => pyproject(both(url), both(url, { name: 'qa' })))
  const env = { ...stage.env, POETRY_KEYRING_ENABLED: 'false' }
  expect(faultsOf(await doctor({ ...patient, env }))).toMatchObject([{ check: 'keyring-disabled', source: null }])
})

test('Poetry ended while it was asked: said, and not taken for all is well', async () => {
  const patient = await admit()
  stage.emulator.faults.set('ReadFromRepository', { kind: 'hang' })
  const asking = doctor(patient)
  await until(() => stage.emulator.requests.find(({ path }) => path.endsWith('/ca-sync/')))
  await killIn(stage.box, 'ca_sync.')
  const result = await asking
  expect(result.code).toBe(6)
  expect(faultsOf(result)).toMatchObject([{ check: 'look-up', fix: expect.stringContaining('ca-sync') }])
})

/** Removes the item that only ca-sync reads. */
async function clearVault(): Promise<void> {
  const script =
    'import secretstorage; bus = secretstorage.dbus_init(); [i.delete() for i in secretstorage.Collection(bus).search_items({"service": "ca-sync"})]'
  expect(await run(poetry('2.5').python, ['-c', script], { env: stage.env })).toMatchObject({ code: 0 })
}

test('a project that names no source that can be used', async () => {
  stage = await openStage()
  const project = await stage.makeProject('one', pyproject(plugin({ region: 'nowhere' })))
  expect(faultsOf(await doctor({ stage, project, env: stage.env }))).toMatchObject([{ check: 'pyproject' }])
})
