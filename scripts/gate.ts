import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { exampleProject } from './example-project.ts'
import { checkout } from './testbed/checkout.ts'
import { cleanEnv } from './testbed/clean-env.ts'
import { run } from './testbed/run.ts'

/**
 * The most that a command may take, in instructions of `node -e 0`: at most a tenth more than it took on Node 20 when the limit was set.
 * `again`: with what its first run left compiled (and that run writes it).
 */
const limits: readonly (readonly [words: readonly string[], first: number, ...again: number[]])[] = [
  [['--version'], 1.2],
  [['--help'], 1.4],
  [['sync', '--help'], 1.4],
  [['hook', '--help'], 1.4],
  [['completion', 'zsh'], 1.45],
  [['completion', '--offer', 'source'], 1.75],
  [['hook', 'zsh'], 1.35],
  [['status'], 3.1, 1.85],
  [['sources'], 3.05, 1.85],
]

const home = await realpath(await mkdtemp(join(tmpdir(), 'ca-sync-gate-')))
const env = cleanEnv(process.env, home, process.execPath)

/** No threads, no random seeds and no random addresses: counts of the same program differ by a thousandth. */
const counting = [
  ...['setarch', '-R', 'valgrind', '--tool=callgrind', '--callgrind-out-file=/dev/null', '--smc-check=all'],
  ...[process.execPath, '--v8-pool-size=0', '--random-seed=7'],
]

/** Of a program that Node runs, whatever comes of it. */
async function instructions(words: readonly string[]): Promise<number> {
  const [command = '', ...args] = [...counting, ...words]
  const { stderr } = await run(command, args, { env, cwd: join(home, 'my-app') })
  const [, count] = /Collected : (\d+)/.exec(stderr) ?? []
  if (count === undefined) throw new Error(`valgrind counted nothing:\n${stderr}`)
  return Number(count)
}

try {
  await mkdir(join(home, 'my-app'))
  const url = 'https://my-domain-564131876131.d.codeartifact.us-east-1.amazonaws.com/pypi/dev/'
  await writeFile(join(home, 'my-app/pyproject.toml'), exampleProject({ url }))
  const bare = await instructions(['-e', '0'])
  await cp(checkout('dist'), join(home, 'dist'), { recursive: true })
  for (const [words, ...most] of limits) {
    await rm(join(home, 'dist/program.cache'), { force: true })
    for (const limit of most) {
      const ratio = (await instructions([join(home, 'dist/main.cjs'), ...words])) / bare
      const good = ratio <= limit
      if (!good) process.exitCode = 1
      const counted = `${ratio.toFixed(2)} times the instructions of node -e 0 (at most ${limit})`
      process.stdout.write(`${good ? 'ok  ' : 'SLOW'}  ca-sync ${words.join(' ')}: ${counted}\n`)
      await run(process.execPath, [join(home, 'dist/main.cjs'), ...words], { env, cwd: join(home, 'my-app') })
    }
  }
} finally {
  await rm(home, { recursive: true })
}
