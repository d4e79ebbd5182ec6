import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { cleanEnv } from '../../scripts/testbed/clean-env.ts'
import { run } from '../../scripts/testbed/run.ts'
import { fileStamp } from '../../src/files/stamp.ts'
import { sealed } from '../../src/state/seal.ts'
import { environmentStamp } from '../../src/state/stamp.ts'
import { project, record, state } from '../core/facts.ts'

let home: string
let env: Record<string, string>
const app = () => join(home, 'app')

/** The bin without all that it loads, in a home where a project is synced. */
beforeEach(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'ca-sync-bin-')))
  env = { ...cleanEnv(process.env, home, process.execPath), CA_SYNC_STATE_DIR: join(home, 'state') }
  await cp(checkout('dist/main.cjs'), join(home, 'main.cjs'))
  await Promise.all([mkdir(app()), mkdir(join(home, 'state'))])
  const file = join(app(), 'pyproject.toml')
  await writeFile(file, '')
  const seconds = Math.floor(Date.now() / 1000)
  const synced = {
    ...project(record('dev'), record('qa')),
    ...{ inputs: { [file]: fileStamp(file) }, environmentStamp: environmentStamp(env) },
    ...{ renewAt: seconds + 3600, expiresAt: seconds + 7230 },
  }
  await writeFile(join(home, 'state/state.json'), sealed(state({ projects: { [app()]: synced } })))
  await writeFile(join(home, 'state/next'), `${seconds + 3600}\n`)
})
afterEach(() => rm(home, { recursive: true }))

const nothing =
  'Nothing to do: 2 sources are ready, tokens are valid for 2 h.\nIf Poetry says otherwise, type: ca-sync doctor\n'

test.each([
  [[], nothing],
  [['sync', '-q'], ''],
  [['--all'], nothing],
  [['--all', '--unattended', '--quiet'], ''],
  [['completion', '--offer', 'source'], 'dev\nqa\n'],
  [['--version'], expect.stringMatching(/^\d+\.\d+\.\d+\n$/)],
])('%j is answered by the bin alone', async (words, stdout) => {
  const ran = await run(process.execPath, [join(home, 'main.cjs'), ...words], { env, cwd: app() })
  expect(ran).toEqual({ code: 0, signal: null, stdout, stderr: '' })
})
