import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { editFile, editText } from '../../src/files/edit.ts'

let dir: string
let file: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ca-sync-edit-'))
  file = join(dir, 'f')
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const at = (name: string) => join(dir, name)
const read = (path = file) => readFileSync(path, 'utf8')
const options = { mode: 0o600, keepMode: true, code: 'POETRY_FILE_INVALID' } as const
const add = (text: string) => `${text}ours\n`

/** Edits the file, while somebody else does something else between the reading and the writing. */
function editBeside(meanwhile: (round: number) => void, change: (before: string) => string | undefined = add) {
  let round = 0
  const edit = (before: string) => {
    meanwhile(round++)
    return change(before)
  }
  return editText(file, edit, options)
}
const once = (work: () => void) => (round: number) => {
  if (round === 0) work()
}

/** Poetry's way of writing, but slow. */
const fill = (text: string) => void setTimeout(() => writeFileSync(file, text), 200)
function emptyAndFill(text: string): void {
  writeFileSync(file, '')
  fill(text)
}
const pipe = () => execFileSync('mkfifo', [file])
const posix = process.platform !== 'win32'
const old = 1_000_000

test.each<[string, () => void, string]>([
  ['written', () => writeFileSync(file, 'theirs\n'), 'theirs\nours\n'],
  ['added to', () => appendFileSync(file, 'theirs\n'), 'before\ntheirs\nours\n'],
  [
    'written with as many bytes and the old times',
    () => {
      const { atime, mtime } = statSync(file)
      writeFileSync(file, 'BEFORE\n')
      utimesSync(file, atime, mtime)
    },
    'BEFORE\nours\n',
  ],
  ['emptied, and filled later', () => emptyAndFill('theirs\n'), 'theirs\nours\n'],
  ['emptied for good', () => truncateSync(file), 'ours\n'],
  [
    'replaced',
    () => {
      writeFileSync(at('g'), 'theirs\n')
      renameSync(at('g'), file)
    },
    'theirs\nours\n',
  ],
  [
    'replaced by one that says the same',
    () => {
      writeFileSync(at('g'), 'before\n')
      renameSync(at('g'), file)
    },
    'before\nours\n',
  ],
  ['removed', () => rmSync(file), 'ours\n'],
  [
    'removed and made anew',
    () => {
      rmSync(file)
      writeFileSync(file, 'theirs\n')
    },
    'theirs\nours\n',
  ],
  ['touched', () => utimesSync(file, old, old), 'before\nours\n'],
])('%s meanwhile: nothing is lost', async (_, meanwhile, after) => {
  writeFileSync(file, 'before\n')
  expect(await editBeside(once(meanwhile))).toBe('written')
  expect(read()).toBe(after)
  expect(readdirSync(dir)).toEqual(['f'])
})

test.each<[string, () => void, string]>([
  ['made', () => writeFileSync(file, 'theirs\n'), 'theirs\nours\n'],
  ['made empty, and filled later', () => emptyAndFill('theirs\n'), 'theirs\nours\n'],
  ['made in a folder that was made for it', () => mkdirSync(at('sub')), 'ours\n'],
])('%s meanwhile, where no file was: nothing is lost', async (_, meanwhile, after) => {
  expect(await editBeside(once(meanwhile))).toBe('written')
  expect(read()).toBe(after)
})

test('filled in pieces: what is torn is not believed', async () => {
  writeFileSync(file, '[a]\nb = 1\n')
  const change = (before: string) => {
    if (!/^(?:\[a\]\nb = \d\n)+$/.test(before)) throw new Error('torn')
    return add(before)
  }
  const meanwhile = once(() => {
    writeFileSync(file, '[a]\nb =')
    fill('[a]\nb = 2\n')
  })
  expect(await editBeside(meanwhile, change)).toBe('written')
  expect(read()).toBe('[a]\nb = 2\nours\n')
})

test.each([
  ['and old is believed at once', true],
  ['and new is believed in the end', false],
])('a file that is empty %s', async (_, isOld) => {
  writeFileSync(file, '')
  if (isOld) utimesSync(file, old, old)
  expect(await editBeside(() => undefined)).toBe('written')
  expect(read()).toBe('ours\n')
})

test('what an edit refuses stays, and its error comes through', async () => {
  writeFileSync(file, 'before\n')
  const refuse = () => {
    throw new Error('not this')
  }
  await expect(editBeside(() => undefined, refuse)).rejects.toThrow(/^not this$/)
  expect(read()).toBe('before\n')
  expect(readdirSync(dir)).toEqual(['f'])
})

test('written again and again: it says so, and leaves the file to them', async () => {
  writeFileSync(file, 'before\n')
  await expect(editBeside((round) => writeFileSync(file, `${round}\n`))).rejects.toMatchObject({
    code: 'FILE_UNWRITABLE',
    message: `Cannot write ${file}: another program (Poetry, or an editor) writes it again and again.`,
  })
  expect(read()).toMatch(/^\d+\n$/)
  expect(readdirSync(dir)).toEqual(['f'])
})

describe('what becomes of the file', () => {
  const drop = (text: string) => (text === 'ours\n' ? undefined : text.replace('ours\n', ''))

  test.each<[string, string | undefined, (text: string) => string | undefined, string, string | undefined]>([
    ['there is none', undefined, () => '', 'same', undefined],
    ['there is none', undefined, () => undefined, 'same', undefined],
    ['nothing is changed', 'a\n', (text) => text, 'same', 'a\n'],
    ['all is taken out', 'ours\n', () => '', 'written', ''],
    ['it goes', 'ours\n', drop, 'removed', undefined],
  ])('%s', async (_, before, change, done, after) => {
    if (before !== undefined) writeFileSync(file, before)
    expect(await editText(file, change, options)).toBe(done)
    expect(existsSync(file) ? read() : undefined).toBe(after)
  })

  test.each<[string, () => void, string | undefined]>([
    ['written', () => writeFileSync(file, 'ours\ntheirs\n'), 'theirs\n'],
    ['emptied and filled', () => emptyAndFill('theirs\nours\n'), 'theirs\n'],
    ['removed', () => rmSync(file), undefined],
  ])('it was to go, and is %s meanwhile', async (_, meanwhile, after) => {
    writeFileSync(file, 'ours\n')
    await editBeside(once(meanwhile), drop)
    expect(existsSync(file) ? read() : undefined).toBe(after)
  })
})

if (posix) {
  test('a link stays; one that leads elsewhere meanwhile is followed there', async () => {
    writeFileSync(at('one'), 'one\n')
    writeFileSync(at('two'), 'two\n')
    symlinkSync('one', file)
    const meanwhile = once(() => {
      rmSync(file)
      symlinkSync('two', file)
    })
    await editBeside(meanwhile)
    expect([read(at('one')), read(at('two')), readlinkSync(file)]).toEqual(['one\n', 'two\nours\n', 'two'])
  })

  test.each([
    ['moved away', renameSync],
    ['copied', copyFileSync],
  ])('a file that is %s and made a link meanwhile', async (_, move) => {
    writeFileSync(file, 'before\n')
    const meanwhile = once(() => {
      move(file, at('real'))
      rmSync(file, { force: true })
      symlinkSync('real', file)
    })
    await editBeside(meanwhile)
    expect([read(at('real')), readlinkSync(file)]).toEqual(['before\nours\n', 'real'])
    expect(readdirSync(dir).sort()).toEqual(['f', 'real'])
  })

  test.each([
    ['a folder', () => mkdirSync(file), 'a folder of that name is in the way'],
    ['a pipe', pipe, 'it is not a regular file but a pipe'],
    ['a device', () => symlinkSync('/dev/null', file), 'it is not a regular file but a device'],
  ])('%s in its place, before or meanwhile, is left alone', async (_, make, reason) => {
    const refused = { code: expect.stringMatching(/^(?:FILE_UNWRITABLE|POETRY_FILE_INVALID)$/) }
    const message = expect.stringContaining(`${file}: ${reason}`)
    const put = () => {
      rmSync(file, { recursive: true, force: true })
      make()
    }
    for (const late of [false, true]) {
      if (late) writeFileSync(file, 'before\n')
      else put()
      await expect(editBeside(once(late ? put : () => undefined))).rejects.toMatchObject({ ...refused, message })
      expect(statSync(file).isFile()).toBe(false)
      expect(readdirSync(dir)).toEqual(['f'])
      rmSync(file, { recursive: true })
    }
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true)
  })

  test.each([
    [0o644, true, 0o644],
    [0o640, true, 0o640],
    [0o600, true, 0o600],
    [0o644, false, 0o600],
  ])('mode %o, kept: %s', async (mode, keepMode, after) => {
    writeFileSync(file, 'before\n')
    chmodSync(file, mode)
    await editText(file, add, { ...options, keepMode })
    expect(statSync(file).mode & 0o777).toBe(after)
  })

  test('a file that its owner made read-only, before or meanwhile, is left alone', async () => {
    for (const late of [false, true]) {
      writeFileSync(file, 'before\n')
      if (!late) chmodSync(file, 0o444)
      const meanwhile = once(() => (late ? chmodSync(file, 0o444) : undefined))
      await expect(editBeside(meanwhile)).rejects.toMatchObject({
        code: 'FILE_UNWRITABLE',
        message: `Cannot write ${file}: it is read-only.`,
      })
      expect([read(), lstatSync(file).mode & 0o777, readdirSync(dir)]).toEqual(['before\n', 0o444, ['f']])
      rmSync(file)
    }
  })
}

test('bytes are kept that are no text', async () => {
  writeFileSync(file, Buffer.from([0xff, 0]))
  await editFile(file, (before) => before && Buffer.concat([before, Buffer.from([1])]), options)
  expect(readFileSync(file)).toEqual(Buffer.from([0xff, 0, 1]))
})
