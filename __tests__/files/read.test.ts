import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readText } from '../../src/files/read.ts'

let dir: string
let file: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ca-sync-read-'))
  file = join(dir, 'f')
})
afterEach(() => rm(dir, { recursive: true, force: true }))

test('a text comes back as it is, byte-order mark and line ends too', async () => {
  await writeFile(file, '\ufeffa\r\nb')
  expect(await readText(file)).toBe('\ufeffa\r\nb')
})

test.each([
  ['nothing', () => undefined],
  ['a link to nothing', () => symlink('absent', file)],
])('%s is undefined', async (_, make) => {
  await make()
  expect(await readText(file)).toBeUndefined()
})

test('as much as is read: 1 MiB', async () => {
  await writeFile(file, 'é'.repeat(512 * 1024))
  expect(await readText(file)).toHaveLength(512 * 1024)
})

test('what is not UTF-8 is an error of the caller’s code', async () => {
  await writeFile(file, Buffer.from([0x61, 0xe9]))
  await expect(readText(file, 'CONFIG_INVALID')).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: `${file} is not UTF-8 text.`,
  })
})

const pipe = () => execFileSync('mkfifo', [file])

async function socket(): Promise<void> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(file, resolve))
  server.unref()
}

async function beneathFile(): Promise<void> {
  await writeFile(file, '')
  file = join(file, 'x')
}

const posix = process.platform !== 'win32'
const linux = process.platform === 'linux'

test.each([
  ['a folder', () => mkdir(file), 'a folder of that name is in the way', true],
  ['a folder as a file’s', beneathFile, 'a file stands where', true],
  ['a device without end', () => symlink('/dev/zero', file), 'it is not a regular file but a device', posix],
  ['a pipe that nobody writes to', pipe, 'it is not a regular file but a pipe', posix],
  ['a link to one', () => symlink('g', file).then(() => execFileSync('mkfifo', [`${dir}/g`])), 'but a pipe', posix],
  ['a socket', socket, 'it is not a regular file but a socket', posix],
  ['a giant', () => writeFile(file, Buffer.alloc(1024 * 1024 + 1)), 'it has more than 1048576 bytes', true],
  ['a giant that says it is empty', () => symlink('/proc/self/pagemap', file), 'has more than 1048576', linux],
  ['links in a circle', () => symlink('f', file), 'its symbolic links go round in a circle', posix],
])('%s is refused at once', async (_, make, reason, isHere) => {
  if (!isHere) return
  await make()
  await expect(readText(file, 'POETRY_FILE_INVALID')).rejects.toMatchObject({
    code: 'POETRY_FILE_INVALID',
    message: expect.stringMatching(`^Cannot read ${file}: .*${reason}.*\\.$`),
    hint: expect.stringMatching(/, then run ca-sync again\.$/),
  })
})
