import process from 'node:process'
import { cost } from './cpu.ts'
import { type Emulator, startEmulator } from './emulator/emulator.ts'
import { exampleProject, pluginTable } from './example-project.ts'
import { benchGrowth } from './growth.ts'
import { type Box, openBox } from './testbed/box.ts'
import { checkout } from './testbed/checkout.ts'
import { poetry } from './testbed/poetry.ts'
import { makeProject } from './testbed/project.ts'

const rounds = 41
const node = process.execPath
const program = [node, checkout('dist/main.cjs')]

interface Idle {
  readonly name: string
  readonly words: readonly string[]
  /** The most that the run may cost, in CPU of `node -e 0`. */
  readonly limit: number
}

const job = [...program, '--all', '--unattended', '--quiet']
const oneProject: readonly Idle[] = [
  { name: 'ca-sync, nothing to do', words: program, limit: 1.25 },
  { name: 'ca-sync --quiet, nothing to do', words: [...program, '--quiet'], limit: 1.25 },
  { name: 'ca-sync --version', words: [...program, '--version'], limit: 1.25 },
  { name: 'the job, nothing to do in 1 project', words: job, limit: 1.25 },
  // The command lives long enough for all that it waited on to be counted.
  { name: 'ca-sync exec, a token in the keyring', words: [...program, 'exec', '--', 'sleep', '0.1'], limit: 4 },
]
const twentyProjects: readonly Idle[] = [{ name: 'the job, nothing to do in 20 projects', words: job, limit: 1.5 }]

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

let failed = false

function report(name: string, value: string, good: boolean): void {
  failed ||= !good
  process.stdout.write(`${good ? 'ok  ' : 'SLOW'}  ${name}: ${value}\n`)
}

/** Each against `node -e 0`, run in turn: a busy machine hits both alike. */
async function benchIdle(idle: readonly Idle[], cwd: string, env: Record<string, string>): Promise<void> {
  for (const { name, words, limit } of idle) {
    const ratios: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      const bare = await cost([node, '-e', '0'], cwd, env)
      ratios.push((await cost(words, cwd, env)).cpuMs / bare.cpuMs)
    }
    const ratio = median(ratios)
    report(name, `${ratio.toFixed(2)} times the CPU of node -e 0 (at most ${limit})`, ratio <= limit)
  }
}

/** What makes a project of its own, with its own name for the repository. */
async function addProject(box: Box, env: Record<string, string>, name: string): Promise<void> {
  const project = await makeProject(box, name, pluginTable({ name, repository: 'dev' }))
  await cost(program, project, env)
}

const domains = ['my-domain', 'other-domain']

/** Ten sources in two domains, from nothing, with AWS taking 300 ms for each call. */
async function benchTenSources(box: Box): Promise<void> {
  const owner = '564131876131'
  const names = Array.from({ length: 10 }, (_, index) => `source-${index}`)
  const emulator = await startEmulator({
    latencyMs: 300,
    domains: domains.map((domain) => ({ domain, owner, region: 'us-east-1', repositories: names })),
  })
  const tables = names.map((name, index) => pluginTable({ name, domain: domains[index % 2] ?? '', repository: name }))
  const project = await makeProject(box, 'ten-sources', tables.join(''))
  const { wallMs } = await cost(program, project, environment(box, emulator))
  await emulator.close()
  report('ten sources in two domains, 300 ms a call', `${(wallMs / 1000).toFixed(2)} s (less than 3)`, wallMs < 3000)
}

/** Three sources that are well: Poetry's Python, STS and three indexes. */
async function benchDoctor(project: string, env: Record<string, string>): Promise<void> {
  const { wallMs } = await cost([...program, 'doctor'], project, env)
  report('doctor, three sources', `${(wallMs / 1000).toFixed(2)} s (less than 3)`, wallMs < 3000)
}

const environment = (box: Box, { env }: Emulator): Record<string, string> => ({
  ...box.env,
  ...env,
  CA_SYNC_POETRY: poetry('2.5').program,
})

const box = await openBox()
const emulator = await startEmulator()
try {
  const project = await makeProject(box, 'my-app', exampleProject({ url: emulator.repositoryUrl('my-domain', 'dev') }))
  const env = environment(box, emulator)
  const first = await cost(program, project, env)
  report('the example, from nothing', `${(first.wallMs / 1000).toFixed(2)} s, ${first.cpuMs} ms CPU`, true)
  await benchDoctor(project, env)
  await benchIdle(oneProject, project, env)
  for (let count = 2; count <= 20; count += 1) await addProject(box, env, `project-${count}`)
  await cost(job, '/', env)
  await benchIdle(twentyProjects, '/', env)
  await benchTenSources(box)
  await benchGrowth(report)
} finally {
  await emulator.close()
  await box.close()
}
process.exitCode = failed ? 1 : 0
