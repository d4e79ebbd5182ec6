import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { run } from '../../scripts/testbed/run.ts'
import type { Job } from '../../src/core/ports/schedule.ts'
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

test('the units, whole', () => {
  expect(textOf(job())).toEqual({
    'ca-sync.service': `[Unit]
Description=ca-sync: renew AWS CodeArtifact tokens for Poetry
StartLimitIntervalSec=0

[Service]
Type=oneshot
ExecStart="/usr/bin/node" "/usr/local/bin/ca-sync" --all --unattended --quiet
Environment="PATH=/usr/local/bin:/usr/bin:/bin"
TimeoutStartSec=5min
SuccessExitStatus=3 4 5 6
`,
    'ca-sync.timer': `[Unit]
Description=ca-sync: renew AWS CodeArtifact tokens for Poetry

[Timer]
OnCalendar=*:7/30
Persistent=true

[Install]
WantedBy=timers.target
`,
    'ca-sync.path': `[Unit]
Description=ca-sync: renew AWS CodeArtifact tokens for Poetry

[Path]
PathChanged=%h/.aws/sso/cache

[Install]
WantedBy=default.target
`,
  })
})

test('without ~/.aws there is nothing to watch', () => {
  expect(Object.keys(textOf(job({ watch: undefined })))).toEqual(['ca-sync.service', 'ca-sync.timer'])
})

test('another HOME than that of systemd is written out', () => {
  const { 'ca-sync.path': path } = textOf(job({ env: { HOME: '/home/kim' } }))
  expect(path).toContain('\nPathChanged=/home/kim/.aws/sso/cache\n')
})

test('systemd-analyze has nothing to say, and finds what is wrong', async () => {
  expect(await verify(job({ node: process.execPath, program: '/work/a.cjs' }))).toBe('')
  expect(await verify(job({ node: process.execPath, minute: 99 }))).toMatch(/Failed to parse calendar specification/)
})

test('a Node whose path systemd cannot write is refused', () => {
  expect(() => systemdFiles(job({ node: `/opt/kim's/node` }))).toThrow(
    expect.objectContaining({ code: 'SCHEDULE_REFUSED' }),
  )
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
