import type { Source } from '../../core/repository/source.ts'
import { inFolder } from '../../core/words/quote.ts'
import { blank, execAdvice, fromTarget, judge, plaintextWarning, type Report, type SourceReport } from '../report.ts'
import type { Gathered, Request } from './gather.ts'
import type { Applied } from './remember.ts'
import { undeclaredWarning } from './text.ts'

/** Rows in the order of pyproject.toml. */
function rows(
  { drafts, keeping: { store } }: Request,
  { failures }: Gathered,
  row: (source: Source) => SourceReport | undefined,
): SourceReport[] {
  return drafts.map(({ source }) => {
    const failure = failures.find((one) => one.source === source)
    return { ...(row(source) ?? { ...blank(source), error: failure?.error ?? null }), store }
  })
}

export function planReport(request: Request, gathered: Gathered): Report {
  const sources = rows(request, gathered, (source) => {
    const planned = gathered.planned.find(({ target }) => target.source === source)
    if (planned === undefined) return undefined
    const expiresAt = request.state.tokens[planned.target.tokenKey]?.expiresAt ?? null
    return { ...fromTarget(planned.target), expiresAt, steps: planned.steps, ready: planned.steps.length === 0 }
  })
  const warnings = [...request.project.warnings, ...gathered.warnings, ...told(request, gathered)]
  return { sources, warnings }
}

/** Told at every run, since nobody is to forget it: what is in plain text. Told once: what a choice asks of the user. */
const told = (request: Request, { planned }: Gathered): string[] => [
  ...plaintextWarning(
    planned.map(({ target }) => target),
    whereOf(request),
  ),
  ...(request.keepingWish.store === 'exec' ? [execAdvice] : []),
]

/** What names the project in a command that is to be typed. */
const whereOf = ({ all, project }: Request): string => inFolder(all ? project.folder : undefined)

/** The sources that this run set up first and that Poetry cannot install from. A renewal, every few hours, does not say it again. */
function undeclaredNames({ drafts }: Request, reports: readonly SourceReport[]): string[] {
  const undeclared = drafts.filter(({ source, record }) => {
    const steps = reports.find(({ name }) => name === source.name)?.steps ?? []
    const isFirst = record === undefined ? steps.length > 0 : steps.includes('username') || steps.includes('url')
    return isFirst && source.declaration === undefined
  })
  return undeclared.map(({ source }) => source.name)
}

export function syncReport(request: Request, gathered: Gathered, { state, failed, done }: Applied): Report {
  const passing: string[] = []
  const sources = rows(request, gathered, (source) => {
    const target = gathered.planned.find((one) => one.target.source === source)?.target
    if (target === undefined) return undefined
    const shadowed = judge(gathered.settings.shadows(target))
    passing.push(...shadowed.warnings)
    const error = failed.get(target.name) ?? shadowed.error
    const expiresAt = state.tokens[target.tokenKey]?.expiresAt ?? null
    return { ...fromTarget(target), expiresAt, steps: done.get(target.name) ?? [], ready: error === null, error }
  })
  const undeclared = undeclaredWarning(undeclaredNames(request, sources), whereOf(request))
  const standing = [...request.project.warnings, ...gathered.warnings, ...passing, ...undeclared]
  return { sources, warnings: [...told(request, gathered), ...standing], standing }
}
