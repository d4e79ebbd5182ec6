import { hostOf } from './endpoint.ts'
import { isFresh } from './freshness.ts'
import { otherKeys } from './identity.ts'
import type { State } from './state.ts'
import { lookUpUrls, type Target, username } from './target.ts'

/** What a run does for one source, in the order in which it is done. */
export type Step = 'token' | 'vault' | 'handover' | 'username' | 'plaintext' | 'url'

/** What Poetry's files say of our names. */
export interface PoetryNames {
  /** config.toml: repositories.<name>.url */
  readonly urls: ReadonlyMap<string, string>
  /** auth.toml: http-basic.<name>.username */
  readonly usernames: ReadonlyMap<string, string>
  /** Names with a plaintext http-basic.<name>.password in auth.toml. */
  readonly passwords: ReadonlySet<string>
}

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

function needsToken(target: Target, { state, credentials, now, force, renewed }: Actual): boolean {
  const token = state.tokens[target.token]
  if (token === undefined || (force && !renewed.has(target.token))) return true
  return !isFresh(token, target.refreshBefore, now) || otherKeys(target.identity, token.credentials, credentials)
}

/** Poetry's keyring, asked by URL and then by host as Poetry does, was seen to give back the token that the state knows. */
export function isHandedOver({ token, url }: Target, { state, reader }: Actual): boolean {
  const issuedAt = state.tokens[token]?.issuedAt
  return lookUpUrls(url).every((asked) => {
    const entry = state.entries[asked] ?? state.entries[hostOf(asked)]
    return entry?.token === token && entry.issuedAt === issuedAt && entry.readers.includes(reader)
  })
}

/** What is left to do in Poetry's files. */
export function fileSteps({ name, url }: Target, { names }: Actual): Step[] {
  const steps: Step[] = []
  if (names.usernames.get(name) !== username) steps.push('username')
  if (names.passwords.has(name)) steps.push('plaintext')
  if (names.urls.get(name) !== url) steps.push('url')
  return steps
}

/** Poetry's Python, and so a usable keyring, is needed for this source. */
export const needsHandover = (target: Target, actual: Actual): boolean =>
  needsToken(target, actual) || actual.authTouched || !isHandedOver(target, actual)

function planSource(target: Target, actual: Actual): PlannedSource {
  const files = fileSteps(target, actual)
  if (needsToken(target, actual)) return { target, steps: ['token', 'vault', 'handover', ...files] }
  return { target, steps: needsHandover(target, actual) ? ['handover', ...files] : files }
}

/** The steps between what is and what should be. A token that several sources share is renewed for all of them. */
export function plan(targets: readonly Target[], actual: Actual): PlannedSource[] {
  return targets.map((target) => planSource(target, actual))
}
