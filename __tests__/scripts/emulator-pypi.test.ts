// Needs Poetry.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { CodeartifactClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-codeartifact'
import { type Emulator, startEmulator } from '../../scripts/emulator/emulator.ts'
import { buildSdist, buildWheel } from '../../scripts/emulator/wheel.ts'
import { cleanEnv } from '../../scripts/testbed/clean-env.ts'
import { poetry } from '../../scripts/testbed/poetry.ts'
import { until } from '../helpers/until.ts'

const owner = '564131876131'
const credentials = { accessKeyId: 'AKIAUSER', secretAccessKey: 'user-secret' }
const blind = {
  accessKeyId: 'AKIABLIND',
  secretAccessKey: 'blind-secret',
  account: owner,
  deny: ['codeartifact:ReadFromRepository'],
}
const run = promisify(execFile)
let clock: Date
let emulator: Emulator

beforeEach(async () => {
  clock = new Date()
  emulator = await startEmulator({
    now: () => clock,
    users: [{ ...credentials, account: owner }, blind],
    domains: [
      {
        domain: 'my-domain',
        owner,
        region: 'us-east-1',
        repositories: ['dev', { name: 'frozen', deny: ['publish'] }, { name: 'secret', deny: ['read'] }],
      },
      { domain: 'other', owner, region: 'us-east-1', repositories: ['dev'] },
    ],
  })
  emulator.addPackage({
    domain: 'my-domain',
    repository: 'dev',
    name: 'My_Lib',
    version: '1.2.3',
    requiresPython: '>=3.8,<4',
  })
})

afterEach(() => emulator.close())

async function mint(domain = 'my-domain', keys = credentials): Promise<string> {
  const client = new CodeartifactClient({ region: 'us-east-1', endpoint: emulator.url, credentials: keys })
  const { authorizationToken = '' } = await client.send(new GetAuthorizationTokenCommand({ domain }))
  return authorizationToken
}

const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
const get = (path: string, authorization?: string, repository = 'dev') =>
  fetch(
    new URL(path, emulator.repositoryUrl('my-domain', repository)),
    authorization ? { headers: { authorization } } : {},
  )

function form(
  { filename, content }: { filename: string; content: Buffer },
  fields: Record<string, string> = {},
): FormData {
  const data = new FormData()
  const all = {
    ':action': 'file_upload',
    protocol_version: '1',
    name: 'My_Lib',
    version: '2.0',
    requires_python: '>=3.9',
    ...fields,
  }
  for (const [name, value] of Object.entries(all)) data.append(name, value)
  data.append('content', new Blob([new Uint8Array(content)]), filename)
  return data
}

const upload = (authorization: string, body: FormData, repository = 'dev') =>
  fetch(emulator.repositoryUrl('my-domain', repository), { method: 'POST', headers: { authorization }, body })

test('a project page links the files with their digest and the Pythons they want', async () => {
  const auth = basic('aws', await mint())
  const page = await (await get('simple/my-lib/', auth)).text()
  const link = /href="([^#]+\.whl)#sha256=([0-9a-f]{64})" data-requires-python="([^"]+)"/
  const [, href, digest, python] = link.exec(page) ?? []
  const file = Buffer.from(await (await get(`simple/my-lib/${href}`, auth)).arrayBuffer())
  expect(href).toBe('1.2.3/my_lib-1.2.3-py3-none-any.whl')
  expect(python).toBe('&#62;=3.8,&#60;4')
  expect(createHash('sha256').update(file).digest('hex')).toBe(digest)
})

test.each([
  ['simple/MY.lib/', 200],
  ['simple/my-lib', 200],
  ['simple/unknown/', 404],
  ['simple/', 404],
  ['simple/my-lib/1.2.3/other.whl', 404],
  ['simple/my-lib/9/my_lib-1.2.3-py3-none-any.whl', 404],
  ['../none/simple/my-lib/', 404],
  ['../../npm/dev/my-lib', 404],
])('%s: %d', async (path, status) => {
  expect((await get(path, basic('aws', await mint()))).status).toBe(status)
})

describe('who may read', () => {
  const refused = async (authorization?: string) => {
    const answer = await get('simple/my-lib/', authorization)
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="my-domain/dev"'])
    return emulator.requests.at(-1)
  }

  test('nobody without a token', async () => {
    expect(await refused()).toEqual({
      method: 'GET',
      path: '/pypi/dev/simple/my-lib/',
      domain: 'my-domain',
      repository: 'dev',
      authorization: false,
      user: undefined,
      token: undefined,
      status: 401,
    })
  })

  test('nobody with a made-up one', async () => {
    expect(await refused(basic('aws', 'eyJ2ZXIiOjEs'))).toMatchObject({
      authorization: true,
      user: 'aws',
      token: undefined,
    })
  })

  test('nobody under another name', async () => {
    expect(await refused(basic('ann', await mint()))).toMatchObject({ user: 'ann', token: 0 })
  })

  test('nobody with the token of another domain', async () => {
    await mint()
    expect(await refused(basic('aws', await mint('other')))).toMatchObject({ token: 1 })
  })

  test('nobody with a token whose time is over', async () => {
    const auth = basic('aws', await mint())
    clock = new Date(clock.getTime() + 43_200_000)
    expect(await refused(auth)).toMatchObject({ token: 0 })
  })

  test('nobody with a token that was ended', async () => {
    const auth = basic('aws', await mint())
    emulator.expireTokens()
    await refused(auth)
    expect((await get('simple/my-lib/', basic('aws', await mint()))).status).toBe(200)
  })

  test('not where the repository or the policy of the user says no', async () => {
    expect((await get('simple/my-lib/', basic('aws', await mint()), 'secret')).status).toBe(403)
    expect((await get('simple/my-lib/', basic('aws', await mint('my-domain', blind)))).status).toBe(403)
  })

  test('no token is ever in the records', async () => {
    const token = await mint()
    await get('simple/my-lib/', basic('aws', token))
    expect(JSON.stringify([emulator.requests, emulator.calls])).not.toContain(token.slice(200, 240))
    emulator.clearCalls()
    expect(emulator.requests).toEqual([])
  })
})

describe('uploads', () => {
  const wheel = buildWheel({ name: 'My_Lib', version: '2.0' })

  test('are served, once', async () => {
    const auth = basic('aws', await mint())
    const digest = createHash('sha256').update(wheel.content).digest('hex')
    expect((await upload(auth, form(wheel, { sha256_digest: digest }))).status).toBe(200)
    const file = await get(`simple/my-lib/2.0/${wheel.filename}`, auth)
    expect(Buffer.from(await file.arrayBuffer()).equals(wheel.content)).toBe(true)
    expect(await (await get('simple/my-lib/', auth)).text()).toContain(
      `2.0/${wheel.filename}#sha256=${digest}" data-requires-python="&#62;=3.9"`,
    )
    const again = await upload(auth, form(wheel))
    expect([again.status, again.headers.get('x-amzn-errortype')]).toEqual([409, 'ConflictException'])
    expect(emulator.requests.map(({ method, status }) => [method, status])).toEqual([
      ['POST', 200],
      ['GET', 200],
      ['GET', 200],
      ['POST', 409],
    ])
  })

  test.each([
    ['wrong digest', { sha256_digest: '0'.repeat(64) }, 400],
    ['another action', { ':action': 'submit' }, 400],
    ['no version', { version: '' }, 400],
  ])('%s', async (_, fields, status) => {
    expect((await upload(basic('aws', await mint()), form(wheel, fields))).status).toBe(status)
  })

  test('are refused where publishing is denied, and without a token', async () => {
    expect((await upload(basic('aws', await mint()), form(wheel), 'frozen')).status).toBe(403)
    expect((await upload(basic('aws', 'no'), form(wheel))).status).toBe(401)
  })
})

test('faults reach the package side too', async () => {
  const auth = basic('aws', await mint())
  emulator.faults.set('ReadFromRepository', { kind: 'throttle', retryAfter: 3, times: 1 })
  const answer = await get('simple/my-lib/', auth)
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '3'])
  expect((await get('simple/my-lib/', auth)).status).toBe(200)
})

test('a domain can have a port of its own choice', async () => {
  const port = await until(async () => {
    const { port: free } = new URL(emulator.repositoryUrl('my-domain', 'dev'))
    await emulator.close()
    // Somebody else may have taken it since.
    const again = await startEmulator({ ports: { domains: { 'my-domain': Number(free) } } }).catch(() => undefined)
    emulator = again ?? (await startEmulator())
    return again && free
  })
  expect(emulator.repositoryUrl('my-domain', 'shared')).toBe(`http://127.0.0.1:${port}/pypi/shared/`)
})

describe('real pip', () => {
  let home: string
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'emulator-'))
  })
  afterEach(() => rm(home, { recursive: true, force: true }))

  /** Only our index: none of the machine's pip settings may bring a package in. */
  const pip = (token: string, ...args: readonly string[]) => {
    const index = emulator.repositoryUrl('my-domain', 'dev').replace('//', `//aws:${token}@`)
    const flags = ['-I', '-m', 'pip', '--isolated', '--disable-pip-version-check', '--no-cache-dir', '--no-input']
    const env = cleanEnv(process.env, home, process.execPath) // past a proxy
    return run(poetry('2.5').python, [...flags, ...args, '--index-url', `${index}simple/`], { cwd: home, env })
  }

  test('installs a wheel with its dependency, and builds an sdist', async () => {
    const token = await mint()
    emulator.addPackage({
      domain: 'my-domain',
      repository: 'dev',
      name: 'ca-sync-demo-app',
      version: '1.0',
      dependencies: ['my.lib>=1'],
    })
    await pip(token, 'install', '--target', 'site', 'ca-sync-demo-app')
    expect(await readFile(join(home, 'site/my_lib/__init__.py'), 'utf8')).toBe('__version__ = "1.2.3"\n')
    await pip(token, 'install', '--target', 'built', '--no-binary', ':all:', 'my-lib')
    expect(await readdir(join(home, 'built'))).toContain('my_lib-1.2.3.dist-info')
    expect(new Set(emulator.requests.map(({ user, token }) => `${user} ${token}`))).toEqual(new Set(['aws 0']))
  })

  test('downloads what was uploaded', async () => {
    const token = await mint()
    const sdist = buildSdist({ name: 'My_Lib', version: '2.0' })
    await upload(basic('aws', token), form(sdist))
    await pip(token, 'download', '--no-deps', '--dest', 'files', 'my-lib==2.0')
    expect((await readFile(join(home, 'files', sdist.filename))).equals(sdist.content)).toBe(true)
  })

  test('is refused with an ended token', async () => {
    const token = await mint()
    emulator.expireTokens()
    await expect(pip(token, 'download', 'my-lib')).rejects.toMatchObject({ code: 1 })
    expect(new Set(emulator.requests.map(({ status }) => status))).toEqual(new Set([401]))
  })
})
