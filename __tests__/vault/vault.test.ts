// Needs a keyring.
import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { build } from 'esbuild'
import { type Box, openBox } from '../../scripts/testbed/box.ts'
import { checkout } from '../../scripts/testbed/checkout.ts'
import type { KeyringState } from '../../scripts/testbed/keyring.ts'
import { openVault, type VaultOptions } from '../../src/vault/vault.ts'
import { buildVaultChild } from '../helpers/build-vault.ts'
import { until } from '../helpers/until.ts'
import { vaultContract } from './contract.ts'

type Child = Awaited<ReturnType<typeof buildVaultChild>>
type TestVault = ReturnType<typeof openVault>

let child: Child
beforeAll(async () => {
  child = await buildVaultChild()
})
afterAll(() => child.remove())

/** Enough for a busy machine: a hanging test must fail, a slow one must not. */
const PATIENCE_MS = 30_000

const opened: TestVault[] = []
afterEach(() => {
  for (const vault of opened.splice(0)) vault.close()
})

function vaultIn(box: Box, options: Partial<VaultOptions> = {}): TestVault {
  const vault = openVault({
    node: process.execPath,
    script: child.script,
    env: box.env,
    platform: process.platform,
    uid: process.getuid?.(),
    limitMs: PATIENCE_MS,
    budgetMs: 10 * PATIENCE_MS,
    ...options,
  })
  opened.push(vault)
  return vault
}

async function withBox(keyring: KeyringState, act: (box: Box) => Promise<void>): Promise<void> {
  const box = await openBox({ keyring })
  try {
    await act(box)
  } finally {
    await box.close()
  }
}

test('a job on a Mac reads only what it has written itself: for all else a window would open', async () => {
  await withBox('unlocked', async (box) => {
    const before = vaultIn(box)
    await before.write('key', 'of an older Node')
    const vault = vaultIn(box, { platform: 'darwin', unattended: true })
    expect(await vault.read('key')).toBeUndefined()
    await vault.write('key', 'new')
    expect([await vault.read('key'), await before.read('key')]).toEqual(['new', 'new'])
    const byHand = vaultIn(box, { platform: 'darwin' })
    expect(await byHand.read('key')).toBe('new')
  })
})

const proc = (...path: string[]) => readFile(join('/proc', ...path), 'utf8').catch(() => '')

/** The pids of the processes that run the child's script. */
async function children(): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const lines = await Promise.all(pids.map((pid) => proc(pid, 'cmdline')))
  return pids.filter((_, index) => lines[index]?.includes(child.script) && !lines[index]?.startsWith('/bin/sh'))
}

const noChild = () => until(async () => (await children()).length === 0)

/** The child, once it is Node: while one program becomes another, /proc tells nothing of it. */
const oneChild = () =>
  until(async () => {
    const [pid, ...others] = await children()
    return others.length === 0 && pid
  })

/** Waits until a process is in the middle of libsecret's work, which GLib's threads show. */
const inLibsecret = (pid: string) =>
  until(async () => {
    const threads = await readdir(`/proc/${pid}/task`)
    const names = await Promise.all(threads.map((thread) => proc(pid, 'task', thread, 'comm')))
    return names.includes('gdbus\n')
  })

describe('the contract, on a real keyring', () => {
  let box: Box
  let vault: TestVault
  beforeAll(async () => {
    box = await openBox()
  })
  beforeEach(() => {
    vault = vaultIn(box)
  })
  afterAll(() => box.close())
  vaultContract(() => vault)
})

test('an item is under a service of our own', () =>
  withBox('unlocked', async (box) => {
    await vaultIn(box).write('account', 'secret')
    expect(await box.items()).toEqual([
      {
        label: 'ca-sync/account',
        attributes: expect.objectContaining({ service: 'ca-sync', account: 'account' }),
        secret: 'secret',
      },
    ])
  }))

test.each<[KeyringState, string]>([
  ['locked', 'is locked'],
  ['no-collection', 'no keyring to store in'],
  ['no-service', 'no keyring service'],
  ['no-bus', 'no desktop session bus'],
])('%s: writing fails and says so', (keyring, message) =>
  withBox(keyring, async (box) => {
    const failure = { code: 'VAULT_FAILED', message: expect.stringContaining(message) }
    await expect(vaultIn(box).write('a', 'b')).rejects.toMatchObject(failure)
  }),
)

test('locked: reads as absent, and heals', () =>
  withBox('unlocked', async (box) => {
    const vault = vaultIn(box)
    await vault.write('a', 'b')
    await box.lockKeyring()
    expect(await vault.read('a')).toBeUndefined()
    await vault.remove('a')
    await box.unlockKeyring()
    expect(await vault.read('a')).toBe('b')
  }))

const silent = { code: 'VAULT_FAILED', message: expect.stringContaining('the keyring did not answer in') }

test(
  'a silent keyring: the call ends, its child too, and the next call works',
  () =>
    withBox('unlocked', async (box) => {
      const vault = vaultIn(box, { limitMs: 8_000 })
      await vault.write('a', 'b')
      box.stopKeyring()
      await expect(vault.read('a')).rejects.toMatchObject(silent)
      await noChild()
      box.continueKeyring()
      expect(await vault.read('a')).toBe('b')
    }),
  PATIENCE_MS,
)

test(
  'a silent keyring: with the budget spent, nothing is asked any more',
  () =>
    withBox('unlocked', async (box) => {
      const vault = vaultIn(box, { limitMs: 1000, budgetMs: 1000 })
      box.stopKeyring()
      const calls = [vault.read('a'), vault.write('a', 'c'), vault.remove('a')]
      expect(await Promise.allSettled(calls)).toMatchObject(calls.map(() => ({ reason: silent })))
      box.continueKeyring()
      await expect(vault.read('a')).rejects.toMatchObject(silent)
      await noChild()
    }),
  PATIENCE_MS,
)

test('the bus is found where nobody set it', () =>
  withBox('unlocked', async (box) => {
    const { DBUS_SESSION_BUS_ADDRESS: _, ...bare } = box.env
    const vault = vaultIn(box, { env: bare })
    await vault.write('a', 'b')
    expect(await box.items()).toHaveLength(1)
  }))

test('no secret on the command line or in the environment, ours or AWS', () =>
  withBox('unlocked', async (box) => {
    const vault = vaultIn(box, { env: { ...box.env, AWS_SECRET_ACCESS_KEY: 'aws-secret' } })
    await vault.write('account', 'vault-secret')
    const pid = await oneChild()
    const seen = (await proc(pid, 'cmdline')) + (await proc(pid, 'environ'))
    expect(seen).toContain(box.dir)
    expect(seen).not.toMatch(/vault-secret|aws-secret/)
  }))

test('close ends the child; a later call starts another', () =>
  withBox('unlocked', async (box) => {
    const vault = vaultIn(box)
    await vault.write('a', 'b')
    await oneChild()
    vault.close()
    vault.close()
    await noChild()
    expect(await vault.read('a')).toBe('b')
  }))

test('started before its first call, it asks the keyring nothing', () =>
  withBox('unlocked', async (box) => {
    const vault = vaultIn(box)
    box.stopKeyring()
    vault.start()
    vault.start()
    const pid = await oneChild()
    await until(async () => (await proc(pid, 'maps')).includes('libsecret'))
    expect(
      await Promise.all((await readdir(`/proc/${pid}/task`)).map((one) => proc(pid, 'task', one, 'comm'))),
    ).not.toContain('gdbus\n')
    box.continueKeyring()
    await vault.write('a', 'b')
    expect(await children()).toEqual([pid])
  }))

test(
  'the child goes with a parent that is killed, in the middle of a call that hangs',
  () =>
    withBox('unlocked', async (box) => {
      const bundle = join(dirname(child.script), 'parent.mjs')
      const contents = `import { openVault } from './src/vault/vault.ts'
        const { execPath: node, env, platform } = process
        openVault({ node, script: ${JSON.stringify(child.script)}, env, platform, uid: undefined, limitMs: ${PATIENCE_MS} }).read('a')`
      const stdin = { contents, resolveDir: checkout(), loader: 'ts' as const }
      await build({ stdin, outfile: bundle, bundle: true, platform: 'node', format: 'esm' })
      box.stopKeyring()
      const parent = spawn(process.execPath, [bundle], { env: box.env })
      await inLibsecret(await oneChild())
      parent.kill('SIGKILL')
      await noChild()
    }),
  PATIENCE_MS,
)

test('keytar that cannot be loaded', async () => {
  const elsewhere = await buildVaultChild(tmpdir())
  const vault = openVault({
    node: process.execPath,
    script: elsewhere.script,
    env: {},
    platform: process.platform,
    uid: undefined,
  })
  try {
    await expect(vault.read('a')).rejects.toThrow('the keyring module keytar does not load on this machine')
  } finally {
    vault.close()
    await elsewhere.remove()
  }
})

test.each([
  ['a child that cannot start', { node: '/nowhere/node' }, /helper .* ended \(.*ENOENT/],
  ['a child that is not there', { script: '/tmp/no-such-vault.js' }, /helper .* ended \(exit code 1\)/],
])('%s', async (_, options, message) => {
  const vault = openVault({
    node: process.execPath,
    script: child.script,
    env: {},
    platform: process.platform,
    uid: undefined,
    ...options,
  })
  vault.start()
  await expect(vault.read('a')).rejects.toThrow(message)
  await expect(vault.read('a')).rejects.toThrow(message)
  vault.start()
  await setTimeout(200)
  await expect(vault.read('a')).rejects.toThrow(message)
})

test.each(['warning: libsecret', 'null', '{}', '"text"', ''])('a child that says %j', async (line) => {
  const folder = await mkdtemp(join(tmpdir(), 'ca-sync-vault-'))
  const script = join(folder, 'child.mjs')
  await writeFile(script, `process.stdin.on('data', () => console.log(${JSON.stringify(line)}))`)
  const vault = openVault({
    node: process.execPath,
    script,
    env: process.env,
    platform: process.platform,
    uid: undefined,
    limitMs: PATIENCE_MS,
  })
  opened.push(vault)
  await expect(vault.read('a')).rejects.toMatchObject({
    code: 'VAULT_FAILED',
    message: expect.stringContaining('no proper answer'),
  })
  await rm(folder, { recursive: true })
})
