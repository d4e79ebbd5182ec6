import type { Share, Store } from '../memory/keeping.ts'
import type { State } from '../memory/state.ts'
import { hostOf, isVpcEndpoint } from '../repository/endpoint.ts'
import { storeRules } from './stores.ts'
import { lookUpUrls, type Target, useOf } from './target.ts'

/** The tokens of each target's host: the targets', and those of other projects and of sources of this one that a run is not about. */
function tokensByHost(
  targets: readonly Pick<Target, 'name' | 'url' | 'tokenKey'>[],
  state: State,
  project: string,
): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Set(targets.map(({ name }) => name))
  const tokens = new Map<string, Set<string>>()
  for (const { url, tokenKey } of targets) tokens.set(hostOf(url), (tokens.get(hostOf(url)) ?? new Set()).add(tokenKey))
  for (const [folder, { sources, store = 'keyring' }] of Object.entries(state.projects)) {
    if (storeRules[store].reads !== 'keyring') continue
    for (const record of sources) {
      const { host, tokenKey } = useOf(record)
      if (folder !== project || !names.has(record.name)) tokens.get(host)?.add(tokenKey)
    }
  }
  return tokens
}

/** URLs that other projects want entries under. */
const sharedUrls = ({ projects }: State, project: string): ReadonlySet<string> =>
  new Set(
    Object.entries(projects).flatMap(([folder, { sources, share }]) =>
      folder !== project && share === 'url' ? sources.map(({ url }) => url) : [],
    ),
  )

/** How a run keeps its tokens. */
export interface TokenPlace {
  readonly store?: Store
  readonly share?: Share
  /** Poetry's auth.toml. */
  readonly file?: string
}

/**
 * Under which service the token of each target goes. A host's entry serves all its repositories; only where
 * two identities meet on one host does each repository get its own entries, which Poetry asks for before the host's.
 */
export function assignServices(
  targets: readonly Omit<Target, 'services' | 'store'>[],
  state: State,
  project: string,
  { store = 'keyring', share, file = '' }: TokenPlace = {},
): Target[] {
  const { reads, place } = storeRules[store]
  if (reads !== 'keyring')
    return targets.map((target) => ({ ...target, store, services: [], ...place(target.tokenKey, file) }))
  const tokens = tokensByHost(targets, state, project)
  const shared = sharedUrls(state, project)
  return targets.map((target) => {
    const host = hostOf(target.url)
    // A VPC endpoint is one host for all domains of its region, and so for all tokens.
    const hosts = (tokens.get(host)?.size ?? 0) > 1 || isVpcEndpoint(host) ? [] : [host]
    const byUrl = hosts.length === 0 || share === 'url' || shared.has(target.url)
    return { ...target, store, services: byUrl ? [...hosts, ...lookUpUrls(target.url)] : hosts }
  })
}
