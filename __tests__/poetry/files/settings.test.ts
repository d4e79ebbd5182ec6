// Needs Poetry.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { poetry } from '../../../scripts/testbed/poetry.ts'
import { busShadow } from '../../../src/poetry/bus.ts'
import { describeFile, parsePoetryFile } from '../../../src/poetry/files/files.ts'
import { shadows } from '../../../src/poetry/files/settings.ts'

const URL = 'https://d-1.example/pypi/dev/'
const ready = {
  config: `[repositories.dev-2]\nurl = "${URL}"\n`,
  auth: '[http-basic.dev-2]\nusername = "aws"\n',
  project: '',
}
type Files = Partial<typeof ready>

const found = (texts: Files, env: Record<string, string>) => {
  const files = Object.entries({ ...ready, ...texts }).map(([name, text]) =>
    describeFile(name, parsePoetryFile(name, text)),
  )
  return shadows({ name: 'dev-2', url: URL, store: 'keyring' }, files, env)
}

const login = (...lines: string[]) => ['[http-basic.dev-2]', ...lines].join('\n')
const PASSWORD = 'POETRY_HTTP_BASIC_DEV_2_PASSWORD'
const USERNAME = 'POETRY_HTTP_BASIC_DEV_2_USERNAME'

test.each<[Files, Record<string, string>, string[]]>([
  [{}, {}, []],
  [{}, { PATH: '/bin', POETRY_VIRTUALENVS_CREATE: 'false', POETRY_HTTP_BASIC_DEV_PASSWORD: 'SECRET' }, []],
  // passwords
  [{ auth: login('username = "aws"', 'password = "SECRET"') }, {}, ['password auth']],
  [{ config: login('password = "SECRET"') }, {}, ['password config']],
  [{ project: login('password = "SECRET"') }, {}, ['password project']],
  [{ project: login('password = ""') }, {}, []],
  [{ project: '[http-basic.dev]\npassword = "SECRET"' }, {}, []],
  [{}, { [PASSWORD]: 'SECRET' }, [`password ${PASSWORD}`]],
  [{}, { [PASSWORD]: '' }, []],
  // user names
  [{ project: login('username = "SECRET"') }, {}, ['username project']],
  [{ project: login('username = "aws"'), config: login('username = "bob"') }, {}, []],
  [{ config: login('username = "bob"') }, {}, []],
  [{ project: login('username = "bob"') }, { [USERNAME]: 'aws' }, []],
  [{}, { [USERNAME]: 'SECRET' }, [`username ${USERNAME}`]],
  [{}, { [USERNAME]: '' }, [`username ${USERNAME}`]],
  // tokens
  [{ auth: `${ready.auth}[pypi-token]\ndev-2 = "SECRET"` }, {}, ['pypi-token auth']],
  [{ project: 'pypi-token.dev = "SECRET"' }, {}, []],
  [{}, { POETRY_PYPI_TOKEN_DEV_2: 'SECRET' }, ['pypi-token POETRY_PYPI_TOKEN_DEV_2']],
  // repositories
  [{ project: '[repositories.dev-2]\nurl = "https://x:SECRET@evil.example/"' }, {}, ['repository-url project']],
  [{ project: `[repositories.dev-2]\nurl = "${URL.slice(0, -1)}"` }, {}, []],
  [{}, { POETRY_REPOSITORIES_OTHER_URL: '' }, ['repositories-hidden POETRY_REPOSITORIES_OTHER_URL']],
  [{}, { POETRY_REPOSITORIES_DEV_2_URL: 'https://x/' }, ['repository-url POETRY_REPOSITORIES_DEV_2_URL']],
  [{}, { POETRY_REPOSITORIES_DEV_2_URL: URL }, []],
  // keyring
  [{ config: `${ready.config}[keyring]\nenabled = false` }, {}, ['keyring-disabled config']],
  [{ project: 'keyring.enabled = false' }, {}, ['keyring-disabled project']],
  [{ project: 'keyring.enabled = true', config: 'keyring.enabled = false' }, {}, []],
  [{ project: 'keyring.enabled = false' }, { POETRY_KEYRING_ENABLED: '1' }, []],
  [{}, { POETRY_KEYRING_ENABLED: 'false' }, ['keyring-disabled POETRY_KEYRING_ENABLED']],
  [{}, { POETRY_KEYRING_ENABLED: '' }, ['keyring-disabled POETRY_KEYRING_ENABLED']],
  [{}, { POETRY_KEYRING_ENABLED: 'True' }, ['keyring-disabled POETRY_KEYRING_ENABLED']],
])('%j and %j: %j', (texts, env, expected) => {
  const list = found(texts, env)
  expect(list.map(({ kind, where }) => `${kind} ${where}`)).toEqual(expected)
  for (const { where, message, hint } of list)
    expect([message, hint]).toEqual([expect.stringContaining(where), expect.stringContaining(where)])
  expect(JSON.stringify(list)).not.toContain('SECRET')
})

test.each([
  ['dev', { POETRY_REPOSITORIES_DEV_URL: URL }, []],
  ['dev', { POETRY_REPOSITORIES_DEV_URL: 'https://x/' }, ['repository-url']],
  ['dev', { POETRY_REPOSITORIES_DEV_URL: URL, POETRY_REPOSITORIES_QA_URL: 'https://x/' }, []],
  ['my-lib', { POETRY_REPOSITORIES_MY_LIB_URL: URL }, []],
  ['my_lib', { POETRY_REPOSITORIES_MY_LIB_URL: URL }, ['repositories-hidden']],
  ['Dev', { POETRY_REPOSITORIES_DEV_URL: URL }, ['repositories-hidden']],
])('the repository %s and %j: %j', (name, env, kinds) => {
  expect(shadows({ name, url: URL, store: 'keyring' }, [], env).map(({ kind }) => kind)).toEqual(kinds)
})

const asker = `
import json
from poetry.config.config import Config
config = Config.create()
print(json.dumps([config.get("repositories").get("dev2", {}).get("url"), config.get("http-basic.dev2.username"), bool(config.get("keyring.enabled"))]))
`

describe.each(['2.5', '1.8'] as const)('what Poetry %s makes of the variables', (line) => {
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'ca-sync-settings-'))
    writeFileSync(join(dir, 'config.toml'), `[repositories.dev2]\nurl = "${URL}"\n[keyring]\nenabled = true\n`)
    writeFileSync(join(dir, 'auth.toml'), '[http-basic.dev2]\nusername = "aws"\n')
  })
  afterEach(() => rmSync(dir, { recursive: true }))

  test.each<[Record<string, string>, [string | null, string, boolean]]>([
    [{}, [URL, 'aws', true]],
    [{ POETRY_REPOSITORIES_X_URL: '' }, [null, 'aws', true]],
    [{ POETRY_REPOSITORIES_DEV2_URL: 'https://x/' }, ['https://x/', 'aws', true]],
    [{ POETRY_HTTP_BASIC_DEV2_USERNAME: '' }, [URL, '', true]],
    [{ POETRY_KEYRING_ENABLED: '0' }, [URL, 'aws', false]],
    [{ POETRY_KEYRING_ENABLED: 'True' }, [URL, 'aws', line === '2.5']],
  ])('%j', (env, seen) => {
    const options = { env: { ...env, HOME: dir, POETRY_CONFIG_DIR: dir }, encoding: 'utf8' } as const
    expect(JSON.parse(execFileSync(poetry(line).python, ['-c', asker], options))).toEqual(seen)
    const files = [{ ...describeFile('config', { repositories: { dev2: { url: URL } } }) }]
    const asMeant = seen[0] === URL && seen[1] === 'aws' && seen[2]
    if (!asMeant) expect(shadows({ name: 'dev2', url: URL, store: 'keyring' }, files, env)).not.toEqual([])
  })
})

const bus = 'unix:path=/run/user/1000/bus'
test.each<[address: string | undefined, env: Record<string, string>, backend: string | undefined, isTold: boolean]>([
  [bus, {}, undefined, true],
  [bus, { DBUS_SESSION_BUS_ADDRESS: '' }, undefined, true],
  [bus, {}, 'keyring.backends.SecretService.Keyring', true],
  [bus, {}, 'keyring.backends.chainer.ChainerBackend', true],
  [bus, { DBUS_SESSION_BUS_ADDRESS: bus }, undefined, false],
  [undefined, {}, undefined, false],
  [bus, {}, 'keyrings.alt.file.PlaintextKeyring', false],
  [bus, {}, 'keyring.backends.libsecret.Keyring', false],
])('the bus %s in %j for %s: told %s', (address, env, backend, isTold) => {
  const found = busShadow(address, env, backend)
  expect(found.map(({ hint }) => hint)).toEqual(isTold ? [`Type: export DBUS_SESSION_BUS_ADDRESS=${bus}`] : [])
})
