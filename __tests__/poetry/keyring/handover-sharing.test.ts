// Needs Poetry and a keyring.
import { spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { jest } from '@jest/globals'
import type { Box } from '../../../scripts/testbed/box.ts'
import { poetry } from '../../../scripts/testbed/poetry.ts'
import { run } from '../../../scripts/testbed/run.ts'
import type { HandoverRequest } from '../../../src/core/ports/poetry-python.ts'
import type { TalkOptions } from '../../../src/poetry/keyring/talk.ts'
import { until } from '../../helpers/until.ts'
import {
  box,
  closeAll,
  codes,
  handOver,
  handover,
  host,
  keyring,
  request,
  token,
  venvWith,
} from './handover-helpers.ts'

afterEach(closeAll)
jest.setTimeout(120_000)

/** The calls that the bus saw to the Secret Service while something was done, by their names. */
async function calls(at: Box, work: () => Promise<unknown>): Promise<Map<string, number>> {
  const filter = "type='method_call',destination='org.freedesktop.secrets'"
  const monitor = spawn('dbus-monitor', ['--session', filter], { env: at.env, stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  monitor.stdout.setEncoding('utf8').on('data', (more: string) => {
    said += more
  })
  await until(() => said !== '')
  await work()
  // What is seen of the last call is all that there was.
  const last = ['--session', '--print-reply', '--dest=org.freedesktop.secrets', '/', 'org.freedesktop.DBus.Peer.Ping']
  await run('dbus-send', last, { env: at.env })
  await until(() => said.includes('member=Ping\n'))
  monitor.kill()
  const found = new Map<string, number>()
  for (const [, name = ''] of said.matchAll(/^method call .* member=(\w+)$/gm))
    found.set(name, (found.get(name) ?? 0) + 1)
  return found
}

const sum = (found: ReadonlyMap<string, number>): number => [...found.values()].reduce((a, b) => a + b, 0)

/** As many sources of one domain, each with its own repository. */
function sources(count: number): HandoverRequest {
  const names = Array.from({ length: count }, (_, index) => `source-${index}`)
  const asked = request(names)
  const urls = (name: string) => ['', 'simple', 'simple/'].map((end) => `https://${host}/pypi/${name}/${end}`)
  return {
    ...asked,
    remove: names.flatMap((name) => [
      { service: `poetry-repository-${name}`, username: 'aws' },
      ...urls(name).map((service) => ({ service, username: 'aws' })),
    ]),
    check: asked.check.flatMap((look) => urls(look.name).map((url) => ({ ...look, url }))),
  }
}

describe.each(['2.5', '1.8'] as const)('Poetry %s and gnome-keyring', (line) => {
  const { python } = poetry(line)

  test('one session for all, one more to prove it, and few calls for each source', async () => {
    const at = await box()
    const few = await calls(at, () => handOver(at, sources(2), { python }))
    const many = await calls(at, () => handOver(at, sources(22), { python }))
    expect([few.get('OpenSession'), many.get('OpenSession')]).toEqual([2, 2])
    expect(many.get('Delete')).toBeUndefined()
    // A look-up of what is not there is three calls: one by name, and one for each of three URLs.
    expect(sum(many) - sum(few)).toBeLessThanOrEqual(20 * 12)
  })

  test('a new token replaces what is there, which is not asked for before', async () => {
    const at = await box()
    await keyring(at, ['set', host, 'aws'], 'older', line)
    const asked = request(['dev'])
    const others = await calls(at, () => handOver(at, request(['dev'], `${token}1`), { python }))
    const seen = await calls(at, () => handOver(at, { ...asked, new: true }, { python }))
    expect((await at.items()).map(({ secret }) => secret)).toEqual([token])
    expect([others.get('GetSecret'), seen.get('GetSecret')]).toEqual([3, 1])
  })

  test('keys are exchanged after the probe, while AWS is asked', async () => {
    const at = await box()
    const seen = await calls(at, async () => {
      const session = handover(at, { python })
      await session.probe()
      await session.apply({ remove: [], write: [], check: [] })
    })
    expect(seen.get('OpenSession')).toBe(1)
  })

  test('what is there goes, among much that is not', async () => {
    const at = await box()
    const hiding = ['poetry-repository-source-3', `https://${host}/pypi/source-1/simple/`]
    for (const service of [...hiding, 'other.example']) await keyring(at, ['set', service, 'aws'], 'stale', line)
    const { ready, failed } = await handOver(at, sources(5), { python })
    expect([ready.length, failed.size]).toEqual([5, 0])
    expect((await at.items()).map(({ attributes }) => attributes['service']).sort()).toEqual([host, 'other.example'])
  })
})

/** Poetry's Python with a secretstorage that is the real one, changed. */
async function changed(at: Box, change: string): Promise<Partial<TalkOptions>> {
  const where = 'import secretstorage; print(secretstorage.__file__)'
  const { stdout } = await run(poetry('2.5').python, ['-c', where], { env: at.env })
  const file = JSON.stringify(stdout.trim())
  const folder = join(at.dir, 'changed')
  await mkdir(join(folder, 'secretstorage'), { recursive: true })
  const lines = ['import os', `__path__ = [os.path.dirname(${file})]`, `exec(open(${file}).read())`, change]
  await writeFile(join(folder, 'secretstorage/__init__.py'), lines.join('\n'))
  return { python: await venvWith(at, folder) }
}

const isShared = "'close' in vars(self.connection)"

describe.each([false, true])('where sharing does not do, the plain way does (a new token: %s)', (isNew) => {
  test.each([
    [
      'a connection that cannot be kept open',
      `real_init = dbus_init
class Closed:
    __slots__ = ('bus',)
    def __init__(self, bus): self.bus = bus
    def __getattr__(self, name): return getattr(self.bus, name)
def dbus_init(): return Closed(real_init())`,
    ],
    [
      'a session that serves once',
      `real_secret = Item.get_secret
def get_secret(self):
    if getattr(self.session, 'used', False): raise SecretStorageException('No such session')
    secret = real_secret(self)
    self.session.used = True
    return secret
Item.get_secret = get_secret`,
    ],
    [
      'a service whose search wants all attributes',
      `real_search = Collection.search_items
Collection.search_items = lambda self, attributes: real_search(self, attributes) if 'service' in attributes else iter(())`,
    ],
    [
      'a shared connection that finds nothing',
      `real_search = Collection.search_items
Collection.search_items = lambda self, attributes: iter(()) if ${isShared} else real_search(self, attributes)`,
    ],
    [
      'a shared connection that refuses to write',
      `real_item = Collection.create_item
def create_item(self, *given, **more):
    if ${isShared}: raise SecretStorageException('not this one')
    return real_item(self, *given, **more)
Collection.create_item = create_item`,
    ],
  ])('%s', async (_, change) => {
    const at = await box()
    const options = await changed(at, change)
    await keyring(at, ['set', 'poetry-repository-dev', 'aws'], 'stale')
    expect(await handOver(at, { ...request(['dev', 'shared']), new: isNew }, options)).toEqual({
      ready: ['dev', 'shared'],
      failed: new Map(),
    })
    expect((await at.items()).map(({ attributes, secret }) => [attributes['service'], secret])).toEqual([[host, token]])
  })
})

test('nothing is ready that only the shared connection has seen', async () => {
  const at = await box()
  const options = await changed(
    at,
    `real_search = Collection.search_items
Collection.search_items = lambda self, attributes: real_search(self, attributes) if ${isShared} else iter(())`,
  )
  expect(codes(await handOver(at, request(['dev', 'shared']), options))).toEqual({
    dev: 'KEYRING_FAILED',
    shared: 'KEYRING_FAILED',
  })
})

test('what stands in the way of one source is looked at twice, the others are served', async () => {
  const at = await box()
  await keyring(at, ['set', 'poetry-repository-dev', 'aws'], 'by hand')
  const asked = request(['dev', 'shared', 'qa'])
  const result = await handOver(at, { ...asked, remove: [] })
  expect(result.ready).toEqual(['shared', 'qa'])
  expect(codes(result)).toEqual({ dev: 'KEYRING_FAILED' })
})
