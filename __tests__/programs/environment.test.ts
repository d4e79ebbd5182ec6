import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { helperEnvironment } from '../../src/programs/environment.ts'

const uid = process.getuid?.() ?? 0
const inside = (env: NodeJS.ProcessEnv, user = uid) => helperEnvironment({ env, platform: 'linux', uid: user })

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ca-sync-bus-'))
})
afterEach(() => rm(dir, { recursive: true }))

test('AWS keys, our own settings, switches of Node and Python stay outside, all else goes in', () => {
  const env = {
    HOME: '/home/dev',
    AWS_SESSION_TOKEN: 'a',
    Aws_Profile: 'b',
    NODE_OPTIONS: 'c',
    CA_SYNC_POETRY: 'e',
    PYTHONPATH: 'f',
    PYTHON_KEYRING_BACKEND: 'keyring.backends.null.Keyring',
    DBUS_SESSION_BUS_ADDRESS: 'd',
    NONE: undefined,
  }
  expect(inside(env)).toEqual({
    HOME: '/home/dev',
    PYTHON_KEYRING_BACKEND: 'keyring.backends.null.Keyring',
    DBUS_SESSION_BUS_ADDRESS: 'd',
  })
})

test('the bus is a socket of our own', async () => {
  const server = createServer().listen(join(dir, 'bus'))
  await once(server, 'listening')
  const env = { XDG_RUNTIME_DIR: dir }
  expect(inside(env)).toEqual({ ...env, DBUS_SESSION_BUS_ADDRESS: `unix:path=${dir}/bus` })
  expect(inside(env, uid + 1)).toEqual(env)
  server.close()
})

test('a file in its place, or nothing, is no bus', async () => {
  const env = { XDG_RUNTIME_DIR: dir }
  expect(inside(env)).toEqual(env)
  await writeFile(join(dir, 'bus'), '')
  expect(inside(env)).toEqual(env)
})

test('on Windows, what a helper starts itself is not looked for in the current folder either', () => {
  const env = { aws_secret_access_key: 'a', Path: 'C:\\x' }
  expect(helperEnvironment({ env, platform: 'win32', uid: undefined })).toEqual({
    Path: 'C:\\x',
    NoDefaultCurrentDirectoryInExePath: '1',
  })
})
