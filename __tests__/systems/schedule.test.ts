// Needs a Mac or Windows where a job may be installed: a CI's machine.
import process from 'node:process'
import { afterAll, expect, jest, test } from '@jest/globals'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { runOnWindows } from '../../scripts/windows/run.ts'

jest.setTimeout(120_000)

const run = (...words: [string, ...string[]]) =>
  runOnWindows({ words, env: process.env, cwd: checkout(), timeoutMs: 60_000 })
const schedule = (...words: string[]) => run(process.execPath, checkout('dist/main.cjs'), 'schedule', ...words)
const state = async () => JSON.parse((await schedule('status', '--json')).stdout).schedule.state

afterAll(() => schedule('uninstall'))

/** Has the system's own scheduler start the job now. */
async function start() {
  if (process.platform === 'darwin')
    return run('/bin/launchctl', 'kickstart', `gui/${process.getuid?.()}/local.ca-sync`)
  const { stdout } = await run('whoami', '/user', '/fo', 'csv', '/nh')
  return run('schtasks', '/Run', '/TN', `\\ca-sync-${/"(S-[\d-]+)"/.exec(stdout)?.[1]}`)
}

test('a job of the system is installed, starts, shows, and goes without a trace', async () => {
  expect(await state()).toBe('missing')
  expect(await schedule('install')).toMatchObject({ code: 0 })
  expect(await state()).toBe('installed')
  expect(await start()).toMatchObject({ code: 0 })
  // Installed again over itself, as after an upgrade.
  expect(await schedule('install')).toMatchObject({ code: 0 })
  expect(await state()).toBe('installed')
  expect(await schedule('uninstall')).toMatchObject({ code: 0 })
  expect(await state()).toBe('missing')
})
