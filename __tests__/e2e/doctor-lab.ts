import { expect } from '@jest/globals'
import { type RunResult, run } from '../../scripts/testbed/run.ts'
import type { Check } from '../../src/core/doctor/check.ts'
import type { Stage } from './stage.ts'

export type Env = Readonly<Record<string, string | undefined>>

/** A machine with one project on it. */
export interface Patient {
  readonly stage: Stage
  readonly project: string
  readonly env: Env
}

export const checksOf = ({ stdout }: RunResult): readonly Check[] => JSON.parse(stdout).checks

export const faultsOf = (result: RunResult): readonly Check[] =>
  checksOf(result).filter(({ status }) => status === 'fault')

export const doctor = ({ stage, project, env }: Patient, words: readonly string[] = []): Promise<RunResult> =>
  stage.caSync(['doctor', '--json', ...words], { cwd: project, env })

/** What a person sees who types a fix, and then asks again, in one shell. */
export async function typeAndLook({ project, env }: Patient, fix: string): Promise<RunResult> {
  const result = await run('sh', ['-c', `{ ${fix}\n} >/dev/null; ca-sync doctor --json`], {
    cwd: project,
    env,
    timeoutMs: 60_000,
  })
  expect(result.stdout).not.toBe('')
  return result
}
