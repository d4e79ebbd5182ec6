import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { openTerminal } from '../helpers/terminal.ts'
import { until } from '../helpers/until.ts'
import { leftBehind } from './processes.ts'
import { openStage, type Stage } from './stage.ts'

jest.setTimeout(120_000)

let stage: Stage
beforeAll(async () => {
  stage = await openStage({ keyring: 'no-bus' })
})
afterAll(() => stage.close())

/** A launcher of Poetry that hangs; nothing that can be read tells its Python, so that it is started and asked. */
async function hanging(name: string) {
  const [launcher, started] = [join(stage.box.dir, `poetry-${name}`), join(stage.box.dir, `started-${name}`)]
  await writeFile(launcher, `#!/bin/bash\nsleep 300 & echo >'${started}'; wait\n`, { mode: 0o755 })
  return {
    env: { ...stage.env, CA_SYNC_POETRY: launcher },
    isStarted: () => until(() => existsSync(started)),
  }
}

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
  ['SIGQUIT', 131],
] as const)('%s ends a launcher of Poetry that hangs, too, and what it started', async (signal, code) => {
  const { env, isStarted } = await hanging(signal)
  const child = spawn(process.execPath, [checkout('dist/main.cjs')], { env, cwd: stage.project, stdio: 'ignore' })
  const ended = once(child, 'exit')
  await isStarted()
  child.kill(signal)
  expect(await ended).toEqual([code, null])
  expect(await leftBehind(stage.box)).toEqual([])
})

test('so does a terminal that is closed', async () => {
  const { env, isStarted } = await hanging('terminal')
  const terminal = openTerminal([process.execPath, checkout('dist/main.cjs')], env, stage.project)
  await isStarted()
  await terminal.hangUp()
  expect(await leftBehind(stage.box)).toEqual([])
})
