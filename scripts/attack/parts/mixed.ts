import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { parse } from '@iarna/toml'
import { type Random, shuffled } from '../../random.ts'
import { checkout } from '../../testbed/checkout.ts'
import { poetry } from '../../testbed/poetry.ts'
import type { RunResult } from '../../testbed/run.ts'
import type { Bench } from '../bench.ts'
import { expectHealing, expectUnharmed, must, secretsOf } from '../invariant.ts'
import type { Part, Try } from '../part.ts'
import { begin, visibleOf } from '../program.ts'

/** Sixteen that meet. */
const words: readonly (readonly string[])[] = [
  [],
  [],
  ['--force'],
  ['--force'],
  ['--all'],
  ['--all', '--force'],
  ['--all', '--unattended', '--quiet'],
  ['--all', '--unattended', '--quiet', '--force'],
  ['status'],
  ['status', '--json'],
  ['exec', '--', 'true'],
  ['exec', '--', 'true'],
  ['env', '--format', 'json'],
  ['doctor'],
  ['logout'],
  ['logout', '--all'],
]
const rounds = 8

/** What `logout` takes away meanwhile, `status` and `doctor` may miss, and so may a job that finds no project. */
const fine: Readonly<Record<string, readonly number[]>> = { status: [0, 6], doctor: [0, 6] }

async function start(
  bench: Bench,
  line: readonly string[],
  random: Random,
): Promise<readonly [readonly string[], RunResult]> {
  await sleep(random() * 1_500)
  const { child, ended } = begin(bench, line)
  await sleep(random() * 500)
  const visible = await visibleOf(child.pid ?? 0)
  const isExec = line[0] === 'exec' // its child has the token in its environment: that is what it is for
  must(
    isExec || !secretsOf(bench).some((secret) => visible.includes(secret)),
    `a secret of ${line.join(' ')} is in /proc`,
  )
  return [line, await ended]
}

/** The real `poetry config` in a loop. Gives the function that ends it, and tells what it wrote. */
function startWriter({ env, project }: Bench, pauseSeconds: number): () => Promise<readonly string[]> {
  const child = spawn(poetry('2.5').python, [checkout('scripts/attack/writer.py'), String(pauseSeconds)], {
    env,
    cwd: project,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const written = text(child.stdout)
  return async () => {
    child.stdin.end()
    return (await written).split('\n').filter(Boolean)
  }
}

async function tablesOf({ config, read }: Bench, file: string, table: string): Promise<readonly string[]> {
  return Object.keys((parse(await read(join(config, file)))[table] ?? {}) as object)
}

async function expectTheirs(bench: Bench, names: readonly string[]): Promise<void> {
  const here = [
    await tablesOf(bench, 'config.toml', 'repositories'),
    await tablesOf(bench, 'auth.toml', 'certificates'),
  ]
  const lost = names.filter((name) => !here.every((table) => table.includes(name)))
  must(lost.length === 0, `of ${names.length} that poetry config wrote, these are lost: ${lost.join(', ')}`)
}

const round = (index: number): Try => ({
  name: `round ${index}`,
  async run(bench, random) {
    await bench.caSync([])
    const stop = startWriter(bench, 0.2)
    const runs = await Promise.all(shuffled(random, words).map((line) => start(bench, line, random)))
    const theirs = await stop()
    const bad = runs.filter(([line, { code }]) => !(fine[line[0] ?? ''] ?? [0]).includes(code ?? -1))
    must(
      bad.length === 0,
      bad.map(([line, said]) => `${line.join(' ')}: ${said.code ?? said.signal} ${said.stderr}`).join('\n'),
    )
    must(theirs.length > 0, 'poetry config wrote nothing')
    await expectTheirs(bench, theirs)
    await expectUnharmed(
      bench,
      runs.flatMap(([line, said]) => (line[0] === 'env' ? [] : [said])),
    )
    await expectHealing(bench)
    await expectTheirs(bench, theirs)
  },
})

export const mixed: Part = {
  name: 'mixed',
  seconds: 80,
  stage: { emulator: { latencyMs: 40 } },
  tries: () => Array.from({ length: rounds }, (_, index) => round(index)),
}
