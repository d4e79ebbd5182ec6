import type { ProjectRecord, State } from '../../core/memory/state.ts'
import { EXIT, type ExitCode } from '../../core/words/errors.ts'
import type { Machine } from '../../machine.ts'
import type { Run } from '../../run.ts'
import { type KnownSource, knownSources } from '../../survey/known.ts'
import { survey } from '../../survey/look.ts'
import type { LookArguments } from '../options.ts'
import {
  blank,
  fromTarget,
  type LastRun,
  lackWarnings,
  plaintextWarning,
  type SourceReport,
  withVerdict,
} from '../report.ts'
import { printStatus } from './text.ts'

type Parts = Run & Pick<Machine, 'projects' | 'poetryFiles' | 'store' | 'userConfig'>

/** One row a source: no AWS call, no Python, no keyring. */
export async function status(machine: Parts, args: LookArguments): Promise<ExitCode> {
  const seen = await survey(machine, args)
  const { project, state, record } = seen
  const known = knownSources(machine, seen)
  const sources = known.map((one) => row(one, state))
  const lacks = lackWarnings(
    known.map(({ source: { name }, verdict }) => ({ name, verdict })),
    '',
  )
  const plain = plaintextWarning(known.flatMap(({ planned }) => planned?.target ?? []))
  printStatus(machine, args, {
    sources,
    warnings: [...project.warnings, ...plain, ...lacks],
    lastRun: lastRunOf(record),
  })
  return sources.every(({ ready }) => ready) ? EXIT.ok : EXIT.partial
}

const lastRunOf = (record: ProjectRecord | undefined): LastRun | null =>
  record?.ranAt === undefined ? null : { at: record.ranAt, error: record.failure ?? null }

function row({ source, planned, verdict, store }: KnownSource, { tokens }: State): SourceReport {
  if (planned === undefined) return withVerdict({ ...blank(source), store }, verdict)
  const { target, steps } = planned
  const expiresAt = tokens[target.tokenKey]?.expiresAt ?? null
  return withVerdict({ ...fromTarget(target), expiresAt, steps, store }, verdict)
}
