import { appendFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { age } from './aging.ts'
import { keyless, user, writeProfiles, writeUserConfig } from './people.ts'
import { both, pyproject } from './pyproject.ts'
import { openStage, type Stage } from './stage.ts'

jest.setTimeout(120_000)

const env = user('env')
const alice = user('alice')
let stage: Stage
let cwd: string
beforeEach(async () => {
  stage = await openStage({ emulator: { users: [env, alice] } })
  const qa = stage.emulator.repositoryUrl('my-domain', 'qa')
  cwd = await stage.makeProject('app', pyproject(both(stage.url), both(qa, { name: 'qa', repository: 'qa' })))
})
afterEach(() => stage.close())

const status = (call = {}) => stage.caSync(['status'], { cwd, ...call })
const heading = 'NAME  REPOSITORY                 EXPIRES IN  READY\n'
const row = (name: string, expires: string, ready: string) =>
  `${name.padEnd(6)}${`my-domain/${name} (us-east-1)`.padEnd(27)}${expires.padEnd(12)}${ready}\n`
const trimmed = (text: string) => text.replace(/ +$/gm, '')
const again = '\n  Type: ca-sync\n'

test('ready', async () => {
  await stage.caSync([], { cwd })
  const { code, stdout, stderr } = await status()
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(trimmed(stdout)).toBe(heading + row('dev', '12 h', 'yes') + row('qa', '12 h', 'yes'))
})

test('asks neither AWS nor the keyring, and changes nothing', async () => {
  await stage.caSync([], { cwd })
  const state = await stage.read(join(stage.state, 'state.json'))
  stage.emulator.clearCalls()
  stage.box.stopKeyring()
  expect(await status()).toMatchObject({ code: 0 })
  expect(stage.emulator.calls).toEqual([])
  expect(await stage.read(join(stage.state, 'state.json'))).toBe(state)
})

test('works without Poetry, AWS or a network', async () => {
  await stage.caSync([], { cwd })
  const { emulator, box } = stage
  await emulator.close()
  const path = [join(box.dir, 'bin'), box.env['PATH']].join(':')
  expect(await status({ env: { ...keyless(stage), PATH: path, AWS_PROFILE: 'gone' } })).toMatchObject({
    code: 0,
    stderr: '',
  })
})

describe('not ready', () => {
  test('not synced', async () => {
    const { code, stdout, stderr } = await status()
    expect({ code, stderr }).toEqual({ code: 6, stderr: `error: dev, qa: not synced yet.${again}` })
    expect(trimmed(stdout)).toBe(heading + row('dev', '-', 'no: not synced yet') + row('qa', '-', 'no: not synced yet'))
  })

  test('a source that is new', async () => {
    await stage.caSync([], { cwd })
    const text = await stage.read(join(cwd, 'pyproject.toml'))
    const prod = stage.emulator.repositoryUrl('my-domain', 'prod')
    await writeFile(join(cwd, 'pyproject.toml'), text + both(prod, { name: 'prod', repository: 'prod' }))
    expect(await status()).toMatchObject({ code: 6, stderr: `error: prod: not synced yet.${again}` })
  })

  test('a source that is another repository now', async () => {
    await stage.caSync([], { cwd })
    const text = await stage.read(join(cwd, 'pyproject.toml'))
    await writeFile(join(cwd, 'pyproject.toml'), text.replace('repository = "qa"', 'repository = "prod"'))
    expect(await status()).toMatchObject({ code: 6, stderr: `error: qa: not synced yet.${again}` })
  })

  test('expired', async () => {
    await stage.caSync([], { cwd })
    await age(stage, 13)
    const { code, stdout, stderr } = await status()
    expect({ code, stderr }).toEqual({ code: 6, stderr: `error: dev, qa: the token has expired.${again}` })
    expect(stdout).toMatch(/dev .* expired +no/)
  })

  test.each([
    ['config.toml', 'is gone', async (file: string) => rm(file)],
    ['auth.toml', 'is gone', async (file: string) => rm(file)],
    [
      'auth.toml',
      'has a password',
      (file: string) => writeFile(file, '[http-basic.dev]\nusername = "aws"\npassword = "x"\n'),
    ],
  ])('%s %s', async (name, _, change) => {
    await stage.caSync([], { cwd })
    await change(join(stage.config, name))
    const { code, stdout, stderr } = await status()
    expect(code).toBe(6)
    expect(stdout).toMatch(/dev .* 12 h +no/)
    expect(stderr).toBe(`error: dev, qa: Poetry's files are not as ca-sync left them.${again}`)
  })

  test('config.toml has another URL by hand: for installing only', async () => {
    await stage.caSync([], { cwd })
    const file = join(stage.config, 'config.toml')
    const text = await stage.read(file)
    await writeFile(file, text.replace(stage.url, 'https://x.example/'))
    const { code, stdout, stderr } = await status()
    expect(code).toBe(0)
    expect(trimmed(stdout)).toBe(heading + row('dev', '12 h', 'install only') + row('qa', '12 h', 'yes'))
    expect(stderr).toMatch(/^warning: Source dev: .*"https:\/\/x\.example\/" in your Poetry configuration/)
  })

  test('a file of the project hides it', async () => {
    await stage.caSync([], { cwd })
    await writeFile(join(cwd, 'poetry.toml'), '[http-basic.dev]\nusername = "me"\npassword = "x"\n')
    const { code, stderr } = await status()
    expect(code).toBe(6)
    expect(stderr).toContain(join(cwd, 'poetry.toml'))
    expect(stderr).not.toContain('qa')
  })

  test('Poetry’s keyring was changed to another backend', async () => {
    await stage.caSync([], { cwd })
    const other = { ...stage.env, PYTHON_KEYRING_BACKEND: 'keyring.backends.libsecret.Keyring' }
    expect(await status({ env: other })).toMatchObject({
      code: 6,
      stderr: expect.stringContaining("Poetry's keyring was not given the token"),
    })
  })

  test('one of two', async () => {
    await stage.caSync(['-s', 'qa'], { cwd })
    const { code, stdout } = await status()
    expect(code).toBe(6)
    expect(trimmed(stdout)).toBe(heading + row('dev', '-', 'no: not synced yet') + row('qa', '12 h', 'yes'))
    expect(await stage.caSync(['status', '-s', 'qa'], { cwd })).toMatchObject({ code: 0, stderr: '' })
  })
})

test('is about the identity that was synced, whatever the shell or the config says now', async () => {
  await writeProfiles(stage, { alice })
  await stage.caSync(['--profile', 'alice'], { cwd })
  await writeUserConfig(stage, 'profile = "somebody"\n')
  expect(await status()).toMatchObject({ code: 0, stderr: '' })
  expect(await status({ env: { ...stage.env, AWS_PROFILE: 'else' } })).toMatchObject({ code: 0 })
})

test('a source without owner, in a shell without keys', async () => {
  const text = (await stage.read(join(cwd, 'pyproject.toml'))).replaceAll(/.*owner.*\n/g, '')
  await writeFile(join(cwd, 'pyproject.toml'), text)
  await stage.caSync([], { cwd })
  expect(await status({ env: keyless(stage) })).toMatchObject({ code: 0, stderr: '' })
  await appendFile(join(cwd, 'pyproject.toml'), '# touched\n')
  expect(await stage.caSync([], { cwd, env: keyless(stage) })).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Nothing to do/),
  })
})
