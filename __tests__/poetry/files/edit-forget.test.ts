import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { textStamp } from '../../../src/core/memory/text-stamp.ts'
import { forgetLogins, forgetRepositories, setLogins, setRepositories } from '../../../src/poetry/files/edit.ts'
import { leftoverOf } from '../../helpers/leftover.ts'
import { putOld } from '../../helpers/old-file.ts'
import { auths, configs } from './shapes.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ca-sync-poetry-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const URL = 'https://d-1.example/pypi/dev/'
const read = (path: string) => readFile(path, 'utf8')
const names = ['mine', 'mine-2', 'a b', 'zz.top']
const each = <T>(value: T): Record<string, T> => Object.fromEntries(names.map((name) => [name, value]))
const leftovers = { urls: each([URL]), usernames: names, stamps: [textStamp('TOKEN')], created: [] }

async function file(name: string, text: string): Promise<string> {
  const path = join(dir, name)
  await putOld(path, text)
  return path
}

const more: Record<string, string> = {
  'no newline at the end': '[z]\na = 1',
  'no newline at the end of a sibling': '[repositories.qa]\nurl = "q"\n\n[http-basic.qa]\nusername = "u"',
  'CRLF without the last one': 'a = 1\r\n[z]\r\nb = 2',
  'blank lines at the end': 'a = 1\n\n\n',
  'spaces at the end': 'a = 1\n  ',
  'only a line end': '\n',
  'other keys in our tables': '[repositories.mine]\ncert = 1\n[http-basic.mine]\nother = 1\n',
  'other keys in our tables, inline': 'repositories = {mine = {cert = 1}}\nhttp-basic = {mine = {other = 1}}\n',
  'our tables, dotted': 'repositories.mine.cert = 1\nhttp-basic.mine.other = 1\n[z]\n',
  'our tables, empty and inline': '[repositories]\nmine = {}\nmine-2 = { }\n[http-basic]\nmine = {}\nmine-2 = {  }',
  'a comment on our header': '[repositories.mine] # why\n\n[http-basic.mine] # why\n\n[z]\n',
  'tables below ours': '[repositories.mine.sub]\na = 1\n\n[http-basic.mine.sub]\na = 1\n',
  'parents, empty': '[repositories]\n\n[http-basic]\n',
  'parents, empty and inline': 'repositories = {}\nhttp-basic = { }\n',
}
const texts = Object.entries<string | undefined>({ ...configs, ...auths, ...more }).filter(
  (pair): pair is [string, string] => pair[1] !== undefined,
)

describe.each(texts)('written and forgotten, to the byte: %s', (_, before) => {
  test.each([1, 2, 4])('%i names', async (count) => {
    const path = await file('config.toml', before)
    const some = names.slice(0, count)
    await setRepositories(path, Object.fromEntries(some.map((name) => [name, URL])))
    expect(await forgetRepositories(path, leftovers)).toBe('cleaned')
    expect(await read(path)).toBe(before)
    expect(await forgetRepositories(path, leftovers)).toBeUndefined()
  })

  test.each(['keyring', 'plaintext'])('logins, %s', async (store) => {
    const path = await file('auth.toml', before)
    await setLogins(path, { usernames: names, passwords: store === 'plaintext' ? each('TOKEN') : {} })
    expect(await forgetLogins(path, leftovers)).toBe('cleaned')
    expect(await read(path)).toBe(before)
  })

  test('one name after the other, in either order', async () => {
    for (const order of [names, names.toReversed()]) {
      const path = await file('config.toml', before)
      for (const name of names) await setRepositories(path, { [name]: URL })
      for (const name of order) await forgetRepositories(path, { ...leftovers, urls: { [name]: ['old', URL] } })
      expect(await read(path)).toBe(before)
    }
  })
})

test.each([
  ['another URL', '[repositories.mine]\nurl = "https://other.example/"\n'],
  ['a URL that is none', '[repositories.mine]\nurl = 5\n'],
  ['another name', `[repositories.other]\nurl = "${URL}"\n`],
  ['no table', 'repositories = 5\n'],
])('config.toml keeps %s', async (_, text) => {
  const path = await file('config.toml', text)
  expect(await forgetRepositories(path, leftovers)).toBeUndefined()
  expect(await read(path)).toBe(text)
})

test.each([
  ['another user name', '[http-basic.mine]\nusername = "me"\n', undefined],
  ['a login of the user’s own', '[http-basic.mine]\nusername = "aws"\npassword = "own"\n', undefined],
  ['another name', '[http-basic.other]\nusername = "aws"\npassword = "TOKEN"\n', undefined],
  [
    'the user name of somebody who has our token',
    '[http-basic.mine]\nusername = "me"\npassword = "TOKEN"\n',
    '[http-basic.mine]\nusername = "me"\n',
  ],
])('auth.toml keeps %s', async (_, text, after = text) => {
  const path = await file('auth.toml', text)
  await forgetLogins(path, leftovers)
  expect(await read(path)).toBe(after)
})

test('auth.toml keeps a user name that was there before, but not our token', async () => {
  const path = await file('auth.toml', '[http-basic.mine]\nusername = "aws"\npassword = "TOKEN"\n')
  expect(await forgetLogins(path, { ...leftovers, usernames: ['mine-2'] })).toBe('cleaned')
  expect(await read(path)).toBe('[http-basic.mine]\nusername = "aws"\n')
})

test.each([
  ['that was not there before', true, 'removed'],
  ['that was there before', false, 'cleaned'],
])('an empty file %s', async (_, isCreated, done) => {
  const path = join(dir, 'config.toml')
  if (!isCreated) await putOld(path, '')
  await setRepositories(path, each(URL))
  expect(await forgetRepositories(path, { ...leftovers, created: isCreated ? [path] : [] })).toBe(done)
  expect(await read(path).catch(() => undefined)).toBe(isCreated ? undefined : '')
})

test('a file of ours in which something else is by now stays', async () => {
  const path = join(dir, 'config.toml')
  await setRepositories(path, each(URL))
  await writeFile(path, `${await read(path)}\n[virtualenvs]\nin-project = true\n`)
  expect(await forgetRepositories(path, { ...leftovers, created: [path] })).toBe('cleaned')
  expect(await read(path)).toBe('[virtualenvs]\nin-project = true\n')
})

test('a link to a file that goes stays', async () => {
  await mkdir(join(dir, 'real'))
  const path = join(dir, 'config.toml')
  await symlink(join(dir, 'real/config.toml'), path)
  await setRepositories(path, each(URL))
  expect(await forgetRepositories(path, { ...leftovers, created: [path] })).toBe('removed')
  await expect(stat(join(dir, 'real/config.toml'))).rejects.toThrow('ENOENT')
  await setRepositories(path, each(URL))
  expect(await read(join(dir, 'real/config.toml'))).toContain(URL)
})

test.each(['there', 'not there'])('what a killed run left of a file that is %s goes, token and all', async (where) => {
  const path = join(dir, 'auth.toml')
  if (where === 'there') await writeFile(path, '# mine\n')
  await writeFile(leftoverOf(path), '[http-basic.mine]\npassword = "TOKEN"\n')
  expect(await forgetLogins(path, leftovers)).toBeUndefined()
  expect(await readdir(dir)).toEqual(where === 'there' ? ['auth.toml'] : [])
})

test('no file is no error, and none is made', async () => {
  expect(await forgetLogins(join(dir, 'auth.toml'), leftovers)).toBeUndefined()
  await expect(stat(join(dir, 'auth.toml'))).rejects.toThrow('ENOENT')
})
