import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { State } from '../../src/core/memory/state.ts'
import { emptyState } from '../../src/core/memory/state-shape.ts'
import type { CaSyncError } from '../../src/core/words/errors.ts'
import { isSealed } from '../../src/state/seal.ts'
import { openStore } from '../../src/state/store.ts'
import { project, record, state } from '../core/facts.ts'
import { fullState } from '../core/memory/odd-states.ts'
import { leftoverOf } from '../helpers/leftover.ts'
import { oddPlaces } from '../helpers/odd-places.ts'

let dir: string
let told: CaSyncError[]
beforeEach(async () => {
  dir = join(await mkdtemp(join(tmpdir(), 'ca-sync-store-')), 'deep/ca-sync')
  told = []
})
afterEach(() => rm(join(dir, '../..'), { recursive: true }))

const full = state({
  projects: { '/a': { ...project(record('dev')), renewAt: 20 }, '/b': { ...project(), renewAt: 10 } },
})
const open = () => openStore(dir, Date.now, (problem) => told.push(problem))
const file = () => join(dir, 'state.json')
const write = async (text: string | Buffer) => {
  await mkdir(dir, { recursive: true })
  await writeFile(file(), text)
}

test.each<[string, State]>([
  ['two projects', full],
  ['all that there can be', fullState()],
])('what is written is read: %s', async (_, one) => {
  await open().write(one)
  expect(open().read()).toEqual(one)
  expect(open().recall()).toEqual(one)
  expect(open().problem()).toBeUndefined()
  expect(isSealed(await readFile(file()))).toBe(true)
  expect((await stat(file())).mode & 0o777).toBe(0o600)
  expect((await stat(dir)).mode & 0o777).toBe(0o700)
})

test('`next` is the next useful run of all', async () => {
  await open().write(full)
  expect(await readFile(join(dir, 'next'), 'utf8')).toBe('10\n')
})

test('a project that is away does not call for a run at once', async () => {
  const store = openStore(
    dir,
    () => 50_000,
    () => undefined,
  )
  await store.write({ ...full, away: { '/b': '' } })
  expect(await readFile(join(dir, 'next'), 'utf8')).toBe('20\n')
  await store.write({ ...full, away: { '/a': '', '/b': new Date(0).toISOString() } })
  expect(await readFile(join(dir, 'next'), 'utf8')).toBe('1850\n')
})

test('no projects, no `next`', async () => {
  await open().write(emptyState)
  await expect(stat(join(dir, 'next'))).rejects.toThrow('ENOENT')
})

describe('a file that is damaged', () => {
  test.each<[string, string | Buffer]>([
    ...['', '{', 'null', '[]', '1', '"x"', '{"version":0}', '{"projects":{}}', '\0\0'].map((text): [string, string] => [
      text,
      text,
    ]),
    ['UTF-16', Buffer.from('\ufeff{"version":1}', 'utf16le')],
    ['no UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
    ['deeper than can be read', '['.repeat(1_000_000)],
  ])('%j: all is lost; the next write says so once', async (_, text) => {
    await write(text)
    expect(open().read()).toEqual(emptyState)
    expect(open().recall()).toEqual(emptyState)
    expect(open().problem()).toMatchObject({ code: 'STATE_LOST', message: expect.stringContaining(file()) })
    await open().write(full)
    await open().write(full)
    expect(told).toMatchObject([{ code: 'STATE_LOST' }])
    expect(open().problem()).toBeUndefined()
  })

  test('larger than any: all is lost', async () => {
    await write('')
    await truncate(file(), 2 ** 40)
    expect(open().problem()).toMatchObject({ code: 'STATE_LOST' })
    await open().write(full)
    expect(open().read()).toEqual(full)
  })

  test('in places: the rest stays; the next write says so once', async () => {
    await write(JSON.stringify({ ...full, tokens: { x: 5 }, projects: { ...full.projects, '/x': {} } }))
    expect(open().read()).toEqual(full)
    expect(open().problem()).toMatchObject({
      code: 'STATE_DAMAGED',
      message: expect.stringMatching(/left out: projects \/x, tokens x \(in .*state\.json\)\.$/),
    })
    expect(told).toEqual([])
    await open().write(full)
    await open().write(full)
    expect(told).toMatchObject([{ code: 'STATE_DAMAGED' }])
  })

  test('a table that is none: its part is lost, the others stay', async () => {
    await write(JSON.stringify({ ...full, tokens: [] }))
    expect(open().read()).toEqual(full)
    expect(open().problem()).toMatchObject({ code: 'STATE_LOST' })
  })

  test('in many places: some are named', async () => {
    const projects = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`/p${at}`, {}]))
    await write(JSON.stringify({ ...emptyState, projects }))
    expect(open().problem()?.message).toMatch(/projects \/p0, .*projects \/p4, and 15 more \(in /)
  })

  test.each([
    ['a byte-order mark', (text: string) => `\ufeff${text}`],
    ['other white space', (text: string) => JSON.stringify(JSON.parse(text))],
    ['no seal', (text: string) => text.replace(/,\n "seal".*/, '')],
  ])('%s is no damage', async (_, change) => {
    await open().write(full)
    await write(change(await readFile(file(), 'utf8')))
    expect(open().read()).toEqual(full)
    expect(open().problem()).toBeUndefined()
  })
})

test('a table that is missing is empty', async () => {
  await write(JSON.stringify({ version: 1, projects: full.projects }))
  expect(open().read()).toEqual(full)
})

describe('what cannot be read stays as it is', () => {
  const isRoot = process.getuid?.() === 0
  test.each<[string, string, (path: string) => unknown]>([
    ['of a newer version', 'STATE_NEWER', (path) => writeFile(path, '{"version":2,"projects":[]}')],
    ['of a much newer version', 'STATE_NEWER', (path) => writeFile(path, '{"version":1e999}')],
    ...Object.entries(oddPlaces)
      .filter(([kind]) => kind !== 'a link that leads nowhere')
      .map(([kind, put]): [string, string, typeof put] => [kind, 'STATE_UNREADABLE', put]),
    ...(isRoot
      ? []
      : [
          [
            'not ours to read',
            'STATE_UNREADABLE',
            async (path: string) => chmod(path, 0).catch(() => writeFile(path, '', { mode: 0 })),
          ] as [string, string, (path: string) => unknown],
        ]),
  ])('%s', async (_, code, put) => {
    await open().write(full)
    await rm(file())
    await put(file())
    const before = await stat(file()).catch(() => undefined)
    const next = await readFile(join(dir, 'next'), 'utf8')
    const problem = expect.objectContaining({ code, message: expect.stringContaining(file()) })
    expect(open().read).toThrow(problem as never)
    expect(open().recall()).toEqual(emptyState)
    expect(open().problem()).toEqual(problem)
    await expect(open().write(state({ usernames: { dev: true } }))).rejects.toEqual(problem)
    await expect(open().write(emptyState)).rejects.toEqual(problem)
    expect((await stat(file()).catch(() => undefined))?.ino).toBe(before?.ino)
    expect(await readFile(join(dir, 'next'), 'utf8')).toBe(next)
    expect(told).toEqual([])
  })

  test('a link that leads nowhere is no file yet', async () => {
    await mkdir(dir, { recursive: true })
    await symlink('../elsewhere.json', file())
    expect(open().read()).toEqual(emptyState)
    await open().write(full)
    expect(JSON.parse(await readFile(join(dir, '../elsewhere.json'), 'utf8'))).toMatchObject(full)
  })
})

test('an empty state is no file, and leaves none', async () => {
  await open().write(full)
  await writeFile(leftoverOf(file()), 'half')
  await open().write(emptyState)
  expect(await readdir(dir)).toEqual([])
  expect(open().read()).toEqual(emptyState)
})

test('what is put off is read at once, and written by the next write or by flush', async () => {
  const store = open()
  const other = open()
  store.put(full)
  expect([store.read(), other.read()]).toEqual([full, emptyState])
  await store.flush()
  expect(other.read()).toEqual(full)
  store.put(emptyState)
  await store.write(full)
  await store.flush()
  expect([store.read(), other.read()]).toEqual([full, full])
})

test('what another run wrote is read', async () => {
  const store = open()
  for (const at of [1, 2, 3]) {
    const newer = state({ projects: { '/a': { ...project(), renewAt: at } } })
    await open().write(newer)
    expect(store.read()).toEqual(newer)
  }
})

test.each(['next', 'notice'].flatMap((name) => Object.keys(oddPlaces).map((kind) => [kind, name])))(
  '%s in place of %s goes',
  async (kind, name) => {
    await open().write(full)
    await rm(join(dir, name), { force: true })
    await oddPlaces[kind]?.(join(dir, name))
    await open().write({ ...full, usernames: { dev: true } })
    expect(await readdir(dir)).toEqual(['next', 'state.json'])
    expect(await readFile(join(dir, 'next'), 'utf8')).toBe('10\n')
  },
)

test('a folder in place of `next` that is not empty is named; the state is written all the same', async () => {
  await mkdir(join(dir, 'next/deep'), { recursive: true })
  await expect(open().write(full)).rejects.toMatchObject({
    code: 'FILE_UNWRITABLE',
    message: `Cannot write ${join(dir, 'next')}: a folder of that name is in the way.`,
  })
  expect(open().read()).toEqual(full)
})

test('where one of the files of hooks cannot be written, the others have been when that is told', async () => {
  await mkdir(join(dir, 'next/deep'), { recursive: true })
  const served = state({ projects: { '/a': { ...project(), store: 'exec' } } })
  await expect(open().write(served)).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' })
  expect((await readdir(dir)).sort()).toEqual(['exec', 'next', 'state.json'])
})

test.each([['0'], ['what nobody can read'], [undefined], ['10']])(
  'flush mends what hooks read, though nothing else is to be written: %s',
  async (by) => {
    await open().write(full)
    if (by === undefined) await rm(join(dir, 'next'))
    else await writeFile(join(dir, 'next'), `${by}\n`)
    const before = (await stat(file())).mtimeMs
    await open().flush()
    expect(await readFile(join(dir, 'next'), 'utf8')).toBe('10\n')
    expect((await stat(file())).mtimeMs).toBe(before)
  },
)

test.each([
  ['deleted', () => rm(file()), []],
  ['lost', () => write('{'), ['exec', 'next', 'notice']],
])('of a state that was %s, flush leaves hooks what they need', async (_, change, left) => {
  await open().write(full)
  for (const name of ['exec', 'notice']) await writeFile(join(dir, name), 'x')
  await change()
  await open().flush()
  expect((await readdir(dir)).filter((name) => name !== 'state.json')).toEqual(left)
})

test('where there is no state, flush makes nothing', async () => {
  await open().flush()
  await expect(readdir(dir)).rejects.toMatchObject({ code: 'ENOENT' })
})
