import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { emptyState } from '../../src/core/state.ts'
import { openStore } from '../../src/state/store.ts'
import { project, record, state } from '../core/facts.ts'
import { leftoverOf } from '../helpers/leftover.ts'

let dir: string
beforeEach(async () => {
  dir = join(await mkdtemp(join(tmpdir(), 'ca-sync-store-')), 'deep/ca-sync')
})
afterEach(() => rm(join(dir, '../..'), { recursive: true }))

const full = state({
  projects: { '/a': { ...project(record('dev')), renewAt: 20 }, '/b': { ...project(), renewAt: 10 } },
})

test('what is written is read', async () => {
  await openStore(dir, Date.now).write(full)
  expect(openStore(dir, Date.now).read()).toEqual(full)
  expect((await stat(join(dir, 'state.json'))).mode & 0o777).toBe(0o600)
  expect((await stat(dir)).mode & 0o777).toBe(0o700)
})

test('`next` is the next useful run of all', async () => {
  await openStore(dir, Date.now).write(full)
  expect(await readFile(join(dir, 'next'), 'utf8')).toBe('10\n')
})

test('no projects, no `next`', async () => {
  await openStore(dir, Date.now).write(emptyState)
  await expect(stat(join(dir, 'next'))).rejects.toThrow('ENOENT')
})

test.each([
  '',
  '{',
  'null',
  '[]',
  '1',
  '"x"',
  '{"version":2,"projects":{}}',
  '{"version":1,"projects":[]}',
  '{"version":1,"tokens":null}',
  '{"version":1,"names":"x"}',
  '\0\0',
])('%j is no state', async (text) => {
  await openStore(dir, Date.now).write(full)
  await writeFile(join(dir, 'state.json'), text)
  expect(openStore(dir, Date.now).read()).toEqual(emptyState)
})

test('a table that is missing is empty', async () => {
  await openStore(dir, Date.now).write(full)
  await writeFile(join(dir, 'state.json'), JSON.stringify({ version: 1, projects: full.projects }))
  expect(openStore(dir, Date.now).read()).toEqual(full)
})

test('an empty state is no file, and leaves none', async () => {
  await openStore(dir, Date.now).write(full)
  await writeFile(leftoverOf(join(dir, 'state.json')), 'half')
  await openStore(dir, Date.now).write(emptyState)
  expect(await readdir(dir)).toEqual([])
  expect(openStore(dir, Date.now).read()).toEqual(emptyState)
})

test('what is put off is read at once, and written by the next write or by flush', async () => {
  const store = openStore(dir, Date.now)
  const other = openStore(dir, Date.now)
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
  const store = openStore(dir, Date.now)
  for (const at of [1, 2, 3]) {
    const newer = state({ projects: { '/a': { ...project(), renewAt: at } } })
    await openStore(dir, Date.now).write(newer)
    expect(store.read()).toEqual(newer)
  }
})
