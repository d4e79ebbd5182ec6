import { type State, usedSources, writtenUrls } from '../memory/state.ts'
import { sameRepository } from '../repository/endpoint.ts'
import { describeIdentity, identityKey } from '../repository/identity.ts'
import { type Repository, repositoryKey, type Source } from '../repository/source.ts'
import { CaSyncError } from '../words/errors.ts'
import { quote, shellWord } from '../words/quote.ts'
import { type Target, username } from './target.ts'

/** What another project, that was synced or served before, calls by a name. */
export interface Claim {
  readonly name: string
  readonly project: string
  readonly repository: Repository
  /** Its pyproject.toml is not there, or cannot be read. */
  readonly isAway?: true
}

/** What a pyproject.toml names now; undefined for one that is not there, or cannot be read. */
export type ReadSources = readonly Source[] | undefined

/** What the project of a claim calls by that name now. As long as it is known, it need not be there today. */
export function currentClaim(claim: Claim, reading: ReadSources): Claim | undefined {
  if (reading === undefined) return { ...claim, isAway: true }
  const source = reading.find(({ name }) => name === claim.name)
  return source && { ...claim, repository: { ...source, owner: source.owner ?? claim.repository.owner } }
}

/** The claims to these names that other projects' records make; what their pyproject.toml says by now is for the caller to see. */
export function recordedClaims(state: State, project: string, names: ReadonlySet<string>): Claim[] {
  const folders = new Set([...Object.keys(state.projects), ...Object.keys(state.served)])
  folders.delete(project)
  return [...folders].flatMap((folder) =>
    usedSources(state, folder)
      .filter(({ name }) => names.has(name))
      .map(({ name, ...repository }) => ({ name, project: folder, repository })),
  )
}

const calledIn = (repository: Repository): string =>
  `${repository.owner}/${repository.domain}/${repository.region}/${repository.repository}`

function conflict(target: Target, holder: string, hint: string): CaSyncError {
  return new CaSyncError(
    'NAME_CONFLICT',
    `Source ${target.name}: Poetry's repository names are shared by all your projects, and ${target.name} is already ${holder}; this project means ${calledIn(target)}.`,
    { hint },
  )
}

function rename({ name, project, isAway }: Claim): string {
  const hint = `Give the source another name (in its table and its [[tool.poetry.source]]): ${name} in this project, or in ${project}.`
  return isAway ? `${hint} If that one is gone for good, type: ca-sync logout -C ${shellWord(project)}` : hint
}

type NamedTarget = Pick<Target, 'name' | 'url' | 'identity'>

/**
 * Poetry finds one token for one repository.
 * @param others - sources of the project that this run is not about
 * @throws CaSyncError CONFIG_INVALID when two names of one repository have two identities
 */
export function checkIdentities(targets: readonly Target[], others: readonly NamedTarget[]): void {
  for (const target of targets) {
    const other = [...targets, ...others].find(
      ({ url, identity }) => url === target.url && identityKey(identity) !== identityKey(target.identity),
    )
    if (other === undefined) continue
    throw new CaSyncError(
      'CONFIG_INVALID',
      `Sources ${target.name} and ${other.name} are the same repository (${target.domain}/${target.repository}), but have two AWS identities: ${describeIdentity(target.identity)}, and ${describeIdentity(other.identity)}.`,
      {
        hint: 'Poetry takes one token for a repository: sync all its sources with the same one (ca-sync --profile NAME, without --source), or set it for both in your ca-sync/config.toml.',
      },
    )
  }
}

/** @throws CaSyncError NAME_CONFLICT when another project uses the name for another repository */
export function checkClaims(targets: readonly Target[], claims: readonly Claim[]): void {
  for (const target of targets) {
    const key = repositoryKey(target)
    const other = claims.find(({ name, repository }) => name === target.name && repositoryKey(repository) !== key)
    if (other !== undefined) throw conflict(target, `${calledIn(other.repository)} in ${other.project}`, rename(other))
  }
}

/** @throws CaSyncError NAME_CONFLICT when auth.toml has credentials of another user under the name */
export function checkUsernames(targets: readonly Target[], usernames: ReadonlyMap<string, string>): void {
  for (const target of targets) {
    const user = usernames.get(target.name)
    if (user === undefined || user === username) continue
    throw conflict(
      target,
      `a server that you log in to as ${quote(user)} (http-basic.${target.name} in Poetry's auth.toml)`,
      `If you do not need that login: poetry config --unset http-basic.${target.name}. Else give this source another name.`,
    )
  }
}

/** @throws CaSyncError NAME_CONFLICT when config.toml has the name for another URL that we did not write */
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
