import { knownFolders, type State, usedSources } from '../memory/state.ts'
import { describeIdentity, identityKey } from '../repository/identity.ts'
import type { Repository, Source } from '../repository/source.ts'
import { CaSyncError } from '../words/errors.ts'
import { present } from '../words/present.ts'
import { quote } from '../words/quote.ts'
import { type DraftTarget, type Target, username } from './target.ts'

/** What another project, that was synced or served before, calls by a name. */
export interface Claim {
  readonly name: string
  readonly project: string
  readonly repository: Repository
  readonly url: string
  /** It keeps its lines to itself. */
  readonly isLocal?: true
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
  const others = knownFolders(state).filter((folder) => folder !== project)
  return others.flatMap((folder) =>
    usedSources(state, folder)
      .filter(({ name }) => names.has(name))
      .map(({ name, ...repository }) =>
        present({ name, project: folder, repository, url: repository.url, isLocal: state.projects[folder]?.local }),
      ),
  )
}

type NamedTarget = Pick<Target, 'name' | 'url' | 'identity'>

/** Poetry finds one token for one repository. @param others - sources of the same project */
export function otherIdentity(target: DraftTarget, others: readonly NamedTarget[]) {
  const other = others.find(
    ({ url, identity }) => url === target.url && identityKey(identity) !== identityKey(target.identity),
  )
  if (other === undefined) return undefined
  const what = `Sources ${target.name} and ${other.name} are the same repository (${target.domain}/${target.repository}), but have two AWS identities: ${describeIdentity(target.identity)}, and ${describeIdentity(other.identity)}.`
  return new CaSyncError('CONFIG_INVALID', what, {
    hint: 'Poetry takes one token for a repository: sync all its sources with the same one (ca-sync --profile NAME, without --source), or set it for both in your ca-sync/config.toml.',
  })
}

/** A login of another user in auth.toml under the name of a source: it is not for us to change, and Poetry would ask for that user's password. */
export function otherLogin(name: string, usernames: ReadonlyMap<string, string>): CaSyncError | undefined {
  const user = usernames.get(name)
  if (user === undefined || user === username) return undefined
  const what = `a server that you log in to as ${quote(user)} (http-basic.${name} in Poetry's auth.toml)`
  const problem = `Poetry's names are shared by all your projects, and ${name} is already ${what}.`
  return new CaSyncError('NAME_CONFLICT', problem, {
    hint: `If you do not need that login: poetry config --unset http-basic.${name}. Else give this source another name.`,
  })
}
