// Needs Poetry and a keyring.
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { jest } from '@jest/globals'
import { poetry } from '../../../scripts/testbed/poetry.ts'
import {
  box,
  closeAll,
  codes,
  handOver,
  handover,
  handoverPids,
  host,
  isGone,
  keyring,
  proc,
  request,
  token,
  until,
  venvWith,
  withBackend,
} from './handover-helpers.ts'

afterEach(closeAll)
jest.setTimeout(60_000)

describe.each(['2.5', '1.8'] as const)('Poetry %s and gnome-keyring', (line) => {
  const { python } = poetry(line)

  test('probe tells what is there', async () => {
    const at = await box()
    const session = handover(at, { python, env: { ...at.env, POETRY_CONFIG_DIR: '/elsewhere' } })
    const probe = await session.probe()
    expect(probe).toEqual({
      poetryVersion: expect.stringMatching(new RegExp(`^${line}\\.`)),
      configDir: '/elsewhere',
      backend: 'keyring.backends.SecretService.Keyring',
    })
    expect(await at.items()).toEqual([])
  })

  test('writes the entry that Poetry reads, and nothing new the second time', async () => {
    const at = await box()
    expect(await handOver(at, request(['dev', 'shared']), { python })).toEqual({
      ready: ['dev', 'shared'],
      failed: new Map(),
    })
    expect(await keyring(at, ['get', host, 'aws'], '', line)).toBe(token)
    const items = await at.items()
    expect(items).toHaveLength(1)
    await handOver(at, request(['dev', 'shared']), { python })
    expect(await at.items()).toEqual(items)
  })

  test('replaces an older token, removes entries by our names, leaves the others', async () => {
    const at = await box()
    await keyring(at, ['set', host, 'aws'], 'old', line)
    await keyring(at, ['set', 'poetry-repository-dev', 'aws'], 'stale', line)
    await keyring(at, ['set', 'poetry-repository-other', 'aws'], 'foreign', line)
    expect((await handOver(at, request(), { python })).ready).toEqual(['dev'])
    const kept = (await at.items()).map(({ attributes, secret }) => [attributes['service'], secret])
    expect(kept.sort()).toEqual([
      [host, token],
      ['poetry-repository-other', 'foreign'],
    ])
  })

  test('removes what it is told, and nothing else', async () => {
    const at = await box()
    const kept = ['poetry-repository-dev', 'other.example', `https://${host}/pypi/my-repo/`]
    for (const service of [host, ...kept]) await keyring(at, ['set', service, 'aws'], 'secret', line)
    await keyring(at, ['set', host, 'somebody'], 'secret', line)
    const session = handover(at, { python })
    await session.probe()
    const entries = [host, 'not.there'].map((service) => ({ service, username: 'aws' }))
    expect(await session.remove(entries)).toEqual(new Map())
    const left = (await at.items()).map(({ attributes }) => `${attributes['username']} ${attributes['service']}`)
    expect(left.sort()).toEqual([...kept.map((service) => `aws ${service}`), `somebody ${host}`].sort())
  })

  test('says what hides the token, and serves the other names', async () => {
    const at = await box()
    await keyring(at, ['set', 'poetry-repository-dev', 'aws'], 'by hand', line)
    const asked = request(['dev', 'shared'])
    const result = await handOver(at, { ...asked, remove: [] }, { python })
    expect(result.ready).toEqual(['shared'])
    expect(codes(result)).toEqual({ dev: 'KEYRING_FAILED' })
    expect(result.failed.get('dev')?.message).toContain('poetry-repository-dev in keyring.backends.SecretService')
  })

  test('an entry for the URL comes before the one for the host', async () => {
    const at = await box()
    await keyring(at, ['set', `https://${host}/pypi/my-repo/`, 'aws'], 'by hand', line)
    const result = await handOver(at, request(), { python })
    expect(result.failed.get('dev')?.message).toContain(`https://${host}/pypi/my-repo/`)
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
  expect(await until(() => handoverPids().length === 0)).toBe(true)
})
