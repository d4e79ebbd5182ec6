import { mkdir, readFile, symlink } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { type Emulator, startEmulator } from '../../scripts/emulator/emulator.ts'
import type { EmulatorOptions } from '../../scripts/emulator/options.ts'
import { exampleProject } from '../../scripts/example-project.ts'
import { type Box, type BoxOptions, openBox } from '../../scripts/testbed/box.ts'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { type PoetryLine, poetry } from '../../scripts/testbed/poetry.ts'
import { makeProject } from '../../scripts/testbed/project.ts'
import { type RunOptions, type RunResult, run } from '../../scripts/testbed/run.ts'

export interface StageOptions {
  readonly keyring?: BoxOptions['keyring']
  readonly emulator?: EmulatorOptions
  /** `2.5` unless said. */
  readonly line?: PoetryLine
}

type Call = Partial<RunOptions>

/** A private machine: home, bus, keyring, an emulator of AWS, a Poetry on PATH, the built program, and one project. */
export interface Stage {
  readonly box: Box
  readonly emulator: Emulator
  readonly env: Readonly<Record<string, string>>
  /** The folder of the example project. */
  readonly project: string
  /** Poetry's config folder. */
  readonly config: string
  readonly state: string
  /** The URL of the example's repository. */
  readonly url: string
  caSync(words: readonly string[], call?: Call): Promise<RunResult>
  poetry(words: readonly string[], call?: Call): Promise<RunResult>
  /** Makes a project and gives its folder. */
  makeProject(name: string, pyproject: string): Promise<string>
  read(path: string): Promise<string>
  close(): Promise<void>
}

export const domain = 'my-domain'
export const library = 'ca-sync-demo-lib'

export async function openStage({ keyring, emulator: options, line = '2.5' }: StageOptions = {}): Promise<Stage> {
  const box = await openBox(keyring === undefined ? {} : { keyring })
  const emulator = await startEmulator(options)
  const bin = join(box.dir, 'bin')
  await mkdir(bin)
  await symlink(checkout('dist/main.cjs'), join(bin, 'ca-sync'))
  const env = { ...box.env, ...emulator.env, PATH: [bin, poetry(line).bin, box.env['PATH']].join(delimiter) }
  const url = emulator.repositoryUrl(domain, 'dev')
  const project = await makeProject(box, 'my-app', exampleProject({ url }))
  return {
    box,
    emulator,
    env,
    project,
    config: join(box.home, '.config/pypoetry'),
    state: join(box.home, '.local/state/ca-sync'),
    url,
    makeProject: (name, pyproject) => makeProject(box, name, pyproject),
    caSync: (words, call = {}) => run('ca-sync', words, { env, cwd: project, ...call }),
    poetry: (words, call = {}) => run('poetry', words, { env, cwd: project, timeoutMs: 120_000, ...call }),
    read: (path) => readFile(path, 'utf8'),
    close: async () => {
      await emulator.close()
      await box.close()
    },
  }
}

/** How often an operation was asked for. */
export const count = ({ calls }: Emulator, operation: string): number =>
  calls.filter((call) => call.operation === operation).length
