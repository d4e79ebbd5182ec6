import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { leftBehind } from './processes.ts'
import { openStage, type Stage } from './stage.ts'

jest.setTimeout(120_000)

let stage: Stage
beforeAll(async () => {
  stage = await openStage({ keyring: 'no-bus' })
})
afterAll(() => stage.close())

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends a launcher of Poetry that hangs, too, and what it started', async (signal, code) => {
  const [launcher, started] = [join(stage.box.dir, `poetry-${signal}`), join(stage.box.dir, `started-${signal}`)]
  // Nothing that can be read tells its Python, so that it is started and asked.
  await writeFile(launcher, `#!/bin/bash\nsleep 300 & echo >'${started}'; wait\n`, { mode: 0o755 })
  const child = spawn(process.execPath, [checkout('dist/main.cjs')], {
    env: { ...stage.env, CA_SYNC_POETRY: launcher },
    cwd: stage.project,
    stdio: 'ignore',
  })
  const ended = once(child, 'exit')
  while (!existsSync(started)) await sleep(20)
  child.kill(signal)
  expect(await ended).toEqual([code, null])
  expect(await leftBehind(stage.box)).toEqual([])
})
