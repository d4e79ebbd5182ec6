import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { age } from '../__tests__/e2e/aging.ts'
import { cost } from './cpu.ts'
import { startEmulator } from './emulator/emulator.ts'
import { pluginTable } from './example-project.ts'
import { openBox } from './testbed/box.ts'
import { checkout } from './testbed/checkout.ts'
import { copyProject } from './testbed/copies.ts'
import { poetry } from './testbed/poetry.ts'
import { makeProject } from './testbed/project.ts'

type Report = (name: string, value: string, good: boolean) => void

const latencyMs = 60
const rounds = 3
const program = [process.execPath, checkout('dist/main.cjs')]
const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`

/** The best of some rounds: what else the machine does only adds. */
async function best(round: () => Promise<number>): Promise<number> {
  let found = Number.POSITIVE_INFINITY
  for (let n = 0; n < rounds; n += 1) found = Math.min(found, await round())
  return found
}

/** Milliseconds for a job about so many projects of three sources, whose one token is due. */
async function timeAll(projects: number): Promise<number> {
  const box = await openBox()
  const emulator = await startEmulator({ latencyMs })
  const env = { ...box.env, ...emulator.env, CA_SYNC_POETRY: poetry('2.5').program }
  const state = join(box.home, '.local/state/ca-sync')
  try {
    const tables = ['dev', 'qa', 'prod'].map((name) => pluginTable({ name, repository: name }))
    const first = await makeProject(box, 'my-app', tables.join(''))
    await cost(program, first, env)
    await copyProject(box, state, first, projects - 1)
    return await best(async () => {
      await age({ state, read: (path) => readFile(path, 'utf8') }, 8)
      return (await cost([...program, '--all', '--unattended', '--quiet'], '/', env)).wallMs
    })
  } finally {
    await emulator.close()
    await box.close()
  }
}

/** Milliseconds for a project of so many sources of one domain: from nothing, and renewed. */
async function timeSources(count: number): Promise<{ readonly first: number; readonly renewal: number }> {
  const repositories = Array.from({ length: count }, (_, index) => `source-${index}`)
  const box = await openBox()
  const emulator = await startEmulator({
    latencyMs,
    domains: [{ domain: 'my-domain', owner: '564131876131', region: 'us-east-1', repositories }],
  })
  const env = { ...box.env, ...emulator.env, CA_SYNC_POETRY: poetry('2.5').program }
  try {
    const tables = repositories.map((name) => pluginTable({ name, repository: name }))
    const project = await makeProject(box, 'many', tables.join(''))
    const { wallMs: first } = await cost([...program, '--unattended'], project, env)
    const renew = () => cost([...program, '--unattended', '--force'], project, env)
    return { first, renewal: await best(async () => (await renew()).wallMs) }
  } finally {
    await emulator.close()
    await box.close()
  }
}

/** Whether work grows as what there is to do: projects of a job, and sources of a domain. */
export async function benchGrowth(report: Report): Promise<void> {
  const one = await timeAll(1)
  const thirty = await timeAll(30)
  const many = await timeAll(121)
  report('--all with one token due, 1 project', seconds(one), true)
  report('--all with one token due, 30 projects', seconds(thirty), true)
  const most = Math.min(4 * thirty, 6 * one + 3000)
  report(
    '--all with one token due, 121 projects',
    `${seconds(many)}, ${(many / thirty).toFixed(2)} times 30 projects (at most 4), ${(many / one).toFixed(2)} times one (at most 6, and 3 s)`,
    many <= most,
  )
  const { first, renewal } = await timeSources(100)
  report('100 sources of one domain, from nothing', `${seconds(first)} (at most 8)`, first <= 8000)
  report('100 sources of one domain, renewed', `${seconds(renewal)} (at most 8)`, renewal <= 8000)
}
