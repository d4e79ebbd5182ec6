import type { ProjectRecord, State } from '../core/memory/state.ts'
import {
  checkClaims,
  checkIdentities,
  checkUrls,
  checkUsernames,
  currentClaim,
  recordedClaims,
} from '../core/plan/conflicts.ts'
import type { Target } from '../core/plan/target.ts'
import type { PoetryNames } from '../core/ports/poetry-files.ts'
import type { Project } from '../core/ports/project.ts'
import { checkDeclaration } from '../core/project/declarations.ts'
import { CaSyncError } from '../core/words/errors.ts'
import type { Machine } from '../machine.ts'
import type { DraftTarget } from './targets.ts'

interface Naming {
  readonly project: Project
  readonly state: State
  /** What the last run on this project left. */
  readonly record: ProjectRecord | undefined
}

/** @throws CaSyncError SOURCE_HOST_MISMATCH */
export function declarationWarnings({ project }: Pick<Naming, 'project'>, targets: readonly DraftTarget[]): string[] {
  return targets.flatMap(({ source, url }) => {
    const finding = checkDeclaration(source, url, project.file)
    if (finding instanceof CaSyncError) throw finding
    return finding === undefined ? [] : [finding.message]
  })
}

/** @throws CaSyncError NAME_CONFLICT, CONFIG_INVALID where another source or project stands in the way */
export function checkOthers(
  { projects }: Pick<Machine, 'projects'>,
  { project, state, record }: Naming,
  targets: readonly Target[],
): void {
  const wanted = new Set(targets.map(({ name }) => name))
  checkIdentities(targets, record?.sources.filter(({ name }) => !wanted.has(name)) ?? [])
  const claims = recordedClaims(state, project.folder, wanted)
  checkClaims(
    targets,
    claims.flatMap((claim) => currentClaim(claim, projects.reading(claim.project)) ?? []),
  )
}

/** @throws CaSyncError NAME_CONFLICT, CONFIG_INVALID */
export function checkNames(
  machine: Pick<Machine, 'projects'>,
  naming: Naming,
  targets: readonly Target[],
  names: PoetryNames,
): void {
  checkOthers(machine, naming, targets)
  checkUrls(targets, names.urls, naming.state)
  checkUsernames(targets, names.usernames)
}
