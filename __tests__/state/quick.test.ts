import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Failure } from '../../src/core/memory/failure.ts'
import type { ProjectRecord } from '../../src/core/memory/state.ts'
import { fileStamp } from '../../src/files/stamp.ts'
import { findPyproject } from '../../src/poetry/projects.ts'
import { nothingToDo, plainState, quickNames } from '../../src/state/quick.ts'
import { sealed } from '../../src/state/seal.ts'
import { environmentStamp } from '../../src/state/stamp.ts'
import { project, record, state } from '../core/facts.ts'

let home: string
let folder: string
const stateFile = () => join(home, 'state/state.json')
const env = () => ({ CA_SYNC_STATE_DIR: join(home, 'state'), AWS_PROFILE: 'dev' })
const ask = (
  words: readonly string[] = [],
  { cwd = folder, now = 1_000_000, variables = env() as Record<string, string> } = {},
) => {
  const around = { env: variables, platform: 'linux', home } as const
  return nothingToDo(words, cwd, now, around, plainState(words, around))?.stdout
}

async function remember(more: Partial<ProjectRecord> = {}): Promise<void> {
  const inputs = Object.fromEntries(
    ['pyproject.toml', 'absent'].map((name) => [join(folder, name), fileStamp(join(folder, name))]),
  )
  const known = {
    ...project(record('dev'), record('qa')),
    inputs,
    environmentStamp: environmentStamp(env()),
    renewAt: 2_000,
    expiresAt: 4_600,
  }
  await writeFile(stateFile(), sealed(state({ projects: { [folder]: { ...known, ...more } } })))
}

const editState = async (edit: (text: string) => string) =>
  writeFile(stateFile(), edit(await readFile(stateFile(), 'utf8')))
const replaceState = async (put: (file: string) => Promise<unknown>) => {
  await rm(stateFile())
  await put(stateFile())
}

beforeEach(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'ca-sync-quick-')))
  folder = join(home, 'app')
  await mkdir(join(folder, 'src/deep'), { recursive: true })
  await mkdir(join(home, 'state'))
  await writeFile(join(folder, 'pyproject.toml'), '')
  await remember()
})
afterEach(() => rm(home, { recursive: true }))

const answer =
  'Nothing to do: 2 sources are ready, tokens are valid for 1 h.\nIf Poetry says otherwise, type: ca-sync doctor\n'

test.each([
  [[], answer],
  [['sync'], answer],
  [['--unattended'], answer],
  [['-q'], ''],
  [['sync', '--quiet', '--unattended'], ''],
])('%j is answered', (words, expected) => {
  expect(ask(words)).toBe(expected)
})

test.each([[['--force']], [['--json']], [['-s', 'dev']], [['status']], [['--help']], [['-qn']], [['--']], [['x']]])(
  '%j is not',
  (words) => {
    expect(ask(words)).toBeUndefined()
  },
)

test('what was read already is not read again', async () => {
  const around = { env: env(), platform: 'linux', home } as const
  const read = plainState([], around)
  await rm(stateFile())
  expect(nothingToDo([], folder, 1_000_000, around, read)?.stdout).toBe(answer)
  expect(plainState([], around)).toBeUndefined()
  expect(plainState(['status'], around)).toBeUndefined()
})

test('from a folder below', () => {
  expect(ask([], { cwd: join(folder, 'src/deep') })).toBe(answer)
})

test('one source', async () => {
  await remember({ sources: [record('dev')] })
  expect(ask()).toBe(
    'Nothing to do: 1 source is ready, tokens are valid for 1 h.\nIf Poetry says otherwise, type: ca-sync doctor\n',
  )
})

test('but not those that Poetry can use for nothing, whatever is said of them', async () => {
  await remember({ partly: ['dev: no: x', 'qa: install only'], unusable: 1 })
  expect(ask()).toMatch(/^Nothing to do: 1 source is ready \(dev: no: x, qa: install only\), /)
  await remember({ partly: ['dev: x', 'qa: y'], unusable: 2 })
  expect(ask()).toMatch(/^Nothing to renew: Poetry can use no source /)
})

test('not from below a folder called pyproject.toml, which is no project of ours', async () => {
  await mkdir(join(folder, 'src/pyproject.toml'))
  expect(ask([], { cwd: join(folder, 'src/deep') })).toBeUndefined()
  expect(findPyproject(join(folder, 'src/deep'))).toBe(join(folder, 'src/pyproject.toml'))
})

test.each([
  ['by a job', ['--all', '--unattended', '--quiet'], ''],
  ['by a person', ['--all'], undefined],
  ['by a person, quietly', ['--all', '-q'], undefined],
  ['by a job that would say that all are ready', ['--all', '--unattended'], undefined],
])('a failure whose retry is not due yet, asked %s', async (_, words, expected) => {
  const failure: Failure = {
    ...{ code: 'AWS_UNREACHABLE' as const, message: '', hint: '', count: 1 },
    ...{ since: '1970-01-01T00:15:00.000Z', retryAt: 1_060 },
  }
  await remember({ renewAt: 0, failure })
  expect(ask(words)).toBe(expected)
})

describe('a failure that is recorded, and nothing is due', () => {
  const failure: Failure = {
    ...{ code: 'KEYRING_DISABLED' as const, message: '', hint: '', count: 1 },
    ...{ since: '1970-01-01T00:15:00.000Z', retryAt: 1_060 },
  }
  test.each([[[]], [['sync']], [['-q']], [['--all']], [['--all', '-q']]])('%j clears it', async (words) => {
    await remember({ failure })
    expect(ask(words)).toBeUndefined()
  })

  test.each([[['--unattended', '-q']], [['--all', '-q', '--unattended']]])('%j leaves it', async (words) => {
    await remember({ failure })
    expect(ask(words)).toBe('')
  })
})

describe('needs a closer look', () => {
  test.each<[string, () => unknown]>([
    ['it is time', () => remember({ renewAt: 1_000 })],
    ['the last run was tomorrow: the clock has been set back', () => remember({ ranAt: '1970-01-02T00:00:00.000Z' })],
    ['the last run left something', () => remember({ renewAt: 0 })],
    ['another environment', () => remember({ environmentStamp: '' })],
    ['pyproject.toml has changed', () => writeFile(join(folder, 'pyproject.toml'), 'x')],
    ['pyproject.toml is gone', () => rm(join(folder, 'pyproject.toml'))],
    ['a file is there now', () => writeFile(join(folder, 'absent'), '')],
    ['a project nearer than the one that is known', () => writeFile(join(folder, 'src/pyproject.toml'), '')],
    ['a state that is broken', () => writeFile(stateFile(), '{')],
    ['a state of another version', () => writeFile(stateFile(), sealed({ version: 2 }))],
    ['a state that somebody edited', () => editState((text) => text.replace('"dev"', '"deb"'))],
    ['a state with a space more', () => editState((text) => `${text} `)],
    ['a state that is cut off', () => editState((text) => text.slice(0, -20))],
    ['a state with a byte-order mark', () => editState((text) => `\ufeff${text}`)],
    ['an empty state', () => writeFile(stateFile(), '')],
    ['zeros', () => writeFile(stateFile(), Buffer.alloc(4096))],
    ['more than any state has', () => truncate(stateFile(), 2 ** 40)],
    ['a folder in its place', () => replaceState((file) => mkdir(file))],
    ['a pipe in its place', () => replaceState((file) => promisify(execFile)('mkfifo', [file]))],
    ['a device in its place', () => replaceState((file) => symlink('/dev/zero', file))],
    ['a link that leads nowhere', () => replaceState((file) => symlink('nowhere', file))],
    ['no state', () => rm(join(home, 'state'), { recursive: true })],
  ])('%s', async (_, change) => {
    await change()
    expect(ask([], { cwd: join(folder, 'src') })).toBeUndefined()
  })

  test('another identity in the environment', () => {
    expect(ask([], { variables: { ...env(), AWS_PROFILE: 'other' } })).toBeUndefined()
  })

  test('a project that nobody synced', async () => {
    await mkdir(join(home, 'other'))
    await writeFile(join(home, 'other/pyproject.toml'), '')
    expect(ask([], { cwd: join(home, 'other') })).toBeUndefined()
  })
})

describe('the names of sources', () => {
  const names = (from = folder) => quickNames(from, { env: env(), platform: 'linux', home })

  test.each([
    ['in the project', () => names()],
    ['below it', () => names(join(folder, 'src/deep'))],
    ['after the tokens have expired', () => remember({ renewAt: 1, expiresAt: 2 }).then(() => names())],
    ['with the access key of another shell', () => remember({ environmentStamp: 'x' }).then(() => names())],
  ])('are known %s', async (_, found) => {
    expect(await found()).toBe('dev\nqa\n')
  })

  test.each([
    ['where pyproject.toml was edited', () => writeFile(join(folder, 'pyproject.toml'), 'x')],
    ['where the last run left something to do', () => remember({ renewAt: 0 })],
    ['where one was logged out', () => remember({ without: ['prod'] })],
    ['where another project is nearer', () => writeFile(join(folder, 'src/deep/pyproject.toml'), '')],
    ['where somebody edited the state', () => editState((text) => text.replace('"qa"', '"no"'))],
    ['of a project that was never synced', () => replaceState((file) => writeFile(file, sealed(state())))],
  ])('are not %s', async (_, change) => {
    await change()
    expect(names(join(folder, 'src/deep'))).toBeUndefined()
  })
})

test.each([
  ['0', false],
  ['999', false],
  ['1000', false],
  ['', false],
  ['soon', false],
  [undefined, true],
  ['1060', true],
])('a job whose `next` is %s, while nothing is due, is answered: %s', async (next, isAnswered) => {
  await remember({ renewAt: 2_000 })
  const file = join(home, 'state/next')
  if (next === undefined) await rm(file, { force: true })
  else await writeFile(file, `${next}\n`)
  expect(ask(['--all', '--unattended', '--quiet'])).toBe(isAnswered ? '' : undefined)
  expect(ask([])).toBe(answer)
})
