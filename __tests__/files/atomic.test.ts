import { execFileSync, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  writeFile as put,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeFolder, removeFile, writeFile } from '../../src/files/atomic.ts'
import { editText } from '../../src/files/edit.ts'
import { startOf } from '../../src/files/process.ts'
import { leftoverOf } from '../helpers/leftover.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ca-sync-files-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const at = (...names: string[]) => join(dir, ...names)
const write = (path: string, text: string) => writeFile(path, text, { mode: 0o600 })
const posix = process.platform !== 'win32'

test('a new file gets its mode, its missing folders 0700, and nothing else is left in the folder', async () => {
  await write(at('a', 'b', 'f'), 'text')
  expect(await readdir(at('a', 'b'))).toEqual(['f'])
  expect(await readFile(at('a', 'b', 'f'), 'utf8')).toBe('text')
  if (posix)
    expect([(await stat(at('a'))).mode & 0o777, (await stat(at('a', 'b', 'f'))).mode & 0o777]).toEqual([0o700, 0o600])
})

test('a rewritten file loses its wider mode and keeps its owner', async () => {
  await put(at('f'), 'old')
  await chmod(at('f'), 0o644)
  if (process.getuid?.() === 0) await chown(at('f'), 65534, 65534)
  const { uid, gid } = await stat(at('f'))
  await write(at('f'), 'new')
  const after = await stat(at('f'))
  expect(after).toMatchObject({ uid, gid })
  if (posix) expect(after.mode & 0o777).toBe(0o600)
})

test('an unchanged text is not written', async () => {
  await put(at('f'), 'same é')
  const before = await stat(at('f'))
  await write(at('f'), 'same é')
  const after = await stat(at('f'))
  expect([after.ino, after.mtimeMs, after.mode]).toEqual([before.ino, before.mtimeMs, before.mode])
})

test.each([
  ['a link to a file', [['link', 'real']], 'real'],
  ['a dangling link', [['link', 'absent']], 'absent'],
  ['a dangling link into a folder that is missing', [['link', 'no/such/file']], 'no/such/file'],
  [
    'a chain of dangling links, through a linked folder',
    [
      ['link', 'here/next'],
      ['here', 'folder'],
      ['folder/next', '../end'],
    ],
    'end',
  ],
])('%s stays, and its target is written', async (_, links, target) => {
  await mkdir(at('folder'))
  await put(at('real'), 'old')
  for (const [name = '', to = ''] of links) await symlink(to, at(name))
  await write(at('link'), 'new')
  expect(await readFile(at(target), 'utf8')).toBe('new')
  expect((await lstat(at(target))).isFile()).toBe(true)
  for (const [name = '', to] of links) expect(await readlink(at(name))).toBe(to)
})

test.each([
  ['a folder in the way', () => mkdir(at('f')), 'f', 'a folder of that name is in the way'],
  ['a file as its folder', () => put(at('x'), ''), 'x/f', 'a file stands where its folder should be'],
  ['links in a circle', () => symlink('f', at('f')), 'f', 'its symbolic links go round in a circle'],
])('%s: FILE_UNWRITABLE names file and reason', async (_, prepare, name, reason) => {
  await prepare()
  const error = await write(at(name), 'new').catch((e: unknown) => e)
  expect(error).toMatchObject({ code: 'FILE_UNWRITABLE', message: `Cannot write ${at(name)}: ${reason}.` })
})

test('writers side by side: the file is one of their texts, whole, and no temporary file is left', async () => {
  const texts = Array.from({ length: 20 }, (_, i) => `${i}`.repeat(50_000))
  await symlink('f', at('link'))
  await Promise.all(texts.map((text, i) => write(at(i % 2 ? 'f' : 'link'), text)))
  expect(texts).toContain(await readFile(at('f'), 'utf8'))
  expect((await readdir(dir)).sort()).toEqual(['f', 'link'])
})

test('what a killed writer left goes; what another one is writing, or the user named so, stays', async () => {
  const others = [`f.ca-sync-${process.ppid}-${startOf(process.ppid)}-${randomUUID()}`, 'f.ca-sync-notes', 'g']
  for (const name of [leftoverOf('f'), ...others]) await put(at(name), '')
  await write(at('f'), 'new')
  expect((await readdir(dir)).sort()).toEqual(['f', ...others].sort())
})

if (posix) {
  test('a read-only folder: FILE_UNWRITABLE, and the file is as it was', async () => {
    await put(at('f'), 'old')
    await chmod(dir, 0o555)
    const asRoot = process.geteuid?.() === 0
    // Nothing is read-only to root.
    if (asRoot) process.seteuid?.(65534)
    const error = await write(at('f'), 'new').catch((e: unknown) => e)
    if (asRoot) process.seteuid?.(0)
    await chmod(dir, 0o755)
    expect(error).toMatchObject({ code: 'FILE_UNWRITABLE', message: `Cannot write ${at('f')}: permission denied.` })
    expect(await readFile(at('f'), 'utf8')).toBe('old')
  })
}

const canMount = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', tmpdir()]).status === 0
if (canMount) {
  test('a disk that fills up: the old file is whole', async () => {
    await mkdir(at('disk'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', at('disk')])
    try {
      await put(at('disk', 'f'), 'old')
      const error = await write(at('disk', 'f'), 'x'.repeat(100_000)).catch((e: unknown) => e)
      expect(error).toMatchObject({ code: 'FILE_UNWRITABLE', message: expect.stringContaining('no space is left') })
      expect(await readFile(at('disk', 'f'), 'utf8')).toBe('old')
      expect(await readdir(at('disk'))).toEqual(['f'])
    } finally {
      execFileSync('umount', [at('disk')])
    }
  })
}

describe.each([0o000, 0o022, 0o077, 0o777])('umask %o', (mask) => {
  const modes = async (...names: string[]) =>
    Promise.all(names.map(async (name) => (await stat(at(name))).mode & 0o7777))

  /** Works as a plain user, to whom modes mean something. */
  async function withMask(work: () => Promise<unknown>): Promise<void> {
    const asRoot = process.geteuid?.() === 0
    if (asRoot) await chown(dir, 65534, 65534)
    if (asRoot) process.seteuid?.(65534)
    const before = process.umask(mask)
    try {
      await work()
    } finally {
      process.umask(before)
      if (asRoot) process.seteuid?.(0)
    }
  }

  test('what is new can be read and written by its owner, and by nobody else unless that was meant', async () => {
    if (!posix) return
    await withMask(async () => {
      await write(at('a', 'b', 'secret'), 'text')
      await writeFile(at('open'), 'text', { mode: 0o644, keepMode: true })
      await editText(at('a', 'edited'), () => 'text', { mode: 0o600, keepMode: true, code: 'POETRY_FILE_INVALID' })
      await write(at('a', 'b', 'secret'), 'other')
    })
    expect(await modes('a', 'a/b', 'a/b/secret', 'a/edited', 'open')).toEqual([
      0o700,
      0o700,
      0o600,
      0o600,
      (0o644 & ~mask) | 0o600,
    ])
  })

  test.each([0o644, 0o600, 0o666, 0o620])('a mode of %o is kept', async (mode) => {
    if (!posix) return
    await withMask(async () => {
      await put(at('f'), 'old')
      await chmod(at('f'), mode)
      await writeFile(at('f'), 'new', { mode: 0o600, keepMode: true })
      await editText(at('f'), (text) => `${text}er`, { mode: 0o600, keepMode: true, code: 'POETRY_FILE_INVALID' })
    })
    expect(await modes('f')).toEqual([mode])
    expect(await readFile(at('f'), 'utf8')).toBe('newer')
  })
})

test.each([
  ['a pipe', () => execFileSync('mkfifo', [at('f')]), 'but a pipe'],
  ['a link to one', () => symlink('g', at('f')).then(() => execFileSync('mkfifo', [at('g')])), 'but a pipe'],
  ['a device', () => symlink('/dev/null', at('f')), 'but a device'],
  ['a folder', () => mkdir(at('f')), 'a folder of that name is in the way'],
])('%s in place of a file is neither written nor removed', async (_, make, reason) => {
  if (!posix) return
  await make()
  const { ino } = await stat(at('f'))
  const refused = { code: 'FILE_UNWRITABLE', message: expect.stringContaining(reason) }
  await expect(write(at('f'), 'new')).rejects.toMatchObject(refused)
  await expect(removeFile(at('f'))).rejects.toMatchObject(refused)
  expect((await stat(at('f'))).ino).toBe(ino)
})

test.each(['/proc/ca-sync', '/proc/ca-sync/deep/er', '/proc/1/fd/ca-sync'])(
  'a folder where the system takes none is an error at once: %s',
  async (path) => {
    expect(() => makeFolder(path)).toThrow(/ENOENT|EACCES|EPERM/)
    const link = join(dir, 'linked.json')
    await symlink(`${path}/state.json`, link)
    await expect(writeFile(link, 'x', { mode: 0o600 })).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' })
  },
)
