import { type State, writtenUrls } from '../memory/state.ts'
import type { Claim } from '../plan/conflicts.ts'
import type { Target } from '../plan/target.ts'
import type { PoetrySettings } from '../ports/poetry-files.ts'
import { sameRepository } from '../repository/endpoint.ts'
import { repositoryKey } from '../repository/source.ts'
import { dotted } from '../toml/key.ts'
import type { Complaint } from '../words/errors.ts'
import { shellWord } from '../words/quote.ts'

/** What Poetry cannot do with a source, though it gets the token for it: what is so, and what to type or change. */
export interface Lack extends Complaint {
  /** What it is in a few words, where a row is to say it. */
  readonly brief?: string
  /** What to type, where it is a command. */
  readonly fix?: string
  /** The folder of the project that has the name. */
  readonly holder?: string
  readonly isPending?: true
  /** There is no `[[tool.poetry.source]]` of its name. */
  readonly isUndeclared?: true
}

/** What is known of the names in Poetry's files. */
export interface Names extends Pick<PoetrySettings, 'names' | 'homes'> {
  readonly state: State
  readonly claims: readonly Claim[]
  /** The project has its lines in a poetry.toml of its own. */
  readonly isLocal: boolean | undefined
  readonly where: string
}

type Subject = Pick<Target, 'name' | 'url' | 'domain' | 'owner' | 'region' | 'repository'>

/**
 * `repositories.<name>` is one for all projects: it belongs to the project that was synced with it while that names it, or to
 * whoever wrote it by hand, and nothing takes it over. Each project can have its own in its poetry.toml.
 */
export function publishing(target: Subject, names: Names): Pick<Target, 'urlHome'> & { readonly obstacle?: Lack } {
  const home = names.isLocal ? 'project' : 'config'
  const found = urlIn(home, target.name, names)
  const urlHome = names.isLocal ? { urlHome: 'project' as const } : {}
  if (found === target.url) return urlHome
  const holder = names.isLocal ? undefined : heldBy(target, found, names)
  if (holder !== undefined) return { urlHome: 'none', obstacle: taken(target, holder, names) }
  if (names.isLocal && isForeign(target, found, names)) return { urlHome: 'none' }
  if (names.homes[home].isFrozen) return { urlHome: 'none', obstacle: frozen(target, names.homes[home].path, names) }
  return urlHome
}

const urlIn = (home: 'project' | 'config', name: string, { names: { urls, localUrls } }: Names): string | undefined =>
  (home === 'project' ? localUrls : urls)?.get(name)

/** A line of the user's own in the project's poetry.toml: what it does, is said as of any setting there. */
const isForeign = ({ name, url }: Subject, found: string | undefined, { state, homes }: Names): boolean =>
  found !== undefined && !sameRepository(found, url) && !state.locals[homes.project.path]?.[name]?.includes(found)

type Owner = Claim | string

function heldBy(target: Subject, found: string | undefined, { state, claims }: Names): Owner | undefined {
  if (found !== undefined && sameRepository(found, target.url)) return undefined
  const written = writtenUrls(state, target.name)
  if (found !== undefined && !written.includes(found)) return found
  const last = found ?? written.at(-1)
  return claims.find(
    ({ name, url, repository }) =>
      name === target.name &&
      last !== undefined &&
      sameRepository(url, last) &&
      repositoryKey(repository) !== repositoryKey(target),
  )
}

function taken(target: Subject, holder: Owner, { where }: Names): Lack {
  const { name } = target
  const isByHand = typeof holder === 'string'
  const what = isByHand
    ? `set to ${JSON.stringify(holder)} in your Poetry configuration`
    : `${repositoryKey(holder.repository)} in ${holder.project}`
  const message = `Source ${name}: Poetry's repository names are shared by all your projects, and ${name} is already ${what}; this project means ${repositoryKey(target)}. poetry publish -r ${name} goes to the other one.`
  const fix = `ca-sync --local${where}`
  const local = `To publish from this project, type: ${fix}`
  const unset = `(or, if you do not need the other: poetry config --unset repositories.${name})`
  if (isByHand) return { message, fix, hint: `${local} ${unset}` }
  const gone = ` (or, if ${holder.project} is gone for good: ca-sync logout -C ${shellWord(holder.project)})`
  return { message, fix, holder: holder.project, hint: holder.isAway ? local + gone : local }
}

const frozen = ({ name, url }: Subject, path: string, { isLocal, where }: Names): Lack => ({
  message: `${path} is read-only and left alone, so poetry publish -r ${name} does not find the repository.`,
  hint: `Add to it, where it is made:\n  [${dotted(['repositories', name])}]\n  url = "${url}"${isLocal ? '' : `\nOr, for this project alone, type: ca-sync --local${where}`}`,
})
