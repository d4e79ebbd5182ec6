import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { cleanEnv } from '../../scripts/testbed/clean-env.ts'
import { run } from '../../scripts/testbed/run.ts'
import { copyProgram } from './files.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ca-sync-half-'))
  await copyProgram(join(home, 'dist'))
})
afterEach(() => rm(home, { recursive: true }))

/** Removes the file that has a command of its own. */
async function removeFileOf(command: string): Promise<void> {
  const chunks = join(home, 'dist/chunks')
  const [name = ''] = (await readdir(chunks)).filter((one) => one.startsWith(`${command}-`))
  await rm(join(chunks, name))
}

const told = {
  code: 1,
  stdout: '',
  stderr: expect.stringMatching(
    /^error: A part of ca-sync cannot be loaded: [^\n]+\.\n {2}Try again; [^\n]*npm install --global ca-sync\n$/,
  ),
}

test.each<[string, readonly string[], () => Promise<void>]>([
  ['all but the bin', ['status'], () => rm(join(home, 'dist/start.cjs'))],
  ['the program', ['status'], () => rm(join(home, 'dist/program.cjs'))],
  ['what every command needs', ['status'], () => rm(join(home, 'dist/chunks'), { recursive: true })],
  ['a command', ['policy', '--access', 'read'], () => removeFileOf('policy')],
  ['the short cut of exec', ['exec', '--', 'true'], () => rm(join(home, 'dist/quick-exec.cjs'))],
])('%s is missing, as in the middle of an upgrade: no stack, and what to type', async (_, words, breakIt) => {
  await breakIt()
  const env = cleanEnv(process.env, home, process.execPath)
  expect(await run(process.execPath, [join(home, 'dist/main.cjs'), ...words], { env, cwd: home })).toEqual({
    ...told,
    signal: null,
  })
})

test('as many files as Node itself needs may be opened: the program is loaded all the same, one after another', async () => {
  const script = 'ulimit -n 24; exec "$@"'
  const words = ['-c', script, 'sh', process.execPath, join(home, 'dist/main.cjs'), 'status']
  const env = cleanEnv(process.env, home, process.execPath)
  const stderr = expect.stringMatching(/^error: There is no pyproject\.toml in /)
  expect(await run('sh', words, { env, cwd: home })).toEqual({ code: 3, signal: null, stdout: '', stderr })
})

test.each([
  [[], '', /^error: this is a bug in ca-sync: x of y\n {2}Run the same with --verbose and report what it prints\.\n$/],
  [['--verbose'], '', /\ncaused by: TypeError: x of y\n {4}at /],
  [['--json'], '"code": "BUG"', /^error: this is a bug in ca-sync: x of y\n {2}Run [^\n]*\n$/],
])(
  'what no part of the program caught is told as any other bug, with its stack only for --verbose: %j',
  async (more, stdout, stderr) => {
    const preload = join(home, 'crash.cjs')
    const crash = `queueMicrotask(() => { throw new TypeError('x of y') })`
    await writeFile(preload, `process.on('newListener', (name) => name === 'uncaughtException' && ${crash})`)
    const env = { ...cleanEnv(process.env, home, process.execPath), NODE_OPTIONS: `--require ${preload}` }
    const ran = await run(process.execPath, [join(home, 'dist/main.cjs'), 'doctor', ...more], { env, cwd: home })
    expect(ran).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(stdout),
      stderr: expect.stringMatching(stderr),
    })
  },
)
