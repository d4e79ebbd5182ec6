import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, readFile, symlink } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { type Emulator, startEmulator } from '../../scripts/emulator/emulator.ts'
import type { Fault } from '../../scripts/emulator/faults.ts'
import type { EmulatorOptions } from '../../scripts/emulator/options.ts'
import { exampleProject } from '../../scripts/example-project.ts'
import { type Box, type BoxOptions, openBox } from '../../scripts/testbed/box.ts'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { type PoetryLine, poetry } from '../../scripts/testbed/poetry.ts'
import { makeProject } from '../../scripts/testbed/project.ts'
import { type RunOptions, type RunResult, run } from '../../scripts/testbed/run.ts'
import { holdOutput } from '../helpers/schema.ts'
import type { AnyStage } from '../scenarios/stage.ts'
import { age } from './aging.ts'

export interface StageOptions {
  readonly keyring?: BoxOptions['keyring']
  readonly emulator?: EmulatorOptions
  /** `2.5` unless said. */
  readonly line?: PoetryLine
}

type Call = Partial<RunOptions>

/** A private machine: home, bus, keyring, an emulator of AWS, a Poetry on PATH, the built program, and one project. */
export interface Stage extends AnyStage {
  readonly box: Box
  readonly emulator: Emulator
  poetry(words: readonly string[], call?: Call): Promise<RunResult>
}

export const domain = 'my-domain'
export const library = 'ca-sync-demo-lib'

export async function openStage({ keyring, emulator: options, line = '2.5' }: StageOptions = {}): Promise<Stage> {
  const box = await openBox(keyring === undefined ? {} : { keyring })
  const emulator = await startEmulator(options)
  const bin = join(box.dir, 'bin')
  await mkdir(bin)
  await symlink(checkout('dist/main.cjs'), join(bin, 'ca-sync'))
  const PATH = [bin, poetry(line).bin, box.env['PATH']].join(delimiter)
  // Of a second and three quarters that `poetry add` takes, pip in its new venv takes three quarters; Poetry needs none there.
  const env = { ...box.env, ...emulator.env, PATH, POETRY_VIRTUALENVS_OPTIONS_NO_PIP: 'true' }
  const url = emulator.repositoryUrl(domain, 'dev')
  const project = await makeProject(box, 'my-app', exampleProject({ url }))
  const state = join(box.home, '.local/state/ca-sync')
  const read = (path: string) => readFile(path, 'utf8')
  const watches: ChildProcess[] = []
  return {
    ...{ box, emulator, env, home: box.home, project, state, url, read },
    config: join(box.home, '.config/pypoetry'),
    repositoryUrl: emulator.repositoryUrl,
    makeProject: (name, pyproject) => makeProject(box, name, pyproject),
    async caSync(words, call = {}) {
      const result = await run('ca-sync', words, { env, cwd: project, ...call })
      holdOutput(words, result.stdout)
      return result
    },
    poetry: (words, call = {}) => run('poetry', words, { env, cwd: project, timeoutMs: 120_000, ...call }),
    async watch(words, seen) {
      const child = spawn('ca-sync', ['watch', ...words], { env, cwd: project, stdio: ['ignore', 'pipe', 'ignore'] })
      watches.push(child)
      let stdout = ''
      for await (const line of createInterface({ input: child.stdout })) {
        stdout += `${line}\n`
        if (seen.test(line)) child.kill('SIGTERM')
      }
      return stdout
    },
    entries: async () =>
      Object.fromEntries((await box.items()).map((item) => [item.attributes['service'], item.secret])),
    tokens: emulator.issuedTokens,
    denyTokens: () => void emulator.faults.set('GetAuthorizationToken', { kind: 'denied' }),
    letPass: (hours) => age({ state, read }, hours),
    lockKeyring: box.lockKeyring,
    close: async () => {
      for (const child of watches) child.kill('SIGKILL') // one that never said what was waited for
      await emulator.close()
      await box.close()
    },
  }
}

/** How often an operation was asked for. */
export const count = ({ calls }: Emulator, operation: string): number =>
  calls.filter((call) => call.operation === operation).length

/** From now on AWS keeps who asks for a token waiting; gives what ends that. */
export function holdTokens(
  { emulator }: Pick<Stage, 'emulator'>,
  which: Pick<Fault, 'times' | 'domain'> = {},
): () => void {
  let answer: () => void = () => undefined
  const until = new Promise<void>((resolve) => {
    answer = resolve
  })
  emulator.faults.set('GetAuthorizationToken', { kind: 'held', until, ...which })
  return () => answer()
}
