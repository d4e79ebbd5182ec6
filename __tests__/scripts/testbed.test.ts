// Needs Poetry and a keyring.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Box, openBox } from '../../scripts/testbed/box.ts'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { cleanEnv } from '../../scripts/testbed/clean-env.ts'
import type { KeyringState } from '../../scripts/testbed/keyring.ts'
import { poetry } from '../../scripts/testbed/poetry.ts'
import { run } from '../../scripts/testbed/run.ts'

const SET = 'import keyring; keyring.set_password("host", "aws", "token")'
const GET = 'import keyring; print(keyring.get_password("host", "aws"))'

const python = (box: Box, code: string, timeoutMs?: number) =>
  run(poetry('2.5').python, ['-c', code], { env: box.env, cwd: box.home, ...(timeoutMs && { timeoutMs }) })

async function inBox(keyring: KeyringState, test: (box: Box) => Promise<void>): Promise<void> {
  const box = await openBox({ keyring })
  try {
    await test(box)
  } finally {
    await box.close()
  }
}

test('an unlocked box takes an item, and shows it', () =>
  inBox('unlocked', async (box) => {
    expect(await python(box, SET)).toMatchObject({ code: 0, stderr: '' })
    expect(await box.items()).toEqual([
      {
        label: "Password for 'aws' on 'host'",
        attributes: expect.objectContaining({ service: 'host', username: 'aws' }),
        secret: 'token',
      },
    ])
  }))

test('a locked one refuses, and heals', () =>
  inBox('locked', async (box) => {
    expect((await python(box, SET)).stderr).toMatch('KeyringLocked')
    await expect(box.items()).resolves.toEqual([])
    await box.unlockKeyring()
    expect(await python(box, SET)).toMatchObject({ code: 0 })
    await box.lockKeyring()
    await expect(box.items()).rejects.toThrow('LockedException')
    await box.unlockKeyring()
    expect(await box.items()).toHaveLength(1)
  }))

test('a stopped one is silent until it goes on', () =>
  inBox('unlocked', async (box) => {
    await python(box, SET)
    box.stopKeyring()
    expect(await python(box, GET, 1500)).toEqual({ code: null, signal: 'SIGKILL', stdout: '', stderr: '' })
    box.continueKeyring()
    expect(await python(box, GET)).toMatchObject({ stdout: 'token\n' })
  }))

test.each<[KeyringState, string]>([
  ['no-collection', 'InitError'],
  ['no-service', 'NoKeyringError'],
  ['no-bus', 'NoKeyringError'],
])('%s', (keyring, error) => inBox(keyring, async (box) => expect((await python(box, SET)).stderr).toMatch(error)))

/** The processes with `dir` in their environment. */
const processesOf = async (dir: string) =>
  (await run('sh', ['-c', `grep -lsaF -- "${dir}" /proc/[0-9]*/environ`], { env: { PATH: '/usr/bin:/bin' } })).stdout

test('close ends the bus and the keyring and removes the folder, twice too', async () => {
  const box = await openBox()
  box.stopKeyring()
  expect(await processesOf(box.dir)).not.toBe('')
  await box.close()
  await box.close()
  expect(existsSync(box.dir)).toBe(false)
  expect(await processesOf(box.dir)).toBe('')
})

test('a box goes with the process that opened it', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'ca-sync-box-'))
  const open = `require('node:child_process').spawn(process.argv[1], process.argv.slice(2), { stdio: ['pipe', 'inherit', 'inherit'], detached: true })`
  const opener = spawn(process.execPath, ['-e', open, checkout('scripts/testbed/session.sh'), dir, 'unlocked'], {
    env: {
      PATH: '/usr/bin:/bin',
      HOME: dir,
      XDG_RUNTIME_DIR: dir,
      DBUS_SESSION_BUS_ADDRESS: `unix:path=${dir}/bus`,
      BOX_PASSWORD: 'x',
    },
  })
  await once(opener.stdout, 'data')
  opener.kill('SIGKILL')
  await once(opener, 'close') // its stdout is the session's too: closed when both have ended
  expect(existsSync(dir)).toBe(false)
  expect(await processesOf(dir)).toBe('')
})

test('nothing of the environment outside gets in, but the way to the registries', () => {
  const outer = {
    HOME: '/root',
    PATH: '/root/bin',
    AWS_PROFILE: 'a',
    POETRY_HOME: 'b',
    CI: '1',
    PYTHON_KEYRING_BACKEND: 'c',
    DISPLAY: ':0',
    NODE_EXTRA_CA_CERTS: 'd',
    PIP_INDEX_URL: 'e',
    npm_config_registry: 'f',
    SSL_CERT_FILE: 'g',
    https_proxy: 'h',
    NO_PROXY: 'i',
  }
  expect(cleanEnv(outer, '/box', '/opt/node/bin/node')).toEqual({
    PIP_INDEX_URL: 'e',
    npm_config_registry: 'f',
    SSL_CERT_FILE: 'g',
    https_proxy: 'h',
    NO_PROXY: 'localhost,127.0.0.1,i',
    no_proxy: 'localhost,127.0.0.1,i',
    HOME: '/box',
    PATH: '/opt/node/bin:/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin',
    LANG: 'C.UTF-8',
    TERM: 'dumb',
  })
})

describe('run', () => {
  const env = { PATH: '/usr/bin:/bin' }
  test('gives input, output and the exit code', async () =>
    expect(await run('sh', ['-c', 'cat; echo err >&2; exit 3'], { env, input: 'in' })).toEqual({
      code: 3,
      signal: null,
      stdout: 'in',
      stderr: 'err\n',
    }))
  test('a program that reads nothing', async () =>
    expect(await run('true', [], { env, input: 'x'.repeat(1e6) })).toMatchObject({ code: 0 }))
  test('the timeout ends grandchildren too', async () =>
    expect(await run('sh', ['-c', 'sleep 60 & wait'], { env, timeoutMs: 200 })).toMatchObject({ signal: 'SIGKILL' }))
  test('what cannot be started throws', () => expect(run('/nowhere', [], { env })).rejects.toThrow('ENOENT'))
})
