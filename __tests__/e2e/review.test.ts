import { spawn } from 'node:child_process'
import { appendFile, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { run } from '../../scripts/testbed/run.ts'
import { age } from './aging.ts'
import { plugin, pyproject } from './pyproject.ts'
import { openStage, type Stage } from './stage.ts'

jest.setTimeout(120_000)

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())

describe('a wrong command line', () => {
  test.each([
    ['bogus', 'There is no command "bogus".', 'ca-sync --help'],
    ['--bogus', 'There is no option --bogus.', 'ca-sync --help'],
    ['status extra', '"extra" is one word too many for ca-sync status.', 'ca-sync status --help'],
    ['schedule nonsense', '"nonsense" is no value of ca-sync schedule. It is one of .*', 'ca-sync schedule --help'],
  ])('%s', async (words, message, help) => {
    const { code, stdout, stderr } = await stage.caSync(words.split(' '))
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(new RegExp(`^error: ${message}\n  Type: ${help}\n$`))
  })

  test.each(['--json', '--json=true'])('prints the document with %s', async (json) => {
    const { code, stdout } = await stage.caSync(['--bogus', json])
    expect(code).toBe(2)
    expect(JSON.parse(stdout)).toEqual({
      schemaVersion: 1,
      sources: [],
      warnings: [],
      error: {
        code: 'USAGE',
        message: 'There is no option --bogus.',
        hint: 'Type: ca-sync --help',
      },
      fixes: [['ca-sync', '--help']],
    })
  })

  test.each(['--json=false', '-- --json'])('prints none with %s', async (words) => {
    expect(await stage.caSync(['--bogus', ...words.split(' ')])).toMatchObject({ code: 2, stdout: '' })
  })
})

describe('readers that go away', () => {
  /** Runs ca-sync with one of its outputs closed by the reader at once. */
  const without = (stream: 'stdout' | 'stderr', words: readonly string[]) =>
    new Promise<number | null>((resolve) => {
      const child = spawn('ca-sync', words, { cwd: stage.project, env: stage.env })
      child[stream].destroy()
      child[stream === 'stdout' ? 'stderr' : 'stdout'].resume()
      child.on('close', resolve)
    })

  test('an error keeps its exit code when nobody reads stderr', async () => {
    expect(await without('stderr', ['-C', 'nowhere'])).toBe(3)
  })
  test('and a run its work when nobody reads stdout', async () => {
    await rm(stage.state, { recursive: true, force: true })
    expect(await without('stdout', ['status'])).toBe(6)
    expect(await without('stdout', ['--json'])).toBe(0)
    expect(await stage.caSync(['status'])).toMatchObject({ code: 0 })
  })
})

describe('a current folder that was deleted', () => {
  const script = 'mkdir -p "$1" && cd "$1" && rmdir "$1" && shift && exec ca-sync "$@"'
  const there = (...words: string[]) =>
    run('sh', ['-c', script, 'sh', join(stage.box.dir, 'gone'), ...words], { env: stage.env })

  test('is named, with what to type', async () => {
    for (const words of [[], ['status'], ['-C', '.']])
      expect(await there(...words)).toMatchObject({
        code: 3,
        stderr: expect.stringMatching(/^error: The current folder does not exist any more\.\n {2}.*ca-sync -C/),
      })
  })
  test('and -C works', async () => {
    expect(await there('-C', stage.project)).toMatchObject({ code: 0, stderr: '' })
  })
})

describe("files of a stranger's project that have no end", () => {
  test.each([
    ['a device', (path: string) => symlink('/dev/zero', path), /poetry\.toml: it is not a regular file/],
    ['a pipe', (path: string) => run('mkfifo', [path], { env: stage.env }), /it is not a regular file/],
    ['a giant', (path: string) => writeFile(path, '#'.repeat(1024 * 1024 + 1)), /it has more than 1048576 bytes/],
  ])('poetry.toml is %s', async (_, make, words) => {
    const cwd = await stage.makeProject('endless', pyproject(plugin({ name: 'endless' })))
    const path = join(cwd, 'poetry.toml')
    await rm(path, { force: true })
    await make(path)
    for (const command of ['sync', 'status']) {
      const { code, stderr } = await stage.caSync([command], { cwd })
      expect(code).toBe(5)
      expect(stderr).toMatch(words)
    }
  })
})

test('a source that is not declared is told of by every run by hand until it is', async () => {
  const cwd = await stage.makeProject('undeclared', pyproject(plugin({ name: 'fresh' })))
  const told =
    'Poetry can publish to fresh, but not install from there: pyproject.toml has no [[tool.poetry.source]] of that name. Type: ca-sync sources declare'
  const { stdout, stderr } = await stage.caSync(['--json'], { cwd })
  expect(stderr).toBe(`warning: ${told}\n`)
  expect(JSON.parse(stdout).warnings).toContain(told)
  await age(stage, 8)
  const again = { code: 0, stderr: `warning: ${told}\n` }
  expect(await stage.caSync([], { cwd })).toMatchObject({ ...again, stdout: expect.stringContaining('12 h') })
  expect(await stage.caSync(['--force'], { cwd })).toMatchObject(again)
  expect(await stage.caSync(['--all', '--unattended', '--force'], { cwd })).toMatchObject({ code: 0, stderr: '' })
})

test('--all names the folder of a source that is new there and not declared', async () => {
  const cwd = await stage.makeProject('growing', pyproject(plugin({ name: 'old' })))
  await stage.caSync([], { cwd })
  await appendFile(join(cwd, 'pyproject.toml'), plugin({ name: 'newer' }))
  const { stderr } = await stage.caSync(['--all'], { cwd: '/' })
  expect(stderr).toMatch(/^warning: Poetry can publish to newer, .* Type: ca-sync sources declare -C .*\/growing\n$/)
})

test('a variable of this shell is in the way for status as for sync', async () => {
  const env = { ...stage.env, POETRY_HTTP_BASIC_DEV_PASSWORD: 'x' }
  const told = /The environment variable POETRY_HTTP_BASIC_DEV_PASSWORD is set/
  for (const [words, expected] of [
    [['-s', 'dev'], 5],
    [['status'], 6],
  ] as const) {
    const { code, stderr } = await stage.caSync(words, { env })
    expect(code).toBe(expected)
    expect(stderr).toMatch(told)
  }
  const { stdout } = await stage.caSync(['status', '--json'], { env })
  const [dev] = JSON.parse(stdout).sources
  expect(dev).toMatchObject({ ready: false, error: { message: expect.stringMatching(told) } })
})

describe('CA_SYNC_POETRY', () => {
  test.each([
    ['poetry', 'which is not a full path'],
    ['/nowhere/poetry', 'which does not exist'],
    ['/etc', 'which is not a program'],
  ])('%s: %s', async (poetry, why) => {
    const { code, stderr } = await stage.caSync(['--force'], { env: { ...stage.env, CA_SYNC_POETRY: poetry } })
    expect(code).toBe(5)
    expect(stderr).toContain(`CA_SYNC_POETRY names ${poetry}, ${why}.\n`)
  })
})

test('a busy unattended run with --json prints the document', async () => {
  await mkdir(stage.state, { recursive: true })
  const holder = spawn('sleep', ['600'])
  const lock = join(stage.state, 'lock')
  try {
    const stat = await readFile(`/proc/${holder.pid}/stat`, 'utf8')
    await writeFile(lock, `${holder.pid} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`)
    const { code, stdout, stderr } = await stage.caSync(['--force', '--unattended', '--json'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout)).toEqual({
      schemaVersion: 1,
      sources: [],
      warnings: [expect.stringContaining(`process ${holder.pid}`)],
      error: null,
      fixes: [],
    })
  } finally {
    holder.kill()
    await rm(lock)
  }
})

test('--verbose shows the cause of what failed for one source', async () => {
  const env = {
    ...stage.env,
    AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    AWS_ENDPOINT_URL_CODEARTIFACT: 'http://127.0.0.1:1',
  }
  const words = ['--force', '--json']
  const quiet = await stage.caSync(words, { env, cwd: stage.project })
  const loud = await stage.caSync([...words, '--verbose'], { env, cwd: stage.project })
  expect(quiet.stderr).not.toContain('caused by:')
  expect(loud.stderr).toContain('caused by:')
})
