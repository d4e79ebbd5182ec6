import type { ProjectRecord, SourceRecord, State } from '../../src/core/memory/state.ts'
import { emptyState } from '../../src/core/memory/state-shape.ts'
import { type Target, tokenKey } from '../../src/core/plan/target.ts'
import type { Identity } from '../../src/core/repository/identity.ts'

export const host = 'my-domain-564131876131.d.codeartifact.us-east-1.amazonaws.com'
export const urlOf = (repository: string): string => `https://${host}/pypi/${repository}/`
export const as = (profile: string): Identity => ({ base: { kind: 'profile', profile } })
const repositoryOf = (repository: string) => ({
  domain: 'my-domain',
  owner: '564131876131',
  region: 'us-east-1',
  repository,
})

/** A source of the name and repository, as profile `alice`, by host, unless said. */
export function target(name: string, more: Partial<Target> = {}): Target {
  const { repository = name, identity = as('alice') } = more
  const place = repositoryOf(repository)
  return {
    ...place,
    name,
    identity,
    source: { ...place, name, origin: 'plugin' },
    url: urlOf(repository),
    tokenKey: tokenKey(place, identity),
    store: 'keyring',
    services: [host],
    apiStamp: '',
    refreshBefore: { percent: 50 },
    ...more,
  }
}

export const record = (name: string, more: Partial<SourceRecord> = {}): SourceRecord => {
  const { repository = name } = more
  return { ...repositoryOf(repository), name, url: urlOf(repository), identity: as('alice'), ...more }
}

export const project = (...sources: SourceRecord[]): ProjectRecord => ({
  sources,
  poetry: { poetry: '/p', python: '/y', configDir: '/c', ruledDir: '/c' },
  inputs: {},
  environmentStamp: '',
  renewAt: 0,
  expiresAt: 0,
})

export const state = (more: Partial<State> = {}): State => ({ ...emptyState, ...more })

/** A life of 100 s from 1000 s on. */
export const life = { issuedAt: '1970-01-01T00:16:40.000Z', expiresAt: '1970-01-01T00:18:20.000Z' }
