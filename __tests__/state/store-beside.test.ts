import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { State } from '../../src/core/memory/state.ts'
import { emptyState } from '../../src/core/memory/state-shape.ts'
import { openStore } from '../../src/state/store.ts'
import { project, state } from '../core/facts.ts'

let dir: string
beforeEach(async () => {
  dir = join(await mkdtemp(join(tmpdir(), 'ca-sync-store-')), 'ca-sync')
})
afterEach(() => rm(join(dir, '..'), { recursive: true }))

const open = () => openStore(dir, Date.now, () => undefined)
const renewedAt = (renewAt: number): State => state({ projects: { '/a': { ...project(), renewAt } } })
const [full, second, third] = [renewedAt(20), renewedAt(10), renewedAt(30)]

test('what is put off during a write is built on it, and outlasts it', async () => {
  const store = open()
  await store.write(emptyState)
  const writing = store.write(full)
  store.put({ ...store.read(), usernames: { dev: true } })
  await writing
  await store.flush()
  expect([store.read(), open().read()]).toEqual(Array(2).fill({ ...full, usernames: { dev: true } }))
})

test.each<[string, (store: ReturnType<typeof open>) => unknown]>([
  ['another one', (store) => void store.write(third)],
  ['two others', (store) => [store.write(emptyState), store.write(third)]],
  ['what is put off', (store) => store.put(third)],
  ['what is put off, and put back', (store) => [store.put(full), store.put(third)]],
])('the last is what the file ends with, and flush ends after it: %s', async (_, then) => {
  const store = open()
  await store.write(full)
  void store.write(second)
  then(store)
  await store.flush()
  expect(open().read()).toEqual(third)
  expect(await readdir(dir)).toEqual(['next', 'state.json'])
})

test('flush waits for a write that nobody waits for', async () => {
  const store = open()
  void store.write(full)
  await store.flush()
  expect(open().read()).toEqual(full)
})

test('a write that fails is not tried again, and what was put off before it stays', async () => {
  const store = open()
  store.put(full)
  await mkdir(dir)
  await symlink('x'.repeat(240), join(dir, 'state.json')) // whose temporary neighbour's name is too long
  await expect(store.write(second)).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' })
  await rm(join(dir, 'state.json'))
  expect(store.read()).toEqual(full)
  await store.flush()
  expect(open().read()).toEqual(full)
})
