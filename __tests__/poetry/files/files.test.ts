import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { textStamp } from '../../../src/core/memory/text-stamp.ts'
import { configDir, describeFile, parsePoetryFile, readPoetryFile } from '../../../src/poetry/files/files.ts'
import { leftoverOf } from '../../helpers/leftover.ts'
import { putOld } from '../../helpers/old-file.ts'

test.each<[NodeJS.Platform, Record<string, string>, string]>([
  ['linux', {}, '/h/.config/pypoetry'],
  ['linux', { XDG_CONFIG_HOME: '/x' }, '/x/pypoetry'],
  ['linux', { XDG_CONFIG_HOME: '', POETRY_CONFIG_DIR: '' }, '/h/.config/pypoetry'],
  ['linux', { XDG_CONFIG_HOME: '/x', POETRY_CONFIG_DIR: '/p' }, '/p'],
  ['darwin', { XDG_CONFIG_HOME: '/x' }, '/h/Library/Application Support/pypoetry'],
  ['darwin', { POETRY_CONFIG_DIR: '/p' }, '/p'],
  ['win32', { APPDATA: 'C:\\U\\Roaming' }, 'C:\\U\\Roaming\\pypoetry'],
  ['win32', {}, '\\h\\AppData\\Roaming\\pypoetry'],
])('Poetry’s config folder on %s with %j is %s', (platform, env, folder) => {
  expect(configDir({ env, platform, home: '/h' })).toBe(folder)
})

test.each(['x', './x', '~/x', '.'])(
  'POETRY_CONFIG_DIR=%s, for which Poetry looks in each folder anew, is refused',
  (named) => {
    const dir = () => configDir({ env: { POETRY_CONFIG_DIR: named }, platform: 'linux', home: '/h' })
    expect(dir).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(named) }))
  },
)

const describe_ = (text: string) => describeFile('f.toml', parsePoetryFile('f.toml', text))

test('a file’s repositories, logins and tokens by name, without a secret', () => {
  const file = describe_(`
    [repositories]
    foo = {url = "https://foo/"}
    "a.b".url = "https://ab/"
    odd = 5
    empty = {}
    [http-basic.foo]
    username = "u"
    password = "SECRET"
    [http-basic.bar]
    username = "aws"
    password = ""
    [http-basic.damaged.username]
    username = "x"
    [pypi-token]
    foo = "SECRET"
    none = ""`)
  expect(file).toEqual({
    path: 'f.toml',
    repositories: new Map([
      ['foo', 'https://foo/'],
      ['a.b', 'https://ab/'],
    ]),
    httpBasic: new Map<string, object>([
      ['foo', { username: 'u', hasPassword: true, stamp: textStamp('SECRET') }],
      ['bar', { username: 'aws', hasPassword: false }],
      ['damaged', { hasPassword: false }],
    ]),
    pypiTokens: new Set(['foo']),
    quotesLogin: false,
  })
})

test.each([
  ['', false],
  ['[http-basic.dev]\nusername = "aws"\n\n[certificates.dev]\ncert = "/c.pem"\n', false],
  ['[repositories]\nx = { url = "https://x/" }\n[http-basic.dev]\nusername = "aws"\nnumber = 1\n', false],
  ['"{http-basic" = 1\n', false],
  ['[http-basic.evil]\nusername = "{http-basic.dev.password}"\n', true],
  ['[[a.b]]\nc = ["x", { d = "y {http_basic-dev.password} z" }]\n', true],
])('whether a value of a file quotes a login: %j', (text, quotes) => {
  expect(describe_(text).quotesLogin).toBe(quotes)
})

test.each([
  ['', undefined],
  ['[keyring]', undefined],
  ['keyring.enabled = false', false],
  ['[keyring]\nenabled = true', true],
  // As Python has it: a text that is not empty is true.
  ['keyring.enabled = "false"', true],
  ['keyring.enabled = 0', false],
  ['keyring = 5', undefined],
])('%j: the keyring is enabled: %s', (text, enabled) => {
  expect(describe_(text).keyringEnabled).toBe(enabled)
})

test.each(['repositories = 5', 'http-basic = []', '[[repositories]]', 'pypi-token = 1979-05-27'])(
  '%j says nothing of use',
  (text) => {
    const { repositories, httpBasic, pypiTokens } = describe_(text)
    expect([repositories.size, httpBasic.size, pypiTokens.size]).toEqual([0, 0, 0])
  },
)

test('a file that is absent says nothing; one that is broken is an error with its line, and without its text', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'ca-sync-read-'))
  try {
    const path = join(dir, 'auth.toml')
    expect(await readPoetryFile(path)).toEqual(describeFile(path, {}))
    await putOld(path, '[http-basic.dev]\r\npassword = "SECRET\r\n')
    const error = await readPoetryFile(path).catch((e: unknown) => e as Error)
    expect(error).toMatchObject({ code: 'POETRY_FILE_INVALID', message: `${path} is not valid TOML (line 2).` })
    expect(error).not.toHaveProperty('cause')
    await putOld(path, '[http-basic.dev]\n<<<<<<< HEAD\npassword = "SECRET"\n=======\n>>>>>>> other\n')
    await expect(readPoetryFile(path)).rejects.toMatchObject({
      code: 'POETRY_FILE_INVALID',
      message: `${path} has the marks of a merge that is not finished (<<<<<<<, line 2).`,
      hint: 'Choose what stays, and take them out, then run ca-sync again.',
    })
  } finally {
    await rm(dir, { recursive: true })
  }
})

test('reading a file removes what a killed run left beside it', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'ca-sync-read-'))
  try {
    const path = join(dir, 'auth.toml')
    await putOld(path, '# mine\n')
    await putOld(leftoverOf(path), '[http-basic.dev]\npassword = "TOKEN"\n')
    await readPoetryFile(path)
    expect(await readdir(dir)).toEqual(['auth.toml'])
  } finally {
    await rm(dir, { recursive: true })
  }
})
