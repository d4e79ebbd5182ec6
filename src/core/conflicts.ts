import { sameRepository } from './endpoint.ts'
import { CaSyncError } from './errors.ts'
import { describeIdentity } from './identity.ts'
import { type Repository, repositoryKey } from './source.ts'
import { type State, writtenUrls } from './state.ts'
import type { Target } from './target.ts'

/** A project that was synced before and whose pyproject.toml still names `name`. */
export interface Claim {
  readonly name: string
  readonly project: string
  readonly repository: Repository
}

/** The claims that other projects' records make; whether their pyproject.toml still makes them is for the caller to see. */
export function recordedClaims(state: State, project: string): Claim[] {
  return Object.entries(state.projects)
    .filter(([folder]) => folder !== project)
    .flatMap(([folder, { sources }]) =>
      sources.map(({ name, ...repository }) => ({ name, project: folder, repository })),
    )
}

const describe = (repository: Repository): string =>
  `${repository.owner}/${repository.domain}/${repository.region}/${repository.repository}`

function conflict(target: Target, holder: string, hint: string): CaSyncError {
  return new CaSyncError(
    'NAME_CONFLICT',
    `Source ${target.name}: Poetry's repository names are shared by all your projects, and ${target.name} is already ${holder}; this project means ${describe(target)}.`,
    hint,
  )
}

const rename = (name: string, project: string): string =>
  `Give the source another name (in its table and its [[tool.poetry.source]]): ${name} in this project, or in ${project}.`

/** Poetry finds one token for one repository. @throws CaSyncError CONFIG_INVALID when two names of one have two identities */
export function checkIdentities(targets: readonly Target[]): void {
  for (const target of targets) {
    const other = targets.find(({ url, token }) => url === target.url && token !== target.token)
    if (other === undefined) continue
    throw new CaSyncError(
      'CONFIG_INVALID',
      `Sources ${target.name} and ${other.name} are the same repository (${target.domain}/${target.repository}), but have two AWS identities: ${describeIdentity(target.identity)}, and ${describeIdentity(other.identity)}.`,
      'Poetry takes one token for a repository: give both sources the same profile and role-arn in your ca-sync/config.toml.',
    )
  }
}

/** @throws CaSyncError NAME_CONFLICT when another project uses the name for another repository */
export function checkClaims(targets: readonly Target[], claims: readonly Claim[]): void {
  for (const target of targets) {
    const other = claims.find(
      ({ name, repository }) => name === target.name && repositoryKey(repository) !== repositoryKey(target),
    )
    if (other !== undefined)
      throw conflict(target, `${describe(other.repository)} in ${other.project}`, rename(target.name, other.project))
  }
}

/**
 * @throws CaSyncError NAME_CONFLICT when config.toml has the name for another URL that we did not write
 */
export function checkUrls(targets: readonly Target[], urls: ReadonlyMap<string, string>, state: State): void {
  for (const target of targets) {
    const url = urls.get(target.name)
    if (url === undefined || sameRepository(url, target.url) || writtenUrls(state, target.name).includes(url)) continue
    throw conflict(
      target,
      `set to ${JSON.stringify(url)} in your Poetry configuration`,
      `If you do not need that one: poetry config --unset repositories.${target.name}. Else give this source another name.`,
    )
  }
}
