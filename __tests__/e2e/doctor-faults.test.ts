import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { poetry } from '../../scripts/testbed/poetry.ts'
import { run } from '../../scripts/testbed/run.ts'
import { doctor, type Env, faultsOf, type Patient, typeAndLook } from './doctor-lab.ts'
import { writeUserConfig } from './people.ts'
import { both, declared, plugin, pyproject } from './pyproject.ts'
import { openStage } from './stage.ts'

jest.setTimeout(120_000)

/** One thing that keeps Poetry from a source. */
interface Fault {
  readonly what: string
  /** Plants it. */
  readonly plant?: (patient: Patient) => Promise<unknown>
  /** Variables of the shell in which it is there. */
  readonly env?: Env
  readonly check: string
  readonly says: RegExp
  readonly fix: string | RegExp
  /** Does what the fix says, where that is no command. */
  readonly edit?: (patient: Patient) => Promise<unknown>
}

const source = (patient: Patient) => both(patient.stage.url)
const pyprojectOf = ({ project }: Patient) => join(project, 'pyproject.toml')
const auth = ({ stage }: Patient) => join(stage.config, 'auth.toml')
const config = ({ stage }: Patient) => join(stage.config, 'config.toml')
const own = ({ project }: Patient) => join(project, 'poetry.toml')
const hostOf = ({ stage }: Patient) => new URL(stage.url).host

const change =
  (file: (patient: Patient) => string, edit: (text: string, patient: Patient) => string) => async (patient: Patient) =>
    writeFile(file(patient), edit(await readFile(file(patient), 'utf8').catch(() => ''), patient))

const add = (file: (patient: Patient) => string, text: string) => change(file, (before) => `${before}\n${text}`)
const cut = (file: (patient: Patient) => string, text: string) =>
  change(file, (before) => before.replace(`\n${text}`, ''))

/** Poetry's own keyring, by hand. */
async function keyring({ stage }: Patient, words: readonly string[], input = ''): Promise<void> {
  const { code } = await run(poetry('2.5').python, ['-m', 'keyring', ...words], { env: stage.env, cwd: '/', input })
  expect(code).toBe(0)
}
const set =
  (service: string | ((patient: Patient) => string), user = 'aws', secret = (_: Patient) => 'stranger') =>
  (patient: Patient) =>
    keyring(patient, ['set', typeof service === 'string' ? service : service(patient), user], secret(patient))

const password = 'username = "aws"\npassword = "stale"'

const faults: readonly Fault[] = [
  {
    what: 'a region that does not exist',
    plant: change(pyprojectOf, (_, { stage }) => pyproject(both(stage.url, { region: 'eus-east-1' }))),
    check: 'pyproject',
    says: /"eus-east-1" is not an AWS region; did you mean us-east-1\?/,
    fix: /Write us-east-1 there\./,
    edit: change(pyprojectOf, (_, { stage }) => pyproject(both(stage.url))),
  },
  {
    what: 'a source that Poetry does not know',
    plant: change(pyprojectOf, () => pyproject(plugin())),
    check: 'declaration',
    says: /Poetry cannot install from dev: .*pyproject\.toml has no \[\[tool\.poetry\.source\]\] of that name\./,
    fix: 'ca-sync sources declare',
  },
  {
    what: 'a source at another host',
    plant: change(pyprojectOf, () => pyproject(plugin(), declared('dev', 'http://127.0.0.1:9/pypi/dev/simple/'))),
    check: 'declaration',
    says: /url is at another host \("127\.0\.0\.1:9"\)/,
    fix: /Write url = "http:\/\/127\.0\.0\.1:\d+\/pypi\/dev\/simple\/"/,
    edit: change(pyprojectOf, (_, patient) => pyproject(source(patient))),
  },
  {
    what: 'a source at another path',
    plant: change(pyprojectOf, (_, { stage }) => pyproject(plugin(), declared('dev', stage.url))),
    check: 'declaration',
    says: /url is not the repository's; Poetry installs from/,
    fix: /^Write url = "http.*\/pypi\/dev\/simple\/" for dev in .*pyproject\.toml\.$/,
    edit: change(pyprojectOf, (_, patient) => pyproject(source(patient))),
  },
  {
    what: 'a priority that this Poetry refuses',
    plant: change(pyprojectOf, (text) => text.replace('"explicit"', '"secondary"')),
    check: 'priority',
    says: /Poetry 2\.5\.\d does not know priority = "secondary" and refuses /,
    fix: /^Write priority = "explicit" for dev in /,
    edit: change(pyprojectOf, (text) => text.replace('"secondary"', '"explicit"')),
  },
  ...Object.entries({
    POETRY_HTTP_BASIC_DEV_PASSWORD: ['password', /Poetry uses it for dev and never asks the keyring\./],
    POETRY_HTTP_BASIC_DEV_USERNAME: ['username', /asks the keyring for that user of dev/],
    POETRY_PYPI_TOKEN_DEV: ['pypi-token', /poetry publish -r dev uses it before the keyring\./],
    POETRY_REPOSITORIES_DEV_URL: ['repository-url', /poetry publish -r dev goes there, not to/],
    POETRY_REPOSITORIES_OTHER_URL: ['repositories-hidden', /Poetry ignores the repositories in its files/],
    POETRY_KEYRING_ENABLED: ['keyring-disabled', /may not use the keyring at all/],
  } as const).map(([name, [check, says]]) => ({
    what: `the variable ${name}`,
    env: { [name]: 'secret' },
    check,
    says,
    fix: `unset ${name}`,
  })),
  {
    what: 'a keyring backend that keeps nothing',
    env: { PYTHON_KEYRING_BACKEND: 'keyring.backends.null.Keyring' },
    check: 'keyring',
    says: /Python's keyring is switched off: its backend is keyring\.backends\.null\.Keyring\./,
    fix: 'unset PYTHON_KEYRING_BACKEND',
  },
  {
    what: 'a CA_SYNC_POETRY that is not there',
    env: { CA_SYNC_POETRY: '/nowhere/poetry' },
    check: 'poetry',
    says: /CA_SYNC_POETRY names \/nowhere\/poetry, which does not exist\./,
    fix: 'unset CA_SYNC_POETRY',
  },
  {
    what: 'keys that AWS does not know',
    env: { AWS_ACCESS_KEY_ID: 'AKIAUNKNOWN' },
    check: 'aws',
    says: /AWS does not know or accept the keys of this environment/,
    fix: /Set fresh AWS_ACCESS_KEY_ID/,
    edit: async () => undefined,
  },
  {
    what: 'a password in auth.toml',
    plant: change(auth, (text) => text.replace('username = "aws"', password)),
    check: 'password',
    says: /auth\.toml holds a password for dev/,
    fix: 'ca-sync',
  },
  {
    what: 'a password in config.toml',
    plant: add(config, `[http-basic.dev]\n${password}\n`),
    check: 'password',
    says: /config\.toml holds a password for dev/,
    fix: /^Delete password under \[http-basic\.dev\] from .*config\.toml\.$/,
    edit: cut(config, `[http-basic.dev]\n${password}\n`),
  },
  {
    what: "a password in the project's poetry.toml",
    plant: add(own, `[http-basic.dev]\n${password}\n`),
    check: 'password',
    says: /poetry\.toml holds a password for dev/,
    fix: /^Delete password under \[http-basic\.dev\] from .*poetry\.toml\.$/,
    edit: cut(own, `[http-basic.dev]\n${password}\n`),
  },
  {
    what: 'a PyPI token in auth.toml',
    plant: add(auth, '[pypi-token]\ndev = "stale"\n'),
    check: 'pypi-token',
    says: /auth\.toml holds a PyPI token for dev/,
    fix: /poetry config --unset pypi-token\.dev$/,
  },
  {
    what: 'a PyPI token in the keyring',
    plant: set('poetry-repository-dev', '__token__'),
    check: 'pypi-token',
    says: /The keyring holds a PyPI token for dev/,
    fix: 'poetry config --unset pypi-token.dev',
  },
  {
    what: 'another user name in auth.toml',
    plant: change(auth, (text) => text.replace('"aws"', '"me"')),
    check: 'username',
    says: /auth\.toml gives dev a user name of its own.* If you need that, give this source another name/,
    fix: 'poetry config --unset http-basic.dev && ca-sync',
  },
  {
    what: 'no user name',
    plant: change(auth, () => ''),
    check: 'username',
    says: /Poetry's auth\.toml has no user name for dev/,
    fix: 'ca-sync',
  },
  {
    what: 'no repository URL',
    plant: change(config, () => ''),
    check: 'url',
    says: /Poetry's config\.toml has no repositories\.dev\.url: poetry publish -r dev fails\./,
    fix: 'ca-sync',
  },
  {
    what: 'another repository URL',
    plant: change(config, (text) => text.replace(/url = .*/, 'url = "https://example.com/"')),
    check: 'repository-url',
    says: /config\.toml gives dev another URL.* If you need that, give this source another name than dev instead\.$/,
    fix: 'poetry config --unset repositories.dev && ca-sync',
  },
  {
    what: "another repository URL in the project's poetry.toml",
    plant: add(own, '[repositories.dev]\nurl = "https://example.com/"\n'),
    check: 'repository-url',
    says: /poetry\.toml gives dev another URL/,
    fix: 'poetry config --local --unset repositories.dev',
  },
  {
    what: 'a keyring that is switched off in config.toml',
    plant: add(config, '[keyring]\nenabled = false\n'),
    check: 'keyring-disabled',
    says: /config\.toml switches Poetry's keyring off/,
    fix: 'poetry config keyring.enabled true',
  },
  {
    what: 'Poetry files that are not TOML',
    plant: add(config, '= broken'),
    check: 'poetry-files',
    says: /config\.toml is not valid TOML \(line \d+\)\./,
    fix: /^Mend .*config\.toml/,
    edit: cut(config, '= broken'),
  },
  {
    what: 'an entry by name',
    plant: set('poetry-repository-dev'),
    check: 'entry-by-name',
    says: /The keyring entry poetry-repository-dev stands before that of the host/,
    fix: 'ca-sync --force',
  },
  {
    what: 'an entry by name that holds the token',
    plant: set('poetry-repository-dev', 'aws', ({ stage }) => stage.emulator.issuedTokens().at(-1) ?? ''),
    check: 'entry-by-name',
    says: /Poetry sends it to any server that a project calls dev\./,
    fix: 'ca-sync --force',
  },
  {
    what: 'an entry by URL',
    plant: set(({ stage }) => `${stage.url}simple`),
    check: 'entry',
    says: /The keyring entry http.*\/pypi\/dev\/simple holds something else than the token\./,
    fix: 'ca-sync --force',
  },
  {
    what: 'an entry that somebody overwrote',
    plant: set(hostOf),
    check: 'entry',
    says: /The keyring entry 127\.0\.0\.1:\d+ holds something else than the token\./,
    fix: 'ca-sync --force',
  },
  {
    what: 'an entry that is gone',
    plant: (patient) => keyring(patient, ['del', hostOf(patient), 'aws']),
    check: 'entry',
    says: /Poetry's keyring has no entry for 127\.0\.0\.1:\d+/,
    fix: 'ca-sync --force',
  },
  {
    what: 'a state that is damaged',
    plant: ({ stage }) => writeFile(join(stage.state, 'state.json'), '{"version":1,'),
    check: 'state',
    says: /What ca-sync remembers is lost: .*state\.json is damaged/,
    fix: 'ca-sync',
  },
  {
    what: 'settings of the user that are wrong',
    plant: ({ stage }) => writeUserConfig(stage, 'durration = "12h"\n'),
    check: 'config',
    says: /durration/,
    fix: /./,
    edit: ({ stage }) => rm(join(stage.box.home, '.config/ca-sync/config.toml')),
  },
  {
    what: 'a token that the index does not take',
    plant: async ({ stage }) => stage.emulator.faults.set('ReadFromRepository', unauthorized),
    check: 'index',
    says: /The index does not take the token \(HTTP 401\)\./,
    fix: 'ca-sync --force',
    edit: async ({ stage }) => stage.emulator.faults.clear(),
  },
  {
    what: 'a token without the permission',
    plant: async ({ stage }) => stage.emulator.faults.set('ReadFromRepository', { kind: 'denied' }),
    check: 'index',
    says: /may not read dev \(HTTP 403\)\./,
    fix: 'ca-sync policy --access read',
    edit: async ({ stage }) => stage.emulator.faults.clear(),
  },
  {
    what: 'an index that hangs up',
    plant: async ({ stage }) => stage.emulator.faults.set('ReadFromRepository', { kind: 'reset' }),
    check: 'index',
    says: /The index cannot be reached: ConnectionError/,
    fix: /Check the network/,
    edit: async ({ stage }) => stage.emulator.faults.clear(),
  },
  {
    what: 'an index that sends us elsewhere',
    plant: async ({ stage }) => stage.emulator.faults.set('ReadFromRepository', redirect),
    check: 'index',
    says: /The index answers HTTP 302\./,
    fix: /proxy or sign-in page/,
    edit: async ({ stage }) => stage.emulator.faults.clear(),
  },
]

const unauthorized = { kind: 'error', status: 401, type: 'Unauthorized', message: 'no' } as const
const redirect = { kind: 'error', status: 302, type: 'Found', message: 'there' } as const

let patient: Patient | undefined
let cured = false

/** One machine for all, which is well: each fault is gone at the end, or the machine is. */
async function admit(): Promise<Patient> {
  if (patient !== undefined) return patient
  const stage = await openStage()
  const project = await stage.makeProject('one', pyproject(both(stage.url)))
  patient = { stage, project, env: stage.env }
  expect(await stage.caSync([], { cwd: project })).toMatchObject({ code: 0 })
  expect(faultsOf(await doctor(patient))).toEqual([])
  return patient
}

async function dismiss(): Promise<void> {
  await patient?.stage.close()
  patient = undefined
}

beforeEach(() => {
  cured = false
})
afterEach(async () => {
  if (!cured) await dismiss()
})
afterAll(dismiss)

describe('found, named, and cured by the fix as it is printed', () => {
  test.each(faults.map((fault) => [fault.what, fault] as const))('%s', async (_, fault) => {
    const well = await admit()
    await fault.plant?.(well)
    const ill = { ...well, env: { ...well.env, ...fault.env } }

    const found = await doctor(ill)
    expect(found).toMatchObject({ code: 6, stderr: '' })
    expect(found.stdout).not.toMatch(/stale|stranger|"secret"|eyJ/)
    const named = faultsOf(found).find(({ check }) => check === fault.check)
    expect(named).toMatchObject({
      message: expect.stringMatching(fault.says),
      fix: typeof fault.fix === 'string' ? fault.fix : expect.stringMatching(fault.fix),
    })

    await fault.edit?.(well)
    const after = fault.edit === undefined ? await typeAndLook(ill, named?.fix ?? '') : await doctor(well)
    expect(faultsOf(after)).toEqual([])
    expect(after.code).toBe(0)
    cured = true
  })
})
