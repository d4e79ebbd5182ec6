import { execFileSync } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { append, writeSecret } from '../../src/shell/output.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ca-sync-secret-'))
})
afterEach(() => rm(folder, { recursive: true }))

const mode = async (path: string) => (await stat(path)).mode & 0o777

test.each([
  ['a new file', undefined],
  ['a file with another text', 'old'],
  ['a file with the same text', 'new'],
])('%s is for its owner only', async (_, before) => {
  const file = join(folder, 'a/b')
  await writeSecret(join(folder, 'a/other'), '')
  if (before !== undefined) await writeFile(file, before)
  if (before !== undefined) await chmod(file, 0o644)
  await writeSecret(file, 'new')
  expect(await readFile(file, 'utf8')).toBe('new')
  expect(await mode(file)).toBe(0o600)
})

const posix = process.platform !== 'win32'

test.each([
  ['/dev/null', '/dev/null'],
  ['a folder', '.'],
  ['a link to a device', 'link'],
  ['a pipe', 'pipe'],
])('%s is not replaced', async (_, name) => {
  if (!posix) return
  execFileSync('mkfifo', [join(folder, 'pipe')])
  await symlink('/dev/null', join(folder, 'link'))
  const path = name.startsWith('/') ? name : join(folder, name)
  await expect(writeSecret(path, 'new')).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' })
  expect((await stat('/dev/null')).isCharacterDevice()).toBe(true)
  expect((await stat(join(folder, 'pipe'))).isFIFO()).toBe(true)
})

test('appending', async () => {
  const file = join(folder, 'env')
  await writeFile(file, 'A=1\n')
  await append(file, 'B=2\n')
  expect(await readFile(file, 'utf8')).toBe('A=1\nB=2\n')
  await expect(append(join(folder, 'no/such/folder'), 'x')).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' })
})

test('appending to a pipe that nobody reads does not wait', async () => {
  if (!posix) return
  const pipe = join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  await expect(append(pipe, 'x')).rejects.toMatchObject({
    code: 'FILE_UNWRITABLE',
    message: expect.stringMatching(`^Cannot append to ${pipe}: ENXIO`),
  })
})
