import { isFresh } from '../memory/freshness.ts'
import type { State } from '../memory/state.ts'
import { hostOf } from '../repository/endpoint.ts'
import { otherKeys } from '../repository/identity.ts'
import { lookUpUrls, type Target, username } from './target.ts'

/** What a run does for one source, in the order in which it is done. */
export type Step = 'token' | 'vault' | 'handover' | 'username' | 'plaintext' | 'url'

/** What Poetry's files say of our names. */
export interface PoetryNames {
  /** config.toml: repositories.<name>.url */
  readonly urls: ReadonlyMap<string, string>
  /** auth.toml: http-basic.<name>.username */
  readonly usernames: ReadonlyMap<string, string>
  /** auth.toml: http-basic.<name>.password, as its stamp. */
  readonly passwords: ReadonlyMap<string, string>
}

export const noNames = { urls: new Map(), usernames: new Map(), passwords: new Map() } as const satisfies PoetryNames

/** What is: what a plan is made against. */
export interface Actual {
  readonly state: State
  readonly names: PoetryNames
  /** Poetry's Python and keyring backend. */
  readonly reader: string
  /** Stamp of the access key in the environment, if there is one. */
  readonly credentials: string | undefined
  /** Epoch milliseconds. */
  readonly now: number
  readonly force: boolean
  /** Keys of the tokens that this run has asked for already: force asks once. */
  readonly renewed: ReadonlySet<string>
  /** auth.toml is not as the last run left it: whoever changed it may also have left an entry that hides ours. */
  readonly authTouched: boolean
}

export interface PlannedSource {
  readonly target: Target
  readonly steps: readonly Step[]
}

/** The stamp a token was minted under, where the identity is the environment's keys. */
export const credentialsOf = ({ identity }: Target, credentials: string | undefined): string | undefined =>
  identity.base.kind === 'environment' ? credentials : undefined

/** The token that the state knows is none that can be used, or nearly. */
export function needsToken(
  target: Target,
  { state, names, credentials, now, force, renewed }: Omit<Actual, 'reader' | 'authTouched'>,
): boolean {
  const token = state.tokens[target.token]
  if (token === undefined || (force && !renewed.has(target.token))) return true
  if (target.plaintextFile !== undefined && ![...names.passwords.values()].includes(token.stamp ?? '')) return true
  return !isFresh(token, target.refreshBefore, now) || otherKeys(target.identity, token.credentials, credentials)
}

/** The password in auth.toml is the token that the state knows. */
const isInFile = ({ name, token }: Target, { state, names }: Actual): boolean =>
  names.passwords.has(name) && names.passwords.get(name) === state.tokens[token]?.stamp

/** Poetry's keyring, asked by URL and then by host as Poetry does, was seen to give back the token that the state knows. */
export function isHandedOver(target: Target, actual: Actual): boolean {
  if (target.plaintextFile !== undefined) return isInFile(target, actual)
  const { token, url } = target
  const { state, reader } = actual
  const issuedAt = state.tokens[token]?.issuedAt
  return lookUpUrls(url).every((asked) => {
    const entry = state.entries[asked] ?? state.entries[hostOf(asked)]
    return entry?.token === token && entry.issuedAt === issuedAt && entry.readers.includes(reader)
  })
}

/** Entries by URL are where they are wanted, and only there. */
const isPlaced = ({ url, services }: Target, { state }: Actual): boolean =>
  lookUpUrls(url).every((asked) => services.includes(asked) === Object.hasOwn(state.entries, asked))

/** What is left to do in Poetry's files; `renews`: the token will be another. */
export function fileSteps(target: Target, actual: Actual, renews = false): Step[] {
  const { name, url, plaintextFile } = target
  const { names } = actual
  const isWanted = plaintextFile !== undefined
  const steps: Step[] = []
  if (names.usernames.get(name) !== username) steps.push('username')
  if (isWanted ? renews || !isInFile(target, actual) : names.passwords.has(name)) steps.push('plaintext')
  if (names.urls.get(name) !== url) steps.push('url')
  return steps
}

/** Poetry's Python, and so a usable keyring, is needed for this source. */
export const needsHandover = (target: Target, actual: Actual): boolean =>
  needsToken(target, actual) || actual.authTouched || !isHandedOver(target, actual) || !isPlaced(target, actual)

function planSource(target: Target, actual: Actual): PlannedSource {
  const renews = needsToken(target, actual)
  const files = fileSteps(target, actual, renews)
  if (target.plaintextFile !== undefined) return { target, steps: renews ? ['token', ...files] : files }
  if (renews) return { target, steps: ['token', 'vault', 'handover', ...files] }
  return { target, steps: needsHandover(target, actual) ? ['handover', ...files] : files }
}

/** The steps between what is and what should be. A token that several sources share is renewed for all of them. */
export function plan(targets: readonly Target[], actual: Actual): PlannedSource[] {
  return targets.map((target) => planSource(target, actual))
}
