import { execFileSync } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { runHelper, spawnHelper } from '../../src/programs/start.ts'
import { until } from '../helpers/until.ts'

const around = { env: process.env, platform: process.platform, uid: process.getuid?.() }

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ca-sync-helper-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function script(...lines: readonly string[]): Promise<string> {
  const path = join(folder, 'helper')
  await writeFile(path, ['#!/bin/sh', ...lines, ''].join('\n'))
  await chmod(path, 0o755)
  return path
}

const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Waits until the process whose pid a file has is no more. */
async function isGone(file: string): Promise<true> {
  const pid = Number(await readFile(file, 'utf8'))
  expect(pid).toBeGreaterThan(1)
  return until(() => !lives(pid))
}

describe('a helper that does not end in time', () => {
  test.each([
    ['waits for what it started', ['sleep 300 &', 'echo $! >"$1"', 'wait']],
    ['is a chain of programs', ['sh -c \'sleep 300 & echo $! >"$1"; wait; :\' sh "$1"', ':']],
  ])('%s: nothing of it lives on', async (_, lines) => {
    const pid = join(folder, 'pid')
    const ran = runHelper([await script(...lines), pid], around, { limitMs: 3_000 })
    expect(await ran).toMatchObject({ isLate: true })
    expect(await isGone(pid)).toBe(true)
  })
})

test.each([
  ['by itself', '>/dev/null 2>&1', 30_000],
  ['and that holds its output until the limit', '', 6_000],
])('what a helper that ended in time left running %s goes on', async (_, output, limitMs) => {
  const pid = join(folder, 'pid')
  const helper = await script(`sleep 300 ${output} &`, 'echo $! >"$1"')
  expect(await runHelper([helper, pid], around, { limitMs })).toMatchObject({ code: 0, isLate: false })
  const left = Number(await readFile(pid, 'utf8'))
  expect(lives(left)).toBe(true)
  process.kill(left)
})

test('gets its input, and what it says comes back whole', async () => {
  const helper = await script('cat', 'echo told >&2', 'exit 7')
  const input = Buffer.alloc(300_000, 'x')
  const ran = await runHelper([helper], around, { limitMs: 30_000, input })
  expect(ran).toEqual({ code: 7, stdout: input, stderr: 'told\n', isLate: false })
})

test.each([
  ['none', 'no-such-program', ''],
  ['one without its interpreter', undefined, 'ENOENT'],
])('%s: no code, and why', async (_, name, why) => {
  const helper = join(folder, 'odd')
  await writeFile(helper, '#!/no/such/interpreter\n', { mode: 0o755 })
  const { code, stderr } = await runHelper([name ?? helper], around, { limitMs: 30_000 })
  expect(code).toBeUndefined()
  expect(stderr).toContain(why)
})

test('on Windows it is ended, too, where taskkill cannot', async () => {
  const name = 'C:\\helper' // found on PATH here, where it has no folder
  await writeFile(join(folder, name), '#!/bin/sh\nexec /bin/sleep 300\n', { mode: 0o755 })
  const ran = runHelper([name], { env: { PATH: folder }, platform: 'win32', uid: undefined }, { limitMs: 500, folder })
  expect(await ran).toMatchObject({ isLate: true })
})

test.each([
  ['says', ''],
  ['complains', '>&2'],
])('one that %s without end is ended', async (_, output) => {
  const pid = join(folder, 'pid')
  const helper = await script('echo $$ >"$1"', `exec yes ${output}`)
  const { code, isLate, stdout, stderr } = await runHelper([helper, pid], around, { limitMs: 30_000 })
  expect({ code, isLate }).toEqual({ code: undefined, isLate: false })
  expect(stdout.length + stderr.length).toBeLessThanOrEqual(1_048_576)
  expect(await isGone(pid)).toBe(true)
})

const limitFiles = (most: string) => execFileSync('prlimit', ['--pid', `${process.pid}`, `--nofile=${most}:`])

test('where no more files can be opened, it is one that cannot be started', async () => {
  const helper = await script('exit 0')
  const before = execFileSync('prlimit', ['--pid', `${process.pid}`, '--nofile', '--output=SOFT', '--noheadings'])
  limitFiles('2000')
  const open: number[] = []
  try {
    expect(() => {
      for (;;) open.push(openSync('/dev/null', 'r'))
    }).toThrow('EMFILE')
    const child = spawnHelper([helper], around)
    const failed = new Promise<Error>((resolve) => child.on('error', resolve))
    child.stdin.write('a question')
    expect(await runHelper([helper], around, { limitMs: 3_000 })).toMatchObject({
      code: undefined,
      stderr: expect.stringContaining('EMFILE'),
    })
    expect(await failed).toMatchObject({ code: 'EMFILE' })
  } finally {
    for (const one of open) closeSync(one)
    limitFiles(before.toString().trim())
  }
})
