// Needs Poetry and a keyring.
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { jest } from '@jest/globals'
import { build } from 'esbuild'
import { poetry } from '../../../scripts/testbed/poetry.ts'
import { until } from '../../helpers/until.ts'
import {
  box,
  closeAll,
  codes,
  handOver,
  handover,
  host,
  isGone,
  noHandover,
  oneHandover,
  proc,
  request,
  token,
  withBackend,
} from './handover-helpers.ts'

afterEach(closeAll)
jest.setTimeout(120_000)

const processes = () => readdirSync('/proc').map(Number).filter(Boolean)
const lines = ['2.5', '1.8'] as const
const probing = async (...args: Parameters<typeof handover>) => handover(...args).probe()

describe.each(lines)('a keyring that cannot take entries, Poetry %s', (line) => {
  const { python } = poetry(line)

  test.each([
    ['locked', true, 'KEYRING_LOCKED'],
    ['locked', false, 'KEYRING_LOCKED'],
    ['no-collection', true, 'KEYRING_ABSENT'],
    ['no-collection', false, 'KEYRING_ABSENT'],
    ['no-service', true, 'KEYRING_ABSENT'],
    ['no-service', false, 'KEYRING_ABSENT'],
    ['no-bus', true, 'KEYRING_ABSENT'],
    ['no-bus', false, 'KEYRING_ABSENT'],
  ] as const)('%s, unattended %s: %s', async (keyring, unattended, code) => {
    const at = await box({ keyring })
    let asked = 0
    const options = { python, unattended, budgetMs: 120_000, onWaiting: () => asked++ }
    await expect(probing(at, options)).rejects.toMatchObject({ code, hint: expect.stringMatching(/\w/) })
    expect(asked).toBe(!unattended && ['locked', 'no-collection'].includes(keyring) ? 1 : 0)
  })
})

test.each([
  ['2.5', true],
  ['2.5', false],
  ['1.8', true],
] as const)('a service that never answers, Poetry %s, unattended %s', async (line, unattended) => {
  const { python } = poetry(line)
  const at = await box()
  at.stopKeyring()
  await expect(probing(at, { python, unattended })).rejects.toMatchObject({ code: 'KEYRING_SILENT' })
  expect(await noHandover()).toBe(true)
  at.continueKeyring()
  expect((await handOver(at, request(), { python })).ready).toEqual(['dev'])
})

test('a bus that never answers', async () => {
  const at = await box()
  const [bus] = processes().filter(
    (pid) => proc(pid, 'cmdline').includes(`${at.dir}/bus.conf`) && proc(pid, 'cmdline').startsWith('dbus-daemon'),
  )
  process.kill(bus as number, 'SIGSTOP')
  for (const name of [undefined, 'keyring.backends.SecretService.Keyring']) {
    const env = { ...at.env, PYTHON_KEYRING_BACKEND: name }
    await expect(probing(at, { env })).rejects.toMatchObject({ code: 'KEYRING_SILENT' })
  }
  process.kill(bus as number, 'SIGCONT')
  expect((await handOver(at, request())).ready).toEqual(['dev'])
})

test('locked between probe and apply, unattended: no prompt', async () => {
  const at = await box()
  const session = handover(at)
  await session.probe()
  await at.lockKeyring()
  await expect(session.apply(request())).rejects.toMatchObject({ code: 'KEYRING_LOCKED' })
})

test('the bus is found where only its socket is there', async () => {
  const at = await box()
  const { DBUS_SESSION_BUS_ADDRESS: _, ...env } = at.env
  expect((await probing(at, { env })).backend).toBe('keyring.backends.SecretService.Keyring')
})

test.each([
  ['keyring.backends.null.Keyring', 'KEYRING_DISABLED'],
  ['keyring.backends.fail.Keyring', 'KEYRING_DISABLED'],
  ['keyring.backends.SecretService.Keyring', 'KEYRING_ABSENT'],
  ['no.such.Backend', 'KEYRING_FAILED'],
])('PYTHON_KEYRING_BACKEND=%s: %s', async (name, code) => {
  const at = await box({ keyring: 'no-service' })
  await expect(probing(at, { env: { ...at.env, PYTHON_KEYRING_BACKEND: name } })).rejects.toMatchObject({ code })
})

describe('backends of all kinds', () => {
  test('one that prints and reads stdin does not disturb', async () => {
    const at = await box()
    const noise = `
def set_password(self, service, username, password):
    import subprocess, sys
    print('{"problem": {"kind": "locked"}}', flush=True); subprocess.run(['cat'])
    assert sys.stdin.read() == ''
    self.kept[service, username] = password
`
    expect((await handOver(at, request(), await withBackend(at, noise))).ready).toEqual(['dev'])
  })

  const stub = 'if len(password) > 1280: raise OSError(1783, "The stub received bad data")'
  const held = { 'other.example': 'foreign' }
  test.each([
    ['refuses', `${stub}\n    self.kept[service, username] = password`, { ...held, [host]: 'old' }],
    ['truncates', 'self.kept[service, username] = password[:1280]', held],
  ])('one that %s what is too long keeps nothing half', async (_, body, after) => {
    const at = await box()
    const before = `kept = Kept({('${host}', 'aws'): 'old', ('other.example', 'me'): 'foreign'})`
    const options = await withBackend(
      at,
      `${before}\ndef set_password(self, service, username, password):\n    ${body}`,
    )
    const result = await handOver(at, request(), options)
    expect(codes(result)).toEqual({ dev: 'KEYRING_TOO_LONG' })
    expect(result.failed.get('dev')?.message).toContain(`${token.length} characters`)
    expect(result.failed.get('dev')?.hint).toContain('ca-sync exec')
    expect(JSON.parse(readFileSync(join(at.dir, 'kept.json'), 'utf8'))).toEqual(after)
    expect((await handOver(at, request(['dev'], 'short'), options)).ready).toEqual(['dev'])
  })

  test('one that finds an older duplicate first', async () => {
    const at = await box()
    const doubled = `items = [['${host}', 'aws', 'old']]
def get_password(self, *key): return next((i[2] for i in self.items if i[:2] == list(key)), None)
def set_password(self, *item): self.items.append(list(item))
def delete_password(self, *key): self.items.remove(next(i for i in self.items if i[:2] == list(key)))`
    expect((await handOver(at, request(), await withBackend(at, doubled))).ready).toEqual(['dev'])
  })

  test('one that refuses an entry: the others are served, and the token is in no text', async () => {
    const at = await box()
    const fussy = `def set_password(self, service, username, password):
    if service.startswith('bad'): raise PasswordSetError('no ' + password)
    self.kept[service, username] = password`
    const bad = 'bad.example'
    const asked = request()
    const secret = `${token}-bad`
    const result = await handOver(
      at,
      {
        ...asked,
        write: [{ service: bad, username: 'aws', password: secret }, ...asked.write],
        check: [{ name: 'bad', url: `https://${bad}/`, username: 'aws', password: secret }, ...asked.check],
      },
      await withBackend(at, fussy),
    )
    expect(result.ready).toEqual(['dev'])
    expect(codes(result)).toEqual({ bad: 'KEYRING_FAILED' })
    expect(result.failed.get('bad')?.message).toMatch(/PasswordSetError: no \*\*\*\*/)
  })

  test('one whose entry by name cannot be removed', async () => {
    const at = await box()
    const stuck = `kept = {('poetry-repository-dev', 'aws'): '${token}'}
def delete_password(self, service, username): raise PasswordDeleteError('read only')`
    expect(codes(await handOver(at, request(['dev', 'shared']), await withBackend(at, stuck)))).toEqual({
      dev: 'KEYRING_FAILED',
    })
  })

  test('one that hangs ends with the budget, by hand and unattended', async () => {
    const at = await box()
    const options = await withBackend(at, `def set_password(self, *_): time.sleep(600)`)
    const ending = async (unattended: boolean) => {
      const session = handover(at, { ...options, unattended, budgetMs: 15_000 })
      await session.probe()
      return session.apply(request()).catch(({ code }) => code)
    }
    expect(await Promise.all([true, false].map(ending))).toEqual(['KEYRING_SILENT', 'KEYRING_LOCKED'])
    expect(await noHandover()).toBe(true)
  })

  test('one that crashes Python', async () => {
    const at = await box()
    const crash = `def set_password(self, *_): os.write(2, b'last words ${token}'); os.abort()`
    const session = handover(at, await withBackend(at, crash))
    await session.probe()
    const error = await session.apply(request()).catch((caught) => caught)
    expect(error).toMatchObject({ code: 'KEYRING_FAILED', message: expect.stringContaining('SIGABRT') })
    expect(error.cause.message).toBe('last words ****')
  })
})

test.each([
  ['/usr/bin/python3', /cannot import Poetry/],
  ['/no/such/python', /cannot be started/],
  ['/bin/false', /ended before/],
])('not the Python of Poetry: %s', async (python, message) => {
  const at = await box({ keyring: 'no-bus' })
  await expect(probing(at, { python })).rejects.toMatchObject({
    code: 'POETRY_BROKEN',
    message: expect.stringMatching(message),
  })
})

test('a killed parent leaves no orphan, even one that hangs', async () => {
  const at = await box()
  const hang = await withBackend(at, `def get_password(self, *_): open('${at.dir}/hangs', 'w'); time.sleep(600)`)
  const entry = `import { openHandover } from './src/poetry/keyring/handover.ts'
openHandover({ python: '${hang.python}', env: process.env, uid: ${process.getuid?.()}, projects: ['${at.home}'], unattended: true, budgetMs: 20000, now: () => performance.now() })
setInterval(() => {}, 1000)`
  const outfile = join(at.dir, 'parent.mjs')
  await build({
    stdin: { contents: entry, resolveDir: process.cwd() },
    bundle: true,
    platform: 'node',
    format: 'esm',
    loader: { '.py': 'text' },
    outfile,
  })
  const parent = spawn(process.execPath, [outfile], { env: hang.env as Record<string, string> })
  const pid = parent.pid as number
  const child = await oneHandover(pid)
  expect(await until(() => existsSync(join(at.dir, 'hangs')))).toBe(true)
  parent.kill('SIGKILL')
  expect(await isGone(child)).toBe(true)
})
