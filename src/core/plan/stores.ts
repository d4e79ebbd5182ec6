import type { Keeping, State, Store } from '../memory/state.ts'
import type { PoetryNames } from '../ports/poetry-files.ts'
import { hostOf, isVpcEndpoint } from '../repository/endpoint.ts'
import { type DraftTarget, keyInFile, lookUpUrls, type Target, useOf } from './target.ts'

/** What a run does for one source, in the order in which it is done. */
export type Step = 'token' | 'vault' | 'handover' | 'username' | 'plaintext' | 'url'

/** What tells where a token is, without asking anybody. */
export interface Evidence {
  readonly state: State
  readonly names: PoetryNames
  /** Poetry's Python and keyring backend. */
  readonly reader: string
  /** auth.toml is not as the last run left it: whoever changed it may also have left an entry that hides ours. */
  readonly authTouched: boolean
}

/**
 * What is special about a place where tokens live, by rules alone. How a token gets there and back is a `Keeper`'s.
 * A new place is a word of `stores`: the compiler then names every table that needs a row for it.
 */
export interface StoreRules {
  /** What Poetry gets the token from; only with `keyring` do its own Python and a keyring have to be there. */
  readonly reads: 'keyring' | 'file' | 'vault'
  /** The step that takes the token itself. */
  readonly giving: Step
  /** auth.toml has to name the user for whom Poetry looks. */
  readonly hasUser: boolean
  /** What of a target is other there. @param file - Poetry's auth.toml */
  place(tokenKey: string, file: string): Partial<Pick<Target, 'tokenKey' | 'file'>>
  /** The token that the state knows is not there any more: it takes a new one. */
  isLost(target: Target, evidence: Pick<Evidence, 'state' | 'names'>): boolean
  shows(target: Target, evidence: Evidence): boolean
  /** What is to be done with the token. @param renews - it will be a new one */
  steps(target: Target, evidence: Evidence, renews: boolean): readonly Step[]
  /** The password in auth.toml is to be another one, or none. */
  changesPassword(target: Target, evidence: Evidence, renews: boolean): boolean
}

/** Poetry's keyring, asked by URL and then by host as Poetry does, was seen to give back the token that the state knows. */
function isHandedOver({ tokenKey, url }: Target, { state, reader }: Evidence): boolean {
  const issuedAt = state.tokens[tokenKey]?.issuedAt
  return lookUpUrls(url).every((asked) => {
    const entry = state.entries[asked] ?? state.entries[hostOf(asked)]
    return entry?.tokenKey === tokenKey && entry.issuedAt === issuedAt && entry.readers.includes(reader)
  })
}

/** Entries by URL are where they are wanted, and only there. */
const isPlaced = ({ url, services }: Target, { state }: Evidence): boolean =>
  lookUpUrls(url).every((asked) => services.includes(asked) === Object.hasOwn(state.entries, asked))

const keyringRules: StoreRules = {
  reads: 'keyring',
  giving: 'handover',
  hasUser: true,
  place: () => ({}),
  // Whether the vault has it, only the vault can tell.
  isLost: () => false,
  shows: isHandedOver,
  steps(target, evidence, renews) {
    if (renews) return ['token', 'vault', 'handover']
    const isWell = !evidence.authTouched && isHandedOver(target, evidence) && isPlaced(target, evidence)
    return isWell ? [] : ['handover']
  },
  changesPassword: ({ name }, { names }) => names.passwords.has(name),
}

const isInFile = ({ name, tokenKey }: Target, { state, names }: Evidence): boolean =>
  names.passwords.has(name) && names.passwords.get(name) === state.tokens[tokenKey]?.stamp

const plaintextRules: StoreRules = {
  reads: 'file',
  giving: 'plaintext',
  hasUser: true,
  // A token of its own: the vault's is not in that file, and that file's is not in the vault.
  place: (tokenKey, file) => ({ tokenKey: keyInFile(tokenKey, file), file }),
  isLost: ({ tokenKey }, { state, names }) =>
    ![...names.passwords.values()].includes(state.tokens[tokenKey]?.stamp ?? ''),
  shows: isInFile,
  steps: (_target, _evidence, renews) => (renews ? ['token'] : []),
  changesPassword: (target, evidence, renews) => renews || !isInFile(target, evidence),
}

const isInVault = ({ tokenKey }: Target, { state }: Evidence): boolean => state.tokens[tokenKey]?.inVault === true

const execRules: StoreRules = {
  ...keyringRules,
  reads: 'vault',
  giving: 'vault',
  hasUser: false,
  shows: isInVault,
  steps(target, evidence, renews) {
    if (renews) return ['token', 'vault']
    return isInVault(target, evidence) ? [] : ['vault']
  },
}

export const storeRules: Readonly<Record<Store, StoreRules>> = {
  keyring: keyringRules,
  plaintext: plaintextRules,
  exec: execRules,
}

/** The tokens of each target's host: the targets', and those of other projects and of sources of this one that a run is not about. */
function tokensByHost(targets: readonly Pick<Target, 'name' | 'url' | 'tokenKey'>[], state: State, project: string) {
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

const sharedUrls = ({ projects }: State, project: string): ReadonlySet<string> =>
  new Set(
    Object.entries(projects).flatMap(([folder, { sources, share }]) =>
      folder !== project && share === 'url' ? sources.map(({ url }) => url) : [],
    ),
  )

export type TokenPlace = Partial<Keeping> & Pick<Target, 'file'>

/**
 * Under which service the token of each target goes. A host's entry serves all its repositories; only where
 * two identities meet on one host does each repository get its own entries, which Poetry asks for before the host's.
 */
export function assignServices(
  targets: readonly DraftTarget[],
  state: State,
  project: string,
  at: TokenPlace = {},
): Target[] {
  const { store = 'keyring', share, file = '' } = at
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
