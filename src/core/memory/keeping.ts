import type { Source } from '../repository/source.ts'
import { sameDomain } from '../repository/source.ts'
import { present } from '../words/present.ts'
import { type Keeping, type KeepingWish, mapTable, type ProjectRecord, type State } from './state.ts'

/**
 * How a project's tokens are kept. Poetry's repository names are shared by all projects: what one keeps in plain text, all that
 * have a source of that name and domain do, or each run would undo the other's.
 */
export function keepingOf(state: State, folder: string, sources: readonly NamedSource[], wish: KeepingWish): Keeping {
  const own = state.projects[folder]
  const followed = Object.values(state.projects).some(
    (record) => record.store === 'plaintext' && (record === own || sharesToken(record, sources)),
  )
  return present({
    store: wish.store ?? (followed ? 'plaintext' : (own?.store ?? 'keyring')),
    share: wish.share ?? own?.share ?? 'host',
    local: (wish.local ?? own?.local) || undefined,
  })
}

type NamedSource = Pick<Source, 'name' | 'domain' | 'owner' | 'region'>

const sharesToken = (record: ProjectRecord, sources: readonly NamedSource[]): boolean =>
  record.sources.some((one) => sources.some((other) => one.name === other.name && sameDomain(one, other)))

/** What a project's record says from now on. Plain text ends only once every source is served otherwise. */
export function recordKeeping(
  before: Pick<ProjectRecord, 'store'> | undefined,
  wish: KeepingWish,
  { share, local }: Keeping,
  ready: boolean,
): Pick<ProjectRecord, 'store' | 'share' | 'local'> {
  const isStuck = before?.store === 'plaintext' && !ready
  const store = isStuck ? before.store : (wish.store ?? before?.store)
  return present({ store: store === 'keyring' ? undefined : store, share: share === 'url' ? share : undefined, local })
}

/** No project keeps the names in plain text any more; those that did look closer at their next run. */
export function endPlaintext(state: State, names: readonly string[]): State {
  const projects = mapTable(state.projects, (record) => {
    if (record.store !== 'plaintext' || !record.sources.some(({ name }) => names.includes(name))) return record
    const { store: _, ...rest } = record
    return { ...rest, renewAt: 0 }
  })
  return { ...state, projects }
}
