import { isFresh } from '../memory/freshness.ts'
import type { EntryRecord, TokenRecord } from '../memory/state.ts'
import { hostOf } from '../repository/endpoint.ts'
import { otherKeys } from '../repository/identity.ts'
import { type Evidence, type Step, storeRules } from './stores.ts'
import { lookUpUrls, type Target, tokenKeyOf, username } from './target.ts'

export interface Actual extends Evidence {
  readonly keysStamp: string | undefined
  /** Epoch milliseconds. */
  readonly now: number
  readonly force: boolean
  /** Keys of the tokens that this run has asked for already: force asks once. */
  readonly renewed: ReadonlySet<string>
  /** A job leaves the entry of a repository to whom it was given by hand last. */
  readonly yields?: boolean
}

export interface PlannedSource {
  readonly target: Target
  readonly steps: readonly Step[]
}

/** The stamp a token was minted under, where the identity is the environment's keys. */
export const keysStampOf = ({ identity }: Target, keysStamp: string | undefined): string | undefined =>
  identity.base.kind === 'environment' ? keysStamp : undefined

/** The token that the state knows is none that can be used, or nearly. */
export function needsToken(target: Target, actual: Omit<Actual, 'reader' | 'authTouched'>): boolean {
  const { state, keysStamp, now, force, renewed } = actual
  const token = state.tokens[target.tokenKey]
  if (token === undefined || (force && !renewed.has(target.tokenKey))) return true
  if (storeRules[target.store].isLost(target, actual)) return true
  return !isFresh(token, target.refreshBefore, now) || otherKeys(target.identity, token.keysStamp, keysStamp)
}

export function isStuck(target: Target, actual: Actual): boolean {
  const { reads, changesPassword } = storeRules[target.store]
  return (
    reads === 'file' &&
    actual.names.isAuthFrozen === true &&
    changesPassword(target, actual, needsToken(target, actual))
  )
}

/** What is left to do in Poetry's files; `renews`: the token will be another. */
export function fileSteps(target: Target, actual: Actual, renews = false): Step[] {
  const { names } = actual
  const { hasUser, changesPassword } = storeRules[target.store]
  const steps: Step[] = []
  if (!names.isAuthFrozen) {
    if (hasUser && names.usernames.get(target.name) !== username) steps.push('username')
    if (changesPassword(target, actual, renews)) steps.push('plaintext')
  }
  const urls = target.urlHome === 'project' ? names.localUrls : names.urls
  if (target.urlHome !== 'none' && urls?.get(target.name) !== target.url) steps.push('url')
  return steps
}

/**
 * The token of another project's identity, where Poetry gets that for this very repository: there is one entry, and two projects that
 * took it from each other at every run would never be done.
 */
export function otherToken({ tokenKey, url, store }: Target, { state, reader }: Evidence): TokenRecord | undefined {
  const entries = lookUpUrls(url).map((asked) => state.entries[asked] ?? state.entries[hostOf(asked)])
  const [{ tokenKey: key } = { tokenKey }] = entries.flatMap((entry) => entry ?? [])
  const token = state.tokens[key]
  const isUsed = Object.values(state.projects).some(({ sources }) =>
    sources.some((one) => one.url === url && tokenKeyOf(one) === key),
  )
  const isShownBy = (entry: EntryRecord | undefined): boolean =>
    entry?.tokenKey === key && entry.issuedAt === token?.issuedAt && entry.readers.includes(reader)
  const isOfKeyring = storeRules[store].reads === 'keyring'
  return isOfKeyring && key !== tokenKey && isUsed && entries.every(isShownBy) ? token : undefined
}

function planSource(target: Target, actual: Actual): PlannedSource {
  const other = actual.yields ? otherToken(target, actual) : undefined
  if (other !== undefined && isFresh(other, target.refreshBefore, actual.now))
    return { target, steps: fileSteps(target, actual) }
  const renews = needsToken(target, actual)
  const ofToken = storeRules[target.store].steps(target, actual, renews)
  return { target, steps: [...ofToken, ...fileSteps(target, actual, renews)] }
}

export const givesToken = ({ target, steps }: PlannedSource): boolean => steps.includes(storeRules[target.store].giving)

/** The steps between what is and what should be. A token that several sources share is renewed for all of them. */
export const plan = (targets: readonly Target[], actual: Actual): PlannedSource[] =>
  targets.map((target) => planSource(target, actual))
