import { mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openStage, type Stage, type StageOptions } from '../../__tests__/e2e/stage.ts'
import { type Oracle, openOracle } from './oracle.ts'
import type { OthersFiles } from './others.ts'

export const fileNames = ['auth.toml', 'config.toml'] as const

/** A private machine for one try after another. */
export interface Bench extends Stage {
  readonly oracle: Oracle
  /** What of Poetry's files is not ours. */
  others: OthersFiles
  /** Tokens may stand in auth.toml, as was asked for. */
  plain: boolean
  /** What the whole of each file was before ca-sync; undefined for none. */
  readonly before: Map<string, string | undefined>
  /** A machine on which nothing was synced yet, and Poetry's files are as their owner left them. */
  fresh(others: OthersFiles): Promise<void>
}

/** A file's mode and text. */
export async function contentOf(path: string): Promise<string | undefined> {
  try {
    return `${((await stat(path)).mode & 0o777).toString(8)} ${await readFile(path, 'latin1')}`
  } catch {
    return undefined
  }
}

export async function openBench(options: StageOptions = {}): Promise<Bench> {
  const stage = await openStage(options)
  const oracle = openOracle(stage.box.env)
  const bench: Bench = {
    ...stage,
    oracle,
    others: { title: 'no files' },
    plain: false,
    before: new Map(),
    async fresh(others) {
      stage.emulator.faults.clear()
      stage.emulator.clearCalls()
      await rm(stage.state, { recursive: true, force: true })
      await rm(stage.config, { recursive: true, force: true })
      await mkdir(stage.config, { recursive: true })
      bench.plain = false
      bench.others = others
      for (const name of fileNames) await placeFile(bench, name)
    },
    async close() {
      oracle.close()
      await stage.close()
    },
  }
  return bench
}

async function placeFile({ others, config, box, before }: Bench, name: (typeof fileNames)[number]): Promise<void> {
  const text = others[name]
  const path = join(config, name)
  if (text !== undefined) {
    const place = others.linked ? join(box.home, `dotfiles-${name}`) : path
    await writeFile(place, text, { mode: 0o600 })
    if (others.linked) await symlink(place, path)
  }
  before.set(name, await contentOf(path))
}
