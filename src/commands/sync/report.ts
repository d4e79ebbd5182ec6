import type { State } from '../../core/memory/state.ts'
import type { PlannedSource } from '../../core/plan/plan.ts'
import { storeRules } from '../../core/plan/stores.ts'
import type { PoetrySettings, Shadow } from '../../core/ports/poetry-files.ts'
import type { Source } from '../../core/repository/source.ts'
import { dotted } from '../../core/toml/key.ts'
import type { Verdict } from '../../core/verdict/verdict.ts'
import type { CaSyncError } from '../../core/words/errors.ts'
import { verdictsOf } from '../../survey/verdict.ts'
import { type Report, type SourceReport, sourceReport } from '../report.ts'
import { execAdvice, lackWarnings, plaintextWarning } from '../wording.ts'
import { detailsOf } from './details.ts'
import type { Gathered } from './gather.ts'
import type { Applied } from './remember.ts'
import type { Request } from './request.ts'

interface Judged {
  readonly name: string
  readonly verdict: Verdict
  readonly row: SourceReport
}

interface Findings {
  readonly state: State
  readonly failureOf: (name: string) => CaSyncError | null
  readonly stepsOf: (planned: PlannedSource) => SourceReport['steps']
}

function judgeAll(request: Request, gathered: Gathered, { state, failureOf, stepsOf }: Findings): readonly Judged[] {
  const { drafts, keeping } = request
  const { planned, failures, settings, placed, version, refusal } = gathered
  const naming = { ...request, settings, version, refusal }
  const sources = drafts.map(({ source }) => source)
  const errorOf = (source: Source) => failures.find((one) => one.source === source)?.error ?? failureOf(source.name)
  return verdictsOf(naming, sources, placed, errorOf).map(({ source, verdict }) => {
    const its = planned.find(({ target }) => target.source === source)
    const found = its && { ...its, steps: stepsOf(its) }
    const row = sourceReport({ source, verdict, planned: found, store: keeping.store, tokens: state.tokens })
    return { name: source.name, verdict, row }
  })
}

/** A password in auth.toml that the plan takes away, or replaces, stands before nothing. */
const afterPlan = ({ settings, planned }: Gathered): PoetrySettings => ({
  ...settings,
  shadows(source) {
    const changes = planned.some(({ target, steps }) => target.name === source.name && steps.includes('plaintext'))
    const isMended = ({ kind, where }: Shadow) => changes && kind === 'password' && /(?:^|[/\\])auth\.toml$/.test(where)
    return settings.shadows(source).filter((shadow) => !isMended(shadow))
  },
})

export function planReport(request: Request, gathered: Gathered): Report {
  const known = { state: request.state, failureOf: () => null, stepsOf: ({ steps }: PlannedSource) => steps }
  const judged = judgeAll(request, { ...gathered, settings: afterPlan(gathered) }, known)
  const sources = judged.map(({ row }) => ({ ...row, ready: row.ready && row.steps.length === 0 }))
  const warnings = [...request.project.warnings, ...lackWarnings(judged, request.where)]
  return { sources, warnings: [...warnings, ...told(request, gathered)] }
}

/** Told at every run, since nobody is to forget it: what is in plain text. Told once: what a choice asks of the user. */
function told(request: Request, { planned }: Gathered): string[] {
  const targets = planned.map(({ target }) => target)
  return [...plaintextWarning(targets, request.where), ...(request.keepingWish.store === 'exec' ? [execAdvice] : [])]
}

/** Most keyrings are asked without a user name, too; where not, the lines are for who makes the file. */
function frozenLogins({ planned, settings: { names } }: Gathered): string[] {
  const lacking = planned.filter(
    ({ target: { name, store } }) => storeRules[store].hasUser && !names.usernames.has(name),
  )
  const lines = lacking.map(({ target: { name } }) => `\n  [${dotted(['http-basic', name])}]\n  username = "aws"`)
  if (!names.isAuthFrozen || lines.length === 0) return []
  return [
    `Poetry's auth.toml is read-only and left alone, without a user name. Should Poetry not find the token, add to it, where it is made:${lines.join('')}`,
  ]
}

/** @param now - epoch milliseconds */
export function syncReport(request: Request, gathered: Gathered, applied: Applied, now: number): Report {
  const { state, failed, done } = applied
  const judged = judgeAll(request, gathered, {
    state,
    failureOf: (name) => failed.get(name) ?? null,
    stepsOf: ({ target }) => done.get(target.name) ?? [],
  })
  const lacksOf = (some: readonly Judged[]): string[] => lackWarnings(some, request.where)
  const notes = [...request.project.warnings, ...lacksOf(judged), ...frozenLogins(gathered)]
  // By hand in its folder, a project is told at every run what it lacks; among all of them, only when a source is new.
  const isNew = ({ row }: Judged): boolean => row.steps.some((step) => step === 'username' || step === 'url')
  const standing = request.all ? [...request.project.warnings, ...lacksOf(judged.filter(isNew))] : notes
  const sources = judged.map(({ row }) => row)
  return {
    sources,
    warnings: [...told(request, gathered), ...standing],
    standing,
    notes,
    details: detailsOf(gathered, applied, now),
  }
}
