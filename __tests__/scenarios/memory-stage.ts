import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { exampleProject } from '../../scripts/example-project.ts'
import { type MemoryAws, memoryAws } from '../../scripts/testbed/memory-aws.ts'
import { memoryKeyring } from '../../scripts/testbed/memory-keyring.ts'
import { machinesWith, memoryFinder, memoryVault, silentHost } from '../../scripts/testbed/memory-parts.ts'
import { makeProject } from '../../scripts/testbed/project.ts'
import { type RunOptions, run } from '../../scripts/testbed/run.ts'
import { run as runProgram } from '../../src/cli/program.ts'
import { constructedUrl } from '../../src/core/repository/endpoint.ts'
import { nothingToDo, plainState } from '../../src/state/quick.ts'
import { holdOutput } from '../helpers/schema.ts'
import type { AnyStage } from './stage.ts'

const start = Date.parse('2026-03-02T09:00:00Z')

export interface MemoryStage extends AnyStage {
  /** Its clock, in epoch milliseconds. */
  now(): number
  /** What AWS was asked for, in order. */
  calls(): readonly string[]
  /** What nobody may ask AWS for. */
  readonly denied: MemoryAws['denied']
  /** What comes between each handover's start and its first entry. */
  atHandover(work: () => Promise<void>): void
  /** What is installed beside Poetry, and Poetry: the version of each. */
  readonly packages: Map<string, string>
}

/**
 * A stage without a bus, a Poetry or a network: the whole program in this process, on files in a home of its own, with a keyring, a
 * vault and an AWS in memory, and a clock that only moves a second a run. What `exec` starts is real.
 */
export async function openMemoryStage(): Promise<MemoryStage> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'ca-sync-memory-')))
  const home = join(dir, 'home')
  await mkdir(home)
  const programDir = join(dir, 'lib/ca-sync/dist')
  await mkdir(programDir, { recursive: true })
  await writeFile(join(programDir, 'main.cjs'), '') // what jobs and hooks name has to be there
  const env = {
    HOME: home,
    PATH: join(dir, 'bin'),
    LANG: 'C.UTF-8',
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  }
  let time = start
  let problem: string | undefined
  let atHandover = async (): Promise<void> => undefined
  const now = () => time
  const aws = memoryAws(now)
  const entries = new Map<string, string>()
  const items = new Map<string, string>()
  const config = join(home, '.config/pypoetry')
  const isLive = (password = '') => aws.tokens.includes(password)
  const keyring = memoryKeyring({
    entries,
    configDir: config,
    problem: () => problem,
    isLive,
    atHandover: () => atHandover(),
  })
  const packages = new Map<string, string>()
  const program = { poetry: join(env.PATH, 'poetry'), python: join(env.PATH, 'python') }
  const vault = memoryVault(items)
  const parts = {
    aws: { ...aws, close: () => undefined },
    finder: memoryFinder(program, packages),
    keyring,
    keyringIn: () => keyring,
    vault,
    unlockedVault: vault,
    notify: async () => undefined,
  }
  const repositoryUrl = (domain: string, repository: string) =>
    constructedUrl({ domain, repository, owner: '564131876131', region: 'us-east-1' })
  const url = repositoryUrl('my-domain', 'dev')
  const project = await makeProject({ home }, 'my-app', exampleProject({ url }))

  async function caSync(words: readonly string[], call: Partial<RunOptions> = {}, stop?: RegExp) {
    const { cwd = project, env: its = env } = call
    const stopping = new AbortController()
    time += 1_000
    let [stdout, stderr] = ['', '']
    const print = (text: string) => {
      stdout += text
      if (stop?.test(text)) stopping.abort()
    }
    const host = silentHost(home, {
      ...{ argv: words, env: { ...its }, envAsGiven: its, cwd, now, programDir, stdout: print, reveal: print },
      whenStopped: () => stopping.signal,
      stderr: (text) => {
        stderr += text
      },
    })
    const createMachine = machinesWith({
      ...parts,
      async run([command, ...args], variables) {
        const ended = await run(command, args, { env: { ...its, ...variables }, cwd })
        print(ended.stdout)
        host.stderr(ended.stderr)
        return ended.code ?? 1
      },
    })
    const around = { env: its, platform: process.platform, home }
    const answer = nothingToDo(words, cwd, time, around, plainState(words, around))
    if (answer !== undefined) return { code: 0, signal: null, ...answer }
    const code = await runProgram(host, async () => createMachine)
    holdOutput(words, stdout)
    return { code, signal: null, stdout, stderr }
  }

  return {
    ...{ env, home, project, config, url, repositoryUrl, now, packages },
    caSync: (words, call) => caSync(words, call),
    watch: async (words, seen) => (await caSync(['watch', ...words], {}, seen)).stdout,
    state: join(home, '.local/state/ca-sync'),
    makeProject: (name, pyproject) => makeProject({ home }, name, pyproject),
    read: (path) => readFile(path, 'utf8'),
    entries: async () => ({
      ...Object.fromEntries(entries),
      ...(items.size > 0 && { 'ca-sync': [...items.values()].join() }),
    }),
    tokens: () => aws.tokens,
    calls: () => aws.calls,
    denied: aws.denied,
    atHandover: (work) => {
      atHandover = work
    },
    denyTokens: () => void aws.denied.add('GetAuthorizationToken'),
    letPass: async (hours) => {
      time += hours * 3_600_000
    },
    lockKeyring: async () => {
      problem = 'locked'
    },
    close: () => rm(dir, { recursive: true }),
  }
}
