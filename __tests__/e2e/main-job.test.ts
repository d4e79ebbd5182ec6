import { readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { count, domain, library, openStage, type Stage } from './stage.ts'

jest.setTimeout(240_000)

let stage: Stage
afterEach(() => stage.close())

describe.each(['2.5', '1.8'] as const)('Poetry %s', (line) => {
  test('add, add --source and publish work after ca-sync', async () => {
    stage = await openStage({ line })
    stage.emulator.addPackage({ domain, repository: 'dev', name: library, version: '1.2.3' })

    expect(await stage.caSync([])).toMatchObject({ code: 0, stderr: '' })
    expect(await stage.poetry(['add', library])).toMatchObject({ code: 0 })
    expect(await stage.poetry(['remove', library])).toMatchObject({ code: 0 })
    expect(await stage.poetry(['add', library, '--source', 'dev'])).toMatchObject({ code: 0 })
    expect(await stage.poetry(['build'])).toMatchObject({ code: 0 })
    expect(await stage.poetry(['publish', '-r', 'dev'])).toMatchObject({ code: 0 })

    const uploads = stage.emulator.requests.filter(({ method }) => method === 'POST')
    expect(uploads.map(({ path, user, status }) => ({ path, user, status }))).toEqual([
      { path: '/pypi/dev/', user: 'aws', status: 200 },
      { path: '/pypi/dev/', user: 'aws', status: 200 },
    ])
    const [token] = stage.emulator.issuedTokens()
    expect(stage.emulator.issuedTokens()).toHaveLength(1)
    expect(await leaks(stage.box.dir, token ?? '-')).toEqual([])
  })
})

test('a second run asks nobody and writes nothing', async () => {
  stage = await openStage()
  await stage.caSync([])
  const before = await snapshot(stage)
  stage.emulator.clearCalls()
  stage.box.stopKeyring()

  const second = await stage.caSync([])
  expect(second).toMatchObject({ code: 0, stderr: '' })
  expect(second.stdout).toMatch(
    /^Nothing to do: 3 sources are ready, tokens are valid for 12 h\.\nIf Poetry says otherwise, type: ca-sync doctor\n$/,
  )
  expect(await stage.caSync(['--quiet'])).toMatchObject({ code: 0, stdout: '', stderr: '' })
  expect(await stage.caSync(['status'])).toMatchObject({ code: 0 })
  expect(stage.emulator.calls).toEqual([])
  expect(await snapshot(stage)).toEqual(before)
})

test("comments, other people's entries and modes of both files", async () => {
  stage = await openStage()
  const config =
    '# mine\n[virtualenvs]\nin-project = true # kept\n\n[repositories.other]\nurl = "https://example.com/x"\n'
  const auth = '# secrets\r\n[http-basic.other]\r\nusername = "me"\r\npassword = "kept"\r\n'
  await stage.poetry(['config', 'virtualenvs.in-project', 'true'])
  await writeFile(join(stage.config, 'config.toml'), config)
  await writeFile(join(stage.config, 'auth.toml'), auth, { mode: 0o644 })

  expect(await stage.caSync([])).toMatchObject({ code: 0 })

  const [newConfig, newAuth] = await Promise.all(
    ['config.toml', 'auth.toml'].map((name) => stage.read(join(stage.config, name))),
  )
  expect(newConfig).toContain(config)
  expect(newAuth).toContain(auth)
  expect(newConfig).toContain(`[repositories.dev]\nurl = "${stage.url}"\n`)
  expect((await stat(join(stage.config, 'auth.toml'))).mode & 0o777).toBe(0o600)
  expect((await stat(join(stage.state, 'state.json'))).mode & 0o777).toBe(0o600)
  expect((await stat(stage.state)).mode & 0o777).toBe(0o700)
})

test('a stale plaintext password and an entry by name are removed', async () => {
  stage = await openStage()
  const off = { ...stage.env, PYTHON_KEYRING_BACKEND: 'keyring.backends.null.Keyring' }
  await stage.poetry(['config', 'http-basic.dev', 'aws', 'stale-in-file'], { env: off })
  await stage.poetry(['config', 'http-basic.qa', 'aws', 'stale-in-keyring'])

  const { code, stdout } = await stage.caSync(['--json'])
  expect(code).toBe(0)
  expect(JSON.parse(stdout).sources[0].steps).toEqual(['token', 'vault', 'handover', 'plaintext', 'url'])
  expect(await stage.read(join(stage.config, 'auth.toml'))).not.toContain('stale')
  const services = (await stage.box.items()).map(({ attributes }) => attributes['service'])
  expect(services.sort()).toEqual([new URL(stage.url).host, 'ca-sync'].sort())
})

test('eight runs at once mint one token and lose nothing', async () => {
  stage = await openStage({ emulator: { latencyMs: 50 } })
  const runs = await Promise.all(Array.from({ length: 8 }, () => stage.caSync([])))
  expect(runs.map(({ code }) => code)).toEqual(Array(8).fill(0))
  expect(count(stage.emulator, 'GetAuthorizationToken')).toBe(1)
  expect(await stage.caSync(['status'])).toMatchObject({ code: 0 })
  expect(await readdir(stage.state)).toEqual(['next', 'state.json'])
})

async function snapshot({ config, state, read }: Stage): Promise<unknown> {
  const files = [join(config, 'config.toml'), join(config, 'auth.toml'), join(state, 'state.json')]
  return Promise.all(files.map(async (file) => [await read(file), (await stat(file, { bigint: true })).ctimeNs]))
}

/** Files below a folder that hold a text, but for the keyring's own store, which keeps it encrypted. */
async function leaks(folder: string, text: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const found = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const path = join(entry.parentPath, entry.name)
        return (await stage.read(path)).includes(text) ? [path] : []
      }),
  )
  return found.flat()
}
