import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, jest, test } from '@jest/globals'
import { startEmulator } from '../../scripts/emulator/emulator.ts'
import { jobsWith, memoryPoetry, memoryVault, silentHost } from '../../scripts/testbed/memory-parts.ts'
import { watch } from '../../src/commands/watch/watch.ts'
import { environment, tidy } from '../aws/lab.ts'
import { until } from '../helpers/until.ts'
import { plugin } from './pyproject.ts'

jest.setTimeout(120_000)
afterEach(tidy)

const day = 86_400_000

test.each([
  ['ahead', day],
  ['back', -day],
])('watch renews as before once the clock was set a day %s', async (_, jump) => {
  const home = await realpath(await mkdtemp(join(tmpdir(), 'ca-sync-watch-')))
  await mkdir(join(home, 'my-app'))
  await writeFile(join(home, 'my-app/pyproject.toml'), plugin())
  const emulator = await startEmulator({ tokenSeconds: 6 })
  const stopping = new AbortController()
  const events: string[] = []
  let ahead = 0
  const host = silentHost(home, {
    env: environment({ ...emulator.env, CA_SYNC_STATE_DIR: join(home, 'state') }),
    now: () => Date.now() + ahead,
    whenStopped: () => stopping.signal,
    stderr: () => undefined,
    stdout: (line) => void events.push(JSON.parse(line).event),
  })
  const open = jobsWith(host, { ...memoryPoetry(), vault: memoryVault() })
  const watching = watch(open(), { json: true, quiet: false, verbose: false }, open)
  try {
    await until(() => events.length > 0)
    ahead = jump
    const before = events.length
    await until(() => events.length > before + 2)
    expect([...new Set(events)]).toEqual(['renewed'])
  } finally {
    stopping.abort()
    await watching
    await emulator.close()
    await rm(home, { recursive: true })
  }
})
