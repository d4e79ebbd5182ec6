import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { snapshot, writePoetryFiles } from './files.ts'
import { bothManners, minted, ours, ownBackend, refusal, services } from './keyring.ts'
import { openStage, type Stage } from './stage.ts'

jest.setTimeout(120_000)

let stage: Stage
afterEach(() => stage.close())

describe("ca-sync's own item cannot be written, but Poetry's can", () => {
  const warning = /^warning: Poetry has its token, but ca-sync could not keep a copy of its own: [^\n]+\.\n$/

  test('one warning, and nothing is left to do', async () => {
    stage = await openStage({ keyring: 'no-bus' })
    const env = { ...stage.env, ...(await ownBackend(stage)) }
    expect(await stage.caSync(['--unattended'], { env })).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(warning),
    })
    expect(await stage.caSync([], { env })).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Nothing to do: 3 sources are ready/),
      stderr: '',
    })
    expect(await stage.caSync(['status'], { env })).toMatchObject({ code: 0 })
    expect(minted(stage)).toBe(1)
  })

  test('one warning in the JSON, and what was done', async () => {
    stage = await openStage({ keyring: 'no-bus' })
    const env = { ...stage.env, ...(await ownBackend(stage)) }
    const { code, stdout } = await stage.caSync(['--json'], { env })
    const { sources, warnings, error } = JSON.parse(stdout)
    expect({ code, error, warnings }).toEqual({
      code: 0,
      error: null,
      warnings: [expect.stringContaining('could not keep')],
    })
    expect(sources[0].steps).toEqual(['token', 'handover', 'username', 'url'])
  })

  test('a copy that cannot be read is a new token', async () => {
    stage = await openStage({ keyring: 'no-bus' })
    const env = { ...stage.env, ...(await ownBackend(stage)) }
    await stage.caSync([], { env })
    await writeFile(join(stage.config, 'auth.toml'), '[http-basic.dev]\nusername = "aws"\npassword = "stale"\n')
    expect(await stage.caSync([], { env })).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(
        /^warning: ca-sync could not read its copy of the token: [^\n]+\. AWS is asked for a new one\.\nwarning: Poetry has/,
      ),
    })
  })
})

describe('a keyring that is switched off: no token', () => {
  const switchedOff = (file: string) => `\\S*/${file}\\.toml switches Poetry's keyring off \\(keyring\\.enabled\\)\\.`
  const deletes = (file: string) => `Delete enabled under \\[keyring\\] from \\S*/${file}\\.toml\\.`
  const backend = "Python's keyring is switched off: its backend is "
  const off = '[keyring]\nenabled = false\n'

  test.each([
    ['in config.toml', { config: off }, switchedOff('config'), deletes('config')],
    ['in poetry.toml', { project: off }, switchedOff('poetry'), deletes('poetry')],
    [
      'by a variable',
      { env: { POETRY_KEYRING_ENABLED: 'false' } },
      'The environment variable POETRY_KEYRING_ENABLED is set: .*',
      'Remove the variable: unset POETRY_KEYRING_ENABLED .*',
    ],
    [
      'by the null backend',
      { env: { PYTHON_KEYRING_BACKEND: 'keyring.backends.null.Keyring' } },
      `${backend}keyring\\.backends\\.null\\.Keyring\\.`,
      'Unset PYTHON_KEYRING_BACKEND, .*',
    ],
    [
      'by the fail backend',
      { env: { PYTHON_KEYRING_BACKEND: 'keyring.backends.fail.Keyring' } },
      `${backend}keyring\\.backends\\.fail\\.Keyring\\.`,
      'Unset PYTHON_KEYRING_BACKEND, .*',
    ],
  ] as const)('%s', async (_, how: { config?: string; project?: string; env?: Record<string, string> }, says, hint) => {
    stage = await openStage()
    await writePoetryFiles(stage)
    if (how.config !== undefined) await writeFile(join(stage.config, 'config.toml'), how.config)
    if (how.project !== undefined) await writeFile(join(stage.project, 'poetry.toml'), how.project)
    const before = await snapshot(stage.config)

    const { byHand, unattended } = await bothManners(stage, how.env)
    expect(byHand).toMatchObject(refusal(says, hint))
    expect(unattended).toEqual(byHand)
    expect(minted(stage)).toBe(0)
    expect(await snapshot(stage.config)).toEqual(before)
    expect(await services(stage)).toEqual([])
  })

  test('what the hint says switches it on', async () => {
    stage = await openStage()
    await stage.poetry(['config', 'keyring.enabled', 'false'])
    expect(await stage.caSync([])).toMatchObject({ code: 5 })
    await stage.poetry(['config', 'keyring.enabled', 'true'])
    expect(await stage.caSync([])).toMatchObject({ code: 0, stderr: '' })
    await stage.poetry(['config', '--local', 'keyring.enabled', 'false'])
    expect(await stage.caSync([])).toMatchObject({ code: 5 })
    await stage.poetry(['config', '--local', 'keyring.enabled', 'true'])
    expect(await stage.caSync([])).toMatchObject({ code: 0, stderr: '' })
    expect(minted(stage)).toBe(1)
  })

  test.each(['libsecret.Keyring', 'kwallet.DBusKeyring'])('by a choice that cannot work here: %s', async (name) => {
    stage = await openStage()
    const env = { ...stage.env, PYTHON_KEYRING_BACKEND: `keyring.backends.${name}` }
    const says = "The backend that was chosen for Python's keyring cannot work here: .*"
    expect(await stage.caSync([], { env })).toMatchObject(refusal(says, 'Unset PYTHON_KEYRING_BACKEND, .*'))
    expect(minted(stage)).toBe(0)
  })

  test('by a backend that stores in plain text', async () => {
    stage = await openStage()
    const plain = await ownBackend(stage, "name = 'file PlaintextKeyring'")
    expect(await stage.caSync([], { env: { ...stage.env, ...plain } })).toMatchObject(
      refusal(
        "Python's keyring would store in plain text \\(test_backend\\.Keyring\\), and Poetry refuses such a backend\\.",
        `Unset PYTHON_KEYRING_BACKEND.*ca-sync exec -- poetry ….*`,
      ),
    )
    expect(minted(stage)).toBe(0)
  })
})

describe('another backend, chosen after a sync', () => {
  const choose = async ({ home }: Stage, text: string) => {
    const folder = join(home, '.config/python_keyring')
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'keyringrc.cfg'), text)
    return () => rm(folder, { recursive: true })
  }

  test('one that does not work is told at once, and all is well without it', async () => {
    stage = await openStage()
    await stage.caSync([])
    for (const text of ['default-keyring=no.such.Thing', 'default-keyring =\n  keyring.backends.null.Keyring']) {
      const undo = await choose(stage, `[backend]\n${text}\n`)
      expect(await stage.caSync(['status'])).toMatchObject({ code: 6 })
      expect(await stage.caSync([])).toMatchObject({ code: 5, stderr: expect.stringContaining('keyringrc.cfg') })
      await undo()
      expect(await stage.caSync([])).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing to do') })
    }
    const env = { ...stage.env, PYTHON_KEYRING_BACKEND: '' }
    expect(await stage.caSync(['status'], { env })).toMatchObject({ code: 6 })
    expect(await stage.caSync([], { env })).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('PYTHON_KEYRING_BACKEND'),
    })
    expect(minted(stage)).toBe(1)
  })
})

describe('a backend that holds 1280 characters', () => {
  const raising = `def set_password(self, service, username, password):
    if len(password) > 1280: raise OSError(1783, 'The stub received bad data')
    self.kept[service, username] = password`

  test.each([
    ['of its own', raising, 'more than the keyring holds'],
    ["which is Windows'", `__module__ = 'keyring.backends.Windows'\n${raising}`, 'and the keyring holds at most 1280'],
  ])('a limit %s', async (_, backend, says) => {
    stage = await openStage()
    await writePoetryFiles(stage)
    const before = await snapshot(stage.config)
    const env = { ...stage.env, ...(await ownBackend(stage, backend)) }
    const error = refusal(
      `dev, qa, prod: The token has 1400 characters, ${says}\\. Nothing was stored\\.`,
      '[^]*ca-sync --store exec[^]*ca-sync --store plaintext[^]*',
    )

    expect(await stage.caSync([], { env })).toMatchObject(error)
    expect(await stage.caSync(['--unattended'], { env })).toMatchObject(error)
    expect(await snapshot(stage.config)).toEqual(before)
    expect(await stage.caSync(['status'], { env })).toMatchObject({ code: 6 })

    expect(await stage.caSync([])).toMatchObject({ code: 0, stderr: '' })
    expect(minted(stage)).toBe(1)
    expect(await services(stage)).toEqual(ours(stage))
  })

  test('a token that fits', async () => {
    stage = await openStage({ emulator: { tokenLength: 1_280 } })
    const env = { ...stage.env, ...(await ownBackend(stage, raising)) }
    expect(await stage.caSync([], { env })).toMatchObject({ code: 0, stderr: '' })
  })
})
