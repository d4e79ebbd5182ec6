import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { runHelper } from '../../src/programs/start.ts'

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
  while (lives(pid)) await sleep(20)
  return true
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
  ['by itself', '>/dev/null 2>&1'],
  ['and that holds its output', ''],
])('what a helper that ended in time left running %s goes on', async (_, output) => {
  const pid = join(folder, 'pid')
  const helper = await script(`sleep 300 ${output} &`, 'echo $! >"$1"')
  expect(await runHelper([helper, pid], around, { limitMs: 3_000 })).toMatchObject({ code: 0, isLate: false })
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
