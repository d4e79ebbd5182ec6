import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import type { Stage } from '../../__tests__/e2e/stage.ts'
import { checkout } from '../testbed/checkout.ts'
import { type RunResult, run } from '../testbed/run.ts'
import { must } from './invariant.ts'

/** What is done to a call: the run is killed before it, or when half of it is written; or it fails, as all later ones do if that lasts. */
export interface Strike {
  /** The call's number, from 1. */
  readonly at: number
  readonly how: 'kill' | 'half' | string
  readonly lasting?: boolean
}

/** A call to the file system. */
export interface FileCall {
  readonly at: number
  /** read, create, write, fsync, … */
  readonly kind: string
  readonly file: string
}

/** Runs ca-sync with all of its calls below its home counted by fault.cjs. */
export const runWithFault = (
  { env, project, box }: Stage,
  words: readonly string[],
  fault: Strike | { log: string },
): Promise<RunResult> =>
  run(process.execPath, ['--require', checkout('scripts/attack/fault.cjs'), checkout('dist/main.cjs'), ...words], {
    env: { ...env, TORTURE_FAULT: JSON.stringify({ below: box.home, ...fault }) },
    cwd: project,
  })

/** The calls that a run makes below its home, in order. */
export async function callsOf(stage: Stage, words: readonly string[]): Promise<readonly FileCall[]> {
  const log = join(stage.box.dir, 'calls')
  const { code } = await runWithFault(stage, words, { log })
  must(code === 0, `ca-sync ${words.join(' ')} ended with ${code}`)
  const lines = (await readFile(log, 'utf8')).trimEnd().split('\n')
  await rm(log)
  return lines.map((line, index) => {
    const [kind = '', ...path] = line.split(' ')
    const file = path.join(' ').split('/').at(-1) ?? ''
    return { at: index + 1, kind, file: file.replace(/\.ca-sync-.*/, ' (new)').replace(/\.\d+$/, ' (new)') }
  })
}

export const nameOf = ({ at, kind, file }: FileCall): string => `${kind} ${file} (call ${at})`
