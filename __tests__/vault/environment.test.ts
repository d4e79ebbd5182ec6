import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { childEnvironment } from '../../src/vault/environment.ts'

const uid = process.getuid?.() ?? 0

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ca-sync-bus-'))
})
afterEach(() => rm(dir, { recursive: true }))

test('AWS keys and switches of Node stay outside, all else goes in', () => {
  const env = {
    HOME: '/home/dev',
    AWS_SESSION_TOKEN: 'a',
    Aws_Profile: 'b',
    NODE_OPTIONS: 'c',
    DBUS_SESSION_BUS_ADDRESS: 'd',
    NONE: undefined,
  }
  expect(childEnvironment(env, uid)).toEqual({ HOME: '/home/dev', DBUS_SESSION_BUS_ADDRESS: 'd' })
})

test('the bus is a socket of our own', async () => {
  const server = createServer().listen(join(dir, 'bus'))
  await once(server, 'listening')
  const env = { XDG_RUNTIME_DIR: dir }
  expect(childEnvironment(env, uid)).toEqual({ ...env, DBUS_SESSION_BUS_ADDRESS: `unix:path=${dir}/bus` })
  expect(childEnvironment(env, uid + 1)).toEqual(env)
  server.close()
})

test('a file in its place, or nothing, is no bus', async () => {
  const env = { XDG_RUNTIME_DIR: dir }
  expect(childEnvironment(env, uid)).toEqual(env)
  await writeFile(join(dir, 'bus'), '')
  expect(childEnvironment(env, uid)).toEqual(env)
})
