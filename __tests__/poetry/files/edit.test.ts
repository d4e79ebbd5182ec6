// Needs Poetry.
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from '@iarna/toml'
import { jest } from '@jest/globals'
import { poetry } from '../../../scripts/testbed/poetry.ts'
import { setLogins, setRepositories } from '../../../src/poetry/files/edit.ts'
import { putOld } from '../../helpers/old-file.ts'
import { auths, configs } from './shapes.ts'

jest.setTimeout(120_000) // Poetry takes a second, or many on a busy machine

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ca-sync-poetry-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const URL = 'https://d-1.example/pypi/dev/'
const setUsernames = (path: string, usernames: readonly string[]) => setLogins(path, { usernames })
const removePasswords = (path: string, plaintext: readonly string[]) => setLogins(path, { plaintext })
type Entries = Record<string, Record<string, unknown>>

async function file(name: string, text: string | undefined): Promise<string> {
  const path = join(dir, name)
  if (text !== undefined) await putOld(path, text)
  return path
}

const read = (path: string) => readFile(path, 'utf8')
const meaning = (text: string) => parse(text.replaceAll('\r\n', '\n')) as Record<string, Entries>

/** Whether the lines of `some` stand in `all`, in their order, byte for byte. */
function contains(all: string, some: string): boolean {
  const lines = all.split('\n')
  return some.split('\n').every((line) => {
    const i = lines.indexOf(line)
    lines.splice(0, i + 1)
    return i >= 0
  })
}

test.each(Object.entries(configs))('setRepositories: %s', async (_, before) => {
  const path = await file('config.toml', before)
  expect(await setRepositories(path, { dev: URL, 'my-lib': URL })).toBe(true)
  const after = await read(path)

  const { repositories, ...others } = meaning(before)
  expect(meaning(after)).toEqual({
    ...others,
    repositories: { ...repositories, dev: { ...repositories?.['dev'], url: URL }, 'my-lib': { url: URL } },
  })
  const ours = /^.*(?:url.*"old"|repositories = \{).*\n/gm
  expect(contains(after, before.replace(ours, '').replace(/\n+$/, ''))).toBe(true)
  expect(/[^\r]\n/.test(after)).toBe(!before.includes('\r'))

  expect(await setRepositories(path, { dev: URL, 'my-lib': URL })).toBe(false)
  expect(await setRepositories(path, { dev: 'old' })).toBe(true)
  expect(await setRepositories(path, { dev: URL })).toBe(true)
  expect(await read(path)).toBe(after)
})

test.each(Object.entries(auths))('setUsernames and removePasswords: %s', async (_, before) => {
  const path = await file('auth.toml', before)
  const ready = before === '[http-basic.dev]\nusername = "aws"\n'
  expect(await setUsernames(path, ['dev'])).toBe(!ready)
  await removePasswords(path, ['dev', 'absent'])
  const after = await read(path)

  const { 'http-basic': logins, ...others } = meaning(before ?? '')
  expect(meaning(after)).toEqual({ ...others, 'http-basic': { ...logins, dev: { username: 'aws' } } })
  expect(after).not.toContain('PLAIN')
  if (!ready && process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o600)

  expect(await setUsernames(path, ['dev'])).toBe(false)
  expect(await removePasswords(path, ['dev'])).toBe(false)
  expect(await read(path)).toBe(after)
})

test('where there is nothing to remove, no file is made', async () => {
  const path = await file('auth.toml', undefined)
  expect(await removePasswords(path, ['dev'])).toBe(false)
  await expect(stat(path)).rejects.toThrow('ENOENT')
})

test.each([
  ['not TOML', 'a = 1\n[repositories\n', '(line 2)'],
  ['a key twice', 'a = 1\na = "SECRET"\n', '(line 2)'],
  ['a byte-order mark', '\ufeffa = 1\n', 'byte-order mark'],
  ['not a table', 'repositories = 5\n', 'repositories in '],
  ['an array of tables', '[[repositories]]\ndev = {}\n', 'repositories in '],
  ['our entry is text', '[repositories]\ndev = "https://x/"\n', 'repositories.dev in '],
  ['a list where our value belongs', '[[repositories.dev.url]]\na = 1\n', 'url of [repositories.dev] in '],
  ['our entry is an array', '[[repositories.dev]]\nurl = "x"\n', 'repositories.dev in '],
])('%s: POETRY_FILE_INVALID, and the file is as it was', async (_, text, naming) => {
  const path = await file('config.toml', text)
  const error = await setRepositories(path, { qa: URL, dev: URL }).catch((e: unknown) => e)
  expect(error).toMatchObject({ code: 'POETRY_FILE_INVALID', message: expect.stringContaining(naming) })
  expect(error).toMatchObject({ message: expect.stringContaining(path), hint: expect.stringContaining('ca-sync') })
  expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain('SECRET')
  expect(await read(path)).toBe(text)
})

test('not UTF-8: POETRY_FILE_INVALID, and the file is as it was', async () => {
  const bytes = Buffer.from('# caf\xe9\n', 'latin1')
  const path = join(dir, 'config.toml')
  await putOld(path, bytes)
  await expect(setRepositories(path, { dev: URL })).rejects.toMatchObject({ code: 'POETRY_FILE_INVALID' })
  expect(await readFile(path)).toEqual(bytes)
})

const reader = `
import json, sys
from pathlib import Path
from poetry.config.config import Config
from poetry.toml import TOMLFile
def seen(path):
    config = Config(use_environment=False)
    config.merge(TOMLFile(Path(path)).read())
    return [config.get("repositories.dev.url"), config.get("http-basic.dev.username"), config.get("http-basic.dev.password")]
print(json.dumps([seen(path) for path in sys.argv[1:]]))
`

describe.each(['2.5', '1.8'] as const)('Poetry %s', (line) => {
  const run = (program: string, args: readonly string[]) =>
    execFileSync(program, args, {
      cwd: dir,
      encoding: 'utf8',
      env: { HOME: dir, POETRY_CONFIG_DIR: dir, PATH: '/usr/bin:/bin' },
    })

  test('reads what we wrote, in every shape', async () => {
    const paths = await Promise.all(
      Object.values({ ...configs, ...auths }).map(async (text, i) => {
        const path = await file(`${i}.toml`, text)
        await setRepositories(path, { dev: URL })
        await setUsernames(path, ['dev'])
        await removePasswords(path, ['dev'])
        return path
      }),
    )
    expect(JSON.parse(run(poetry(line).python, ['-c', reader, ...paths]))).toEqual(paths.map(() => [URL, 'aws', null]))
  })

  test('goes on editing what we wrote', async () => {
    await mkdir(join(dir, 'sub'))
    const path = await file('config.toml', configs['others in between'])
    await setRepositories(path, { dev: URL, prod: URL })
    run(poetry(line).program, ['config', 'repositories.later', 'https://later.example/'])
    run(poetry(line).program, ['config', 'repositories.qa', '--unset'])
    const { repositories, ...others } = meaning(await read(path))
    expect(repositories).toEqual({ dev: { url: URL }, prod: { url: URL }, later: { url: 'https://later.example/' } })
    expect(others).toEqual({ z: { a: 1 }, y: [{}, { b: 2 }] })
    expect(run(poetry(line).program, ['config', 'repositories'])).toContain(URL)
  })
})

test('both changes of auth.toml at once', async () => {
  const path = await file('auth.toml', '[http-basic.dev]\npassword = "PLAIN"\n')
  expect(await setLogins(path, { usernames: ['dev'], plaintext: ['dev'] })).toBe(true)
  expect(await read(path)).toBe('[http-basic.dev]\nusername = "aws"\n')
})

test.each(Object.entries(auths))('a password that was asked for: %s', async (_, before) => {
  const path = await file('auth.toml', before)
  expect(await setLogins(path, { usernames: ['dev'], passwords: { dev: 'TOKEN' } })).toBe(true)
  const { dev, ...others } = meaning(await read(path))['http-basic'] ?? {}
  const { dev: _dev, ...kept } = meaning(before ?? '')['http-basic'] ?? {}
  expect(dev).toEqual({ username: 'aws', password: 'TOKEN' })
  expect(others).toEqual(kept)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
})

test('a password that cannot be written is not in the error, which is remembered', async () => {
  const path = await file('auth.toml', '[[http-basic.dev.password]]\na = 1\n')
  const error = await setLogins(path, { passwords: { dev: 'SECRET' } }).catch(
    (e: unknown) => e as Error & { hint: string },
  )
  expect(error).toMatchObject({
    code: 'POETRY_FILE_INVALID',
    hint: expect.stringContaining('Put password = "…" under'),
  })
  expect(JSON.stringify(error)).not.toContain('SECRET')
})
