import { appendFileSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { chmod, chown, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { cleanEnv } from '../../scripts/testbed/clean-env.ts'
import { run } from '../../scripts/testbed/run.ts'
import { must } from '../helpers/must.ts'
import { copyProgram } from './files.ts'

let home: string
const dist = (name: string) => join(home, 'dist', name)
const cache = () => readFileSync(dist('program.cache'))
const isKept = () => readdirSync(join(home, 'dist')).some((name) => name.startsWith('program.cache'))

beforeEach(async () => {
  shown = 'REPOSITORY'
  home = await realpath(await mkdtemp(join(tmpdir(), 'ca-sync-kept-')))
  await copyProgram(join(home, 'dist'))
  date(1985) // as npm does
  await mkdir(join(home, 'app'))
  const url = 'https://my-domain-564131876131.d.codeartifact.us-east-1.amazonaws.com/pypi/my-repo/simple/'
  await writeFile(join(home, 'app/pyproject.toml'), `[[tool.poetry.source]]\nname = "dev"\nurl = "${url}"\n`)
})
afterEach(async () => {
  await chmod(join(home, 'dist'), 0o755)
  await rm(home, { recursive: true })
})

function caSync(words: string, variables = {}) {
  const env = { ...cleanEnv(process.env, home, process.execPath), ...variables }
  return run(process.execPath, [dist('main.cjs'), ...words.split(' ')], { env, cwd: join(home, 'app') })
}

const isRoot = process.getuid?.() === 0
const nobody = 65_534

/** Who is root may write to all folders, but not in another's name. */
const keepAway = (folder: string) => (isRoot ? chown(folder, nobody, nobody) : chmod(folder, 0o555))

let shown: string

/** Somebody changes a text of the program by hand, to one of the same length. */
function edit(text: string): void {
  const file = dist('program.cjs')
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(`\`${shown}\``, `\`${text}\``))
  shown = text
}

function date(year: number): void {
  const time = new Date(year, 9, 26)
  utimesSync(dist('program.cjs'), time, time)
}

/** As `edit`, but nothing shows it: what is compiled already goes on saying what it said. */
function change(text: string): void {
  const { mtime } = statSync(dist('program.cjs'))
  edit(text)
  date(mtime.getFullYear())
}

const showing = (text: string) => ({ code: 0, stdout: expect.stringContaining(text), stderr: '' })

test.each(['sources', '-C . sources', '--project . --verbose sources'])(
  'the compiled program is kept by the first run that ends well, and used by the next: %s',
  async (words) => {
    expect(await caSync('sources --project /nowhere')).toMatchObject({ code: 3 })
    expect(isKept()).toBe(false)
    expect(await caSync(words)).toMatchObject(showing('REPOSITORY'))
    change('repository')
    expect(await caSync('sources')).toMatchObject(showing('REPOSITORY'))
  },
)

test.each(['--verbose policy', '--verbose --help', '--json --version', 'sources remove dev -n'])(
  'what another command compiled is not kept for one of the usual: %s',
  async (words) => {
    expect(await caSync(words)).toMatchObject({ code: 0 })
    expect(isKept()).toBe(false)
  },
)

/** One byte is another. @param at - where, as a part of the whole */
const flipped = (at: number) => (bytes: Buffer) => {
  const place = Math.floor(at * bytes.length)
  return Buffer.concat([bytes.subarray(0, place), Buffer.of(bytes.readUInt8(place) ^ 255), bytes.subarray(place + 1)])
}

const inLine = (from: RegExp, to: string) => (bytes: Buffer) =>
  Buffer.from(bytes.toString('latin1').replace(from, to), 'latin1')

test.each<[string, (bytes: Buffer) => Buffer]>([
  ['nothing', () => Buffer.alloc(0)],
  ['a line', () => Buffer.from('\n')],
  ['zeros', (bytes) => Buffer.alloc(bytes.length)],
  ['its first half', (bytes) => bytes.subarray(0, bytes.length / 2)],
  ['all but its first byte', (bytes) => bytes.subarray(1)],
  ['another first byte', flipped(0)],
  ['another byte in the first copy', flipped(1 / 4)],
  ['another byte in the second copy', flipped(3 / 4)],
  ['a hole in both copies', (bytes) => Buffer.from(bytes).fill(0, bytes.length >> 2, (bytes.length >> 2) * 3)],
  ['another program', inLine(/\n[\da-f]{16}(?=,[^\n]*$)/, '\n0123456789abcdef')],
  ['another build of Node', inLine(/,\d+(?=,[\d.]+ [^\n]*$)/, ',1')],
])('%s there: the program is compiled anew, and kept', async (_, damaged) => {
  await caSync('sources')
  const bytes = damaged(cache())
  expect(bytes.equals(cache())).toBe(false)
  await writeFile(dist('program.cache'), bytes)
  change('repository')
  expect(await caSync('sources')).toMatchObject(showing('repository'))
  change('Repository')
  expect(await caSync('sources')).toMatchObject(showing('repository'))
})

test.each([
  ['other flags of V8', '--interpreted-frames-native-stack', ''],
  ['a Node that is no longer there', '--require ./first.cjs', 'process.execPath = "/nowhere/node"'],
  ['another version of Node in the same file', '--require ./first.cjs', "set('version', 'v20.99.0')"],
  ["a universal Node's other half", '--require ./first.cjs', "set('arch', 'riscv64')"],
])('%s: it is compiled anew', async (_, options, script) => {
  const set = 'const set = (name, value) => Object.defineProperty(process, name, { value })'
  await writeFile(join(home, 'app/first.cjs'), `${set}\n${script}`)
  await caSync('sources')
  change('repository')
  expect(await caSync('sources', { NODE_OPTIONS: options })).toMatchObject(showing('repository'))
})

test('who edits the program by hand sees what it does, in each run, and it is kept', async () => {
  await caSync('sources')
  edit('repository')
  expect(await caSync('sources')).toMatchObject(showing('repository'))
  appendFileSync(dist('program.cjs'), '\n')
  date(2000)
  await caSync('sources')
  change('Repository')
  expect(await caSync('sources')).toMatchObject(showing('repository'))
})

test('a program that is started through a link, which Node is told to leave as it is, is loaded once', async () => {
  await symlink(join(home, 'dist'), join(home, 'link'))
  const words = ['--preserve-symlinks-main', join(home, 'link/main.cjs'), 'sync']
  const env = { ...cleanEnv(process.env, home, process.execPath), PATH: '/usr/bin:/bin' }
  const stderr = expect.stringMatching(/^error: Poetry was not found/)
  expect(await run(process.execPath, words, { env, cwd: join(home, 'app') })).toMatchObject({ code: 5, stderr })
})

/** Only a user may be kept from writing. Who is root is another one from Node's start on. */
async function makeReadOnly(): Promise<void> {
  if (isRoot) {
    await must('chown', ['-R', `${nobody}`, home])
    await writeFile(join(home, 'app/first.cjs'), `process.setuid(${nobody})\n${tell}`)
  }
  await chmod(join(home, 'dist'), 0o555)
}

/** Says so when a run compiles what it would keep. */
const tell = `
const { prototype } = require('node:vm').Script
const { createCachedData } = prototype
prototype.createCachedData = function () {
  console.error('compiled')
  return createCachedData.call(this)
}`

const precious = () => join(home, 'precious')

test.each<readonly [string, () => Promise<unknown>]>([
  ['a folder in its place', () => mkdir(dist('program.cache/x'), { recursive: true })],
  ['a pipe', () => must('mkfifo', [dist('program.cache')])],
  ['a link', () => symlink(precious(), dist('program.cache'))],
  ['a folder of somebody else, or read-only', () => keepAway(join(home, 'dist'))],
  ["a read-only folder of one's own", makeReadOnly],
  ...(isRoot ? [["somebody else's program", () => chown(dist('program.cjs'), nobody, nobody)] as const] : []),
])('%s: all works as it did, compiled each time, and no run prepares what it cannot keep', async (_, put) => {
  await writeFile(precious(), 'mine')
  await writeFile(join(home, 'app/first.cjs'), tell)
  await put()
  for (const text of ['repository', 'Repository']) {
    change(text)
    expect(await caSync('sources', { NODE_OPTIONS: '--require ./first.cjs' })).toMatchObject(showing(text))
  }
  expect(await readFile(precious(), 'utf8')).toBe('mine')
})

test('an installer takes the program away while a run keeps it: it does not come back', async () => {
  const gone = `require('node:fs').rmSync(${JSON.stringify(join(home, 'dist'))}, { recursive: true })`
  await writeFile(join(home, 'app/first.cjs'), tell.replace("console.error('compiled')", gone))
  expect(await caSync('sources', { NODE_OPTIONS: '--require ./first.cjs' })).toMatchObject(showing('REPOSITORY'))
  expect(readdirSync(home)).not.toContain('dist')
  await mkdir(join(home, 'dist'))
})

test('eight at once: one whole file, and nothing beside it', async () => {
  const ran = await Promise.all(Array.from({ length: 8 }, () => caSync('sources')))
  expect(ran).toEqual(ran.map(() => expect.objectContaining(showing('REPOSITORY'))))
  change('repository')
  expect(await caSync('sources')).toMatchObject(showing('REPOSITORY'))
  expect(readdirSync(join(home, 'dist')).filter((name) => name.startsWith('program.cache'))).toEqual(['program.cache'])
})
