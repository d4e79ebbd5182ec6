import { pick, type Random } from '../random.ts'
import type { RunResult } from '../testbed/run.ts'
import type { Bench } from './bench.ts'
import { callsOf, type FileCall, runWithFault, type Strike } from './faults.ts'
import { expectRun } from './invariant.ts'
import { type OthersFiles, othersFiles } from './others.ts'

/** A run that something is done to, and what was before. */
export interface Scene {
  readonly title: string
  readonly before: readonly (readonly string[])[]
  readonly words: readonly string[]
  /** The token may stand in auth.toml. */
  readonly plain?: true
}

export const firstRun: Scene = { title: 'first run', before: [], words: [] }
const renewal: Scene = { title: 'renewal', before: [[]], words: ['--force'] }
const intoPlain: Scene = { title: 'into plain text', before: [[]], words: ['--store', 'plaintext'], plain: true }
const logout: Scene = { title: 'logout', before: [[]], words: ['logout'] }

/** Those whose writes differ. */
export const writing: readonly Scene[] = [firstRun, renewal, intoPlain, logout]
/** The first and the last. */
export const ends: readonly Scene[] = [firstRun, logout]

export const scenes: readonly Scene[] = [
  ...writing,
  { title: 'job', before: [[]], words: ['--all', '--unattended', '--force'] },
  { title: 'out of plain text', before: [['--store', 'plaintext']], words: ['--store', 'keyring'], plain: true },
  { title: 'exec', before: [], words: ['exec', '--', 'true'] },
]

export async function prepare(bench: Bench, { before, plain }: Scene): Promise<void> {
  bench.plain = plain === true
  for (const words of before) expectRun(`ca-sync ${words.join(' ')}`, await bench.caSync(words), bench)
}

/** A scene with all that decides which calls to the file system it makes. */
export interface Staged {
  readonly scene: Scene
  readonly others: OthersFiles
  readonly calls: readonly FileCall[]
}

/** Counts the calls of a scene, with Poetry's files of one kind or another. */
export async function count(bench: Bench, scene: Scene, random: Random): Promise<Staged> {
  const others = pick(random, othersFiles)
  await bench.fresh(others)
  await prepare(bench, scene)
  const calls = await callsOf(bench, scene.words)
  await bench.caSync(['logout'])
  return { scene, others, calls }
}

/** Plays a scene, and strikes at one of its calls. */
export async function strikeAt(bench: Bench, { scene, others }: Staged, strike: Strike): Promise<RunResult> {
  await bench.fresh(others)
  await prepare(bench, scene)
  return runWithFault(bench, scene.words, strike)
}
