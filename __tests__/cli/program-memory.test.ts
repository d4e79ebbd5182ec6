import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as breathe } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { pluginTable } from '../../scripts/example-project.ts'
import { memoryAws } from '../../scripts/testbed/memory-aws.ts'
import { machinesWith, memoryPoetry, memoryVault, silentHost } from '../../scripts/testbed/memory-parts.ts'
import { run } from '../../src/cli/program.ts'
import type { createMachine, Machine } from '../../src/machine.ts'

let home: string
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'ca-sync-memory-'))
  await writeFile(join(home, 'pyproject.toml'), pluginTable({ name: 'dev' }))
})
afterAll(() => rm(home, { recursive: true }))

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

test('a watch holds no turn that is over: what it has learned of AWS is gone with it', async () => {
  const stopping = new AbortController()
  const opened: WeakRef<Machine>[] = []
  const open = machinesWith({
    ...memoryPoetry(),
    vault: memoryVault(),
    aws: memoryAws(Date.now),
  })
  const counting: typeof createMachine = (...its) => {
    const machine = open(...its)
    opened.push(new WeakRef(machine))
    if (opened.length === 12) stopping.abort()
    return machine
  }
  let time = Date.now()
  const host = silentHost(home, {
    argv: ['watch', '--quiet'],
    cwd: home,
    env: { HOME: home, PATH: '' },
    whenStopped: () => stopping.signal,
    // What fails is tried again; a clock that jumps ends each pause at once.
    now: () => {
      time += 3_600_000
      return time
    },
    stderr: () => undefined,
  })
  const watching = run(host, async () => counting as never)
  watching.finally(() => stopping.abort())
  while (!stopping.signal.aborted) await breathe()
  collect()
  const held = opened.filter((one) => one.deref() !== undefined).length
  expect(await watching).toBe(0)
  expect(opened.length).toBeGreaterThan(10)
  // The one that the command began with, and the turns of now.
  expect(held).toBeLessThan(6)
})
