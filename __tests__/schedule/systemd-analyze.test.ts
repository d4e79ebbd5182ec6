// Needs systemd-analyze.
import { chmod, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { run } from '../../scripts/testbed/run.ts'
import { type Job, wakeWords } from '../../src/core/ports/schedule.ts'
import { systemdFiles, systemdRuns } from '../../src/schedule/systemd.ts'
import { job } from './jobs.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ca-sync-units-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const textOf = (one: Job) => Object.fromEntries(systemdFiles(one).map(({ name, text }) => [name, text]))

/** What systemd has to say of the units; it exits with 0 on most mistakes, so its words count. */
async function verify(one: Job): Promise<string> {
  const files = systemdFiles(one)
  for (const { name, text } of files) await writeFile(join(dir, name), text)
  const paths = files.map(({ name }) => join(dir, name))
  const env = { PATH: process.env['PATH'], XDG_RUNTIME_DIR: dir, HOME: dir }
  const { stdout, stderr } = await run('systemd-analyze', ['--user', 'verify', ...paths], { env })
  return stdout + stderr
}

test('systemd-analyze has nothing to say, and finds what is wrong', async () => {
  expect(await verify(job({ node: process.execPath, program: '/opt/a.cjs' }))).toBe('')
  expect(await verify(job({ node: process.execPath, program: '/opt/a.cjs', loginCache: '/srv/login 100%/c' }))).toBe('')
  expect(await verify(job({ node: process.execPath, minute: 99 }))).toMatch(/Failed to parse calendar specification/)
})

test('paths with blanks, quotes, %, $ and \\ are what systemd starts, and are read back', async () => {
  const odd = join(dir, `a b %h $HOME \${X} ;`)
  await mkdir(odd)
  const node = join(odd, 'node')
  await writeFile(node, '#!/bin/sh\n')
  await chmod(node, 0o755)
  const one = job({ node, program: join(odd, `"q" 'p' \\n`, 'main.cjs'), env: { PATH: odd } })
  expect(await verify(one)).toBe('')
  expect(systemdRuns(textOf(one)['ca-sync.service'] ?? '')).toEqual({ node, program: one.program, path: odd })
})

test('the shell before Node starts it once, and again an hour later', async () => {
  const words = wakeWords([process.execPath, '-e', "require('fs').appendFileSync('ran', 'x')"])
  const wake = async () => {
    const { code, stderr } = await run(words[0] ?? '', words.slice(1), {
      env: { PATH: '/usr/bin:/bin', XDG_RUNTIME_DIR: dir },
      cwd: dir,
    })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    return (await readFile(join(dir, 'ran'), 'utf8')).length
  }
  expect([await wake(), await wake(), await wake()]).toEqual([1, 1, 1])
  const hourAgo = new Date(Date.now() - 3_660_000)
  await utimes(join(dir, 'ca-sync-woken'), hourAgo, hourAgo)
  expect([await wake(), await wake()]).toEqual([2, 2])
})
