import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { notify } from '../../src/desktop/notify.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ca-sync-desktop-'))
})
afterEach(() => rm(dir, { recursive: true }))

/** Puts a program in notify-send's place. */
const standIn = (script: string) => writeFile(join(dir, 'notify-send'), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
const around = (more: NodeJS.ProcessEnv = {}) => ({
  env: { PATH: `${dir}:/usr/bin:/bin`, DIR: dir, ...more },
  platform: 'linux' as const,
  uid: process.getuid?.(),
})
const record = `printf '%s\\n' "$@" >"$DIR/words"; env >"$DIR/env"`
const recorded = (file: string) => readFile(join(dir, file), 'utf8')

test('the text arrives in one piece, and no key of AWS with it', async () => {
  await standIn(record)
  const bus = 'unix:path=/given'
  const env = { AWS_SECRET_ACCESS_KEY: 'topsecret', DBUS_SESSION_BUS_ADDRESS: bus }
  expect(await notify('a "b" $(id) `c`', around(env))).toBeUndefined()
  expect(await recorded('words')).toBe('--app-name=ca-sync\n--\nca-sync\na "b" $(id) `c`\n')
  expect(await recorded('env')).not.toContain('topsecret')
  expect(await recorded('env')).toContain(`DBUS_SESSION_BUS_ADDRESS=${bus}\n`)
})

test('a job without a bus in its environment finds that of its user', async () => {
  await standIn(record)
  const bus = createServer().listen(join(dir, 'bus'))
  try {
    expect(await notify('x', around({ XDG_RUNTIME_DIR: dir }))).toBeUndefined()
    expect(await recorded('env')).toContain(`DBUS_SESSION_BUS_ADDRESS=unix:path=${join(dir, 'bus')}\n`)
  } finally {
    bus.close()
  }
})

test('what goes wrong is told, never thrown', async () => {
  expect(await notify('x', { ...around(), env: { PATH: dir } })).toBe('there is no program notify-send')
  await standIn('echo "no server" >&2; exit 1')
  expect(await notify('x', around())).toBe('no server')
  await expect(notify('a\0b', around())).resolves.toMatch(/null bytes/)
})

test('a program that never ends is ended', async () => {
  await standIn('echo $$ >"$DIR/pid"; exec sleep 600')
  expect(await notify('x', around())).toBe('no end within 5 s')
  const pid = Number(await recorded('pid'))
  expect(() => process.kill(pid, 0)).toThrow('ESRCH')
})
