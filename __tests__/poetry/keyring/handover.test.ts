// Needs Poetry and a keyring.
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { jest } from '@jest/globals'
import type { Box } from '../../../scripts/testbed/box.ts'
import { poetry } from '../../../scripts/testbed/poetry.ts'
import { handoverContract, type KeyringAtHand } from './contract.ts'
import {
  box,
  closeAll,
  handOver,
  handover,
  handoverPids,
  isGone,
  keyring,
  noHandover,
  proc,
  request,
  venvWith,
  withBackend,
} from './handover-helpers.ts'

afterEach(closeAll)
jest.setTimeout(120_000)

describe.each(['2.5', '1.8'] as const)('Poetry %s and gnome-keyring', (line) => {
  const { python } = poetry(line)
  let at: Box
  beforeEach(async () => {
    at = await box()
  })
  const atHand = (): KeyringAtHand => ({
    open: () => handover(at, { python }),
    get: (service) => keyring(at, ['get', service, 'aws'], '', line),
    async set(...entries) {
      for (const [service, user, secret] of entries) await keyring(at, ['set', service, user], secret, line)
    },
    entries: async () =>
      (await at.items()).map(({ attributes }) => `${attributes['username']} ${attributes['service']}`),
    clear: async () => undefined, // each test has a box of its own
  })
  const backend = /^keyring\.backends\.SecretService\.Keyring$/
  handoverContract(atHand, { backend, poetry: new RegExp(`^${line}\\.`) })

  test('probe tells the config folder that Poetry itself uses', async () => {
    const session = handover(at, { python, env: { ...at.env, POETRY_CONFIG_DIR: '/elsewhere' } })
    expect(await session.probe()).toMatchObject({ configDir: '/elsewhere' })
  })
})

test('a hostile project is never imported', async () => {
  const at = await box()
  const marker = join(at.dir, 'imported')
  for (const name of ['keyring', 'poetry', 'sitecustomize', 'usercustomize', 'json', 'secretstorage'])
    await writeFile(join(at.home, `${name}.py`), `open(${JSON.stringify(marker)}, 'a').write(${JSON.stringify(name)})`)
  const editable = await venvWith(at, at.home)
  for (const python of [poetry('2.5').python, poetry('1.8').python, editable]) {
    const env = { ...at.env, PYTHONPATH: at.home, PYTHONSTARTUP: join(at.home, 'keyring.py') }
    expect((await handOver(at, request(), { python, env })).ready).toEqual(['dev'])
  }
  expect(existsSync(marker)).toBe(false)
})

test('the token is in neither argv nor environment, and AWS variables do not reach Python', async () => {
  const at = await box()
  const session = handover(at, { env: { ...at.env, AWS_SECRET_ACCESS_KEY: 'aws-secret', CA_SYNC_POETRY: 'ours' } })
  await session.probe()
  await session.apply(request())
  const [pid] = handoverPids()
  const seen = proc(pid as number, 'cmdline') + proc(pid as number, 'environ')
  expect(seen).toContain('DBUS_SESSION_BUS_ADDRESS')
  expect(seen).not.toMatch(/aws-secret|CA_SYNC|eyJ/)
  session.close()
  session.close()
  expect(await isGone(pid as number)).toBe(true)
})

test('an entry that cannot be removed does not stop the others', async () => {
  const at = await box()
  const refusing = `def delete_password(self, service, username):
    if service == 'kept.example': raise PasswordDeleteError('no')
    del self.kept[service, username]
def get_password(self, service, username): return 'secret' if service == 'kept.example' else self.kept.get((service, username))`
  const session = handover(at, await withBackend(at, refusing))
  await session.probe()
  const failed = await session.remove(['kept.example', 'x.example'].map((service) => ({ service, username: 'aws' })))
  expect([...failed].map(([service, { code, message }]) => [service, code, message])).toEqual([
    ['kept.example', 'KEYRING_FAILED', expect.stringContaining('kept.example')],
  ])
})

test('a closed session says so', async () => {
  const session = handover(await box())
  session.close()
  await expect(session.probe()).rejects.toMatchObject({ code: 'KEYRING_FAILED' })
  expect(await noHandover()).toBe(true)
})

test.each([
  ['nothing', [], '1.4.2'],
  ['its own package', ['poetry-1.5.0.dist-info'], '1.5.0'],
  ['two of them, as after half an upgrade', ['poetry-1.5.0.dist-info', 'poetry-1.6.0.dist-info'], '1.4.2'],
  ['others of a like name', ['poetry_core-1.9.1.dist-info', 'poetry-plugin-up-0.1.dist-info'], '1.4.2'],
])('the version of a Poetry that has %s beside it', async (_, beside, version) => {
  const at = await box()
  const first = join(at.dir, 'first')
  for (const name of ['poetry', ...beside]) await mkdir(join(first, name), { recursive: true })
  await writeFile(join(first, 'poetry/__version__.py'), '__version__ = "1.4.2"\n')
  await writeFile(join(first, 'poetry/locations.py'), 'CONFIG_DIR = "/nowhere"\n')
  const session = handover(at, { python: await venvWith(at, first) })
  expect(await session.probe()).toMatchObject({ poetryVersion: version, configDir: '/nowhere' })
})
