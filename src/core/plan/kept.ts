import type { EntryRecord, SourceRecord, TokenRecord } from '../memory/state.ts'
import { textStamp } from '../memory/text-stamp.ts'
import type { HandoverRequest } from '../ports/poetry-python.ts'
import type { Token } from '../repository/token.ts'
import { present } from '../words/present.ts'
import { keysStampOf } from './plan.ts'
import { storeRules } from './stores.ts'
import { hidingUrls, lookUpUrls, type Target, username } from './target.ts'

/** A token, and the sources whose keyring entries are to hold it. */
export interface Handed {
  readonly tokenKey: string
  readonly targets: readonly [Target, ...Target[]]
  readonly token: Token
}

export function sourceRecord(target: Target, keysStamp: string | undefined): SourceRecord {
  const { source, name, url, domain, owner, region, repository, identity, apiStamp } = target
  return present({
    name,
    domain,
    owner,
    region,
    repository,
    url,
    identity,
    apiStamp: apiStamp || undefined,
    ownAccount: source.owner === undefined || undefined,
    keysStamp: keysStampOf(target, keysStamp),
  })
}

export interface Moment {
  readonly keysStamp: string | undefined
  /** From 0 to 1. */
  readonly random: number
  /** The project's poetry.toml, for lines that go there. */
  readonly projectFile?: string
}

/** A token that was in the vault keeps what was recorded when it was issued. */
export function tokenRecord({ token, targets }: Handed, before: TokenRecord | undefined, moment: Moment): TokenRecord {
  const { issuedAt, expiresAt, loginEndsAt } = token
  if (before?.issuedAt === issuedAt) return before
  return present({
    issuedAt,
    expiresAt,
    spread: moment.random,
    loginEndsAt,
    keysStamp: keysStampOf(targets[0], moment.keysStamp),
    stamp: storeRules[targets[0].store].reads === 'file' ? textStamp(token.secret) : undefined,
  })
}

/** Readers that were seen to get this very token stay; a new token has none yet. */
export function entryRecord({ tokenKey, token: { issuedAt } }: Handed, before: EntryRecord | undefined): EntryRecord {
  const same = before?.tokenKey === tokenKey && before.issuedAt === issuedAt
  return { tokenKey, issuedAt, readers: same ? before.readers : [] }
}

/** The entries to write, those that would shadow them, and the look-ups that prove it. */
export function handoverRequest(handed: readonly Handed[]): HandoverRequest {
  const pairs = handed.flatMap(({ targets, token }) => targets.map((target) => ({ target, password: token.secret })))
  const services = new Map(pairs.flatMap(({ target, password }) => target.services.map((one) => [one, password])))
  return {
    remove: pairs
      .flatMap(({ target }) => [`poetry-repository-${target.name}`, ...hidingUrls(target)])
      .map((service) => ({ service, username })),
    write: [...services].map(([service, password]) => ({ service, username, password })),
    check: pairs.flatMap(({ target: { name, url }, password }) =>
      lookUpUrls(url).map((asked) => ({ name, url: asked, username, password })),
    ),
  }
}
