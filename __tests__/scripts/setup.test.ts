import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { checkout } from '../../scripts/testbed/checkout.ts'

let folder: string
let bin: string
const at = (path: string) => join(folder, path)

/** A checkout in which nothing can be installed into .cache, and a machine without dbus-send. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ca-sync-setup-'))
  bin = at('bin')
  for (const path of ['bin', 'scripts', 'node_modules']) mkdirSync(at(path))
  cpSync(checkout('scripts/setup.sh'), at('scripts/setup.sh'))
  for (const path of ['package-lock.json', 'node_modules/.package-lock.json', '.cache']) writeFileSync(at(path), '')
  utimesSync(at('package-lock.json'), 0, 0)
  for (const from of [dirname(process.execPath), '/usr/bin'])
    for (const name of readdirSync(from))
      if (!existsSync(join(bin, name)) && name !== 'dbus-send') symlinkSync(join(from, name), join(bin, name))
  program('apt-get', 'exit 0')
  program('sudo', '[ "$1" != -n ] || shift; exec "$@"')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Puts a stand-in first on PATH. */
function program(name: string, script: string): void {
  if (existsSync(join(bin, name))) unlinkSync(join(bin, name))
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
}

const slowly = '/bin/sleep 1; touch ended'

test.each([
  ['the installer cannot be had, while the command is at work', 'test', () => program('early', slowly)],
  [
    'the packages of Node cannot be had, while those of the system come',
    'demo',
    () => {
      program('npm', 'echo >>tries; exit 1')
      program('sleep', 'exit 0')
      rmSync(at('node_modules/.package-lock.json'))
      program('apt-get', slowly)
    },
  ],
] as const)('%s: it fails once nothing of it goes on', (_, purpose, prepare) => {
  program('early', 'exit 0')
  prepare()
  const words = ['-c', 'sh scripts/setup.sh "$1" --yes early >&2 && exit 9; ls ended', 'sh', purpose]
  const { status, stdout } = spawnSync('sh', words, {
    cwd: folder,
    env: { ...process.env, PATH: bin },
    encoding: 'utf8',
  })
  expect({ status, stdout }).toEqual({ status: 0, stdout: 'ended\n' })
})

test('what a registry refuses is asked for three times', () => {
  program('npm', 'echo >>tries; [ "$(grep -c "" tries)" = 3 ]')
  program('sleep', 'exit 0')
  rmSync(at('node_modules/.package-lock.json'))
  const options = { cwd: folder, env: { ...process.env, PATH: bin }, encoding: 'utf8' } as const
  const { stderr } = spawnSync('sh', ['scripts/setup.sh', 'demo', '--yes', 'touch', 'began'], options)
  expect(stderr).toContain('once more in 5 s')
  expect([readFileSync(at('tries'), 'utf8'), existsSync(at('began'))]).toEqual(['\n\n\n', true])
})

test('scripts/test removes no folder that a variable of the user is about', () => {
  cpSync(checkout('scripts/test'), at('scripts/test'))
  for (const name of ['awk', 'npm']) program(name, 'exit 1')
  mkdirSync(at('mine'))
  const env = { ...process.env, PATH: bin, memory: at('mine') }
  const { status, stdout } = spawnSync('sh', ['scripts/test', '--yes'], { cwd: folder, env, encoding: 'utf8' })
  expect({ status, stdout, isThere: existsSync(at('mine')) }).toEqual({
    status: 1,
    stdout: expect.stringMatching(/0 passed, 1 failed\n$/),
    isThere: true,
  })
})
