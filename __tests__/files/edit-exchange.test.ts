import {
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jest } from '@jest/globals'

/** What somebody else does after the last look at the old file, and before the next system call that takes it away. */
let atLast: (() => void) | undefined
let hasLinks = true
const real = { ...(await import('node:fs')) }
const late =
  <T extends readonly unknown[]>(call: (...words: T) => void) =>
  (...words: T): void => {
    const work = atLast
    atLast = undefined
    work?.()
    call(...words)
  }
jest.unstable_mockModule('node:fs', () => ({
  ...real,
  renameSync: late(real.renameSync),
  linkSync: (from: string, to: string) => {
    if (!hasLinks) throw Object.assign(new Error('EPERM'), { code: 'EPERM' })
    real.linkSync(from, to)
  },
  rmSync: (path: string, options: object | undefined) =>
    options ? real.rmSync(path, options) : late(real.rmSync)(path),
}))
const { editText } = await import('../../src/files/edit.ts')

let dir: string
let file: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ca-sync-exchange-'))
  file = join(dir, 'f')
})
afterEach(() => real.rmSync(dir, { recursive: true }))

/** Opens the file at the last moment, as Poetry does, and writes it then or later. */
function writer(text: string, delayMs?: number) {
  return () => {
    const fd = openSync(file, 'w')
    const write = () => {
      writeSync(fd, text)
      closeSync(fd)
    }
    if (delayMs === undefined) write()
    else setTimeout(write, delayMs)
  }
}

/** One that opened it before, and writes through that. */
function holder(text: string) {
  const fd = openSync(file, 'r+')
  return () => {
    ftruncateSync(fd)
    writeSync(fd, text, 0)
    closeSync(fd)
  }
}

const options = { mode: 0o600, code: 'POETRY_FILE_INVALID' } as const
const add = (text: string) => `${text}ours\n`
const read = () => readFileSync(file, 'utf8')

test.each([
  ['written', () => writer('theirs\n'), 'theirs\nours\n'],
  ['written with as many bytes', () => writer('BEFORE\n'), 'BEFORE\nours\n'],
  ['emptied, and filled later', () => writer('theirs\n', 200), 'theirs\nours\n'],
  ['emptied for good', () => writer(''), 'ours\n'],
  ['written by one who had it open', () => holder('theirs\n'), 'theirs\nours\n'],
])('%s at the last moment: nothing is lost', async (_, make, after) => {
  writeFileSync(file, 'before\n')
  atLast = make()
  expect(await editText(file, add, options)).toBe('written')
  expect(read()).toBe(after)
  expect(readdirSync(dir)).toEqual(['f'])
})

test.each([
  ['written', undefined],
  ['emptied, and filled later', 200],
])('a new file, %s at the last moment: nothing is lost', async (_, delayMs) => {
  atLast = writer('theirs\n', delayMs)
  expect(await editText(file, add, options)).toBe('written')
  expect(read()).toBe('theirs\nours\n')
})

test('a file that was to go, written at the last moment, stays', async () => {
  writeFileSync(file, 'ours\n')
  const drop = (text: string) => (text === 'ours\n' ? undefined : text.replace('ours\n', ''))
  atLast = writer('theirs\nours\n', 200)
  expect(await editText(file, drop, options)).toBe('written')
  expect(read()).toBe('theirs\n')
})

test('what they wrote at the last moment stays also where the edit refuses it', async () => {
  writeFileSync(file, 'before\n')
  const change = (text: string) => {
    if (text.startsWith('theirs')) throw new Error('not this')
    return add(text)
  }
  atLast = writer('theirs\n')
  await expect(editText(file, change, options)).rejects.toThrow('not this')
  expect(read()).toBe('theirs\n')
  expect(readdirSync(dir)).toEqual(['f'])
})

test.each(['EIO', 'ENOSPC'])('where the last step fails (%s), the file is as it was, or is not there', async (code) => {
  const fail = () => {
    throw Object.assign(new Error(code), { code })
  }
  for (const before of ['before\n', undefined]) {
    if (before !== undefined) writeFileSync(file, before)
    atLast = fail
    await expect(editText(file, add, options)).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' })
    expect(readdirSync(dir)).toEqual(before === undefined ? [] : ['f'])
    real.rmSync(file, { force: true })
  }
})

describe('a file system without hard links', () => {
  beforeEach(() => {
    hasLinks = false
  })
  afterEach(() => {
    hasLinks = true
  })

  test.each([
    ['is there', 'before\n'],
    ['is not there', undefined],
  ])('a file that %s is written', async (_, before) => {
    if (before !== undefined) writeFileSync(file, before)
    expect(await editText(file, add, options)).toBe('written')
    expect(read()).toBe(`${before ?? ''}ours\n`)
    expect(readdirSync(dir)).toEqual(['f'])
  })

  test('a change until the last moment is not lost', async () => {
    writeFileSync(file, 'before\n')
    let round = 0
    const edit = (text: string) => {
      if (round++ === 0) writeFileSync(file, 'theirs\n')
      return add(text)
    }
    expect(await editText(file, edit, options)).toBe('written')
    expect(read()).toBe('theirs\nours\n')
  })
})
