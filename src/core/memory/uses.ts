import { storeRules } from '../plan/stores.ts'
import { keyInFile, lookUpUrls, tokenKeyOf } from '../plan/target.ts'
import { hostOf, sameRepository } from '../repository/endpoint.ts'
import { repositoryKey } from '../repository/source.ts'
import { keepingOf } from './keeping.ts'
import { endpointKey, type SourceRecord, type State, writtenUrls } from './state.ts'

/** A source of a project that ca-sync knows, and what its token is read from: a program that `exec` starts has it from the vault. */
export type Use = ReturnType<typeof usesOf>[number]

export function usesOf(state: State) {
  const synced = Object.entries(state.projects).flatMap(([folder, { sources }]) => {
    const { store } = keepingOf(state, folder, sources, {})
    const { reads } = storeRules[store]
    return sources.map((source) => ({ folder, source, reads }))
  })
  const served = Object.entries(state.served).flatMap(([folder, { sources }]) =>
    sources.map((source) => ({ folder, source, reads: 'vault' as const })),
  )
  return [...synced, ...served]
}

const isKeyInFile = (source: SourceRecord, key: string): boolean => key.startsWith(keyInFile(tokenKeyOf(source), ''))

export const usesToken = ({ source, reads }: Use, key: string): boolean =>
  reads === 'file' ? isKeyInFile(source, key) : key === tokenKeyOf(source)

export const usesEntry = ({ source, reads }: Use, service: string, { entries }: State): boolean =>
  reads === 'keyring' &&
  entries[service]?.tokenKey === tokenKeyOf(source) &&
  [hostOf(source.url), ...lookUpUrls(source.url)].includes(service)

/** Of a project with another repository under the name, another project has taken it over. */
export function usesName({ folder, source }: Use, name: string, state: State): boolean {
  if (state.projects[folder]?.local) return false
  const urls = writtenUrls(state, name)
  return source.name === name && (urls.length === 0 || urls.some((url) => sameRepository(url, source.url)))
}

export const usesEndpoint = ({ source }: Use, key: string): boolean =>
  key === endpointKey(source, source.apiStamp ?? '')

const distinct = (values: readonly string[]): readonly string[] => [...new Set(values)]

const isSameName = (a: SourceRecord, b: SourceRecord): boolean =>
  a.name === b.name && repositoryKey(a) === repositoryKey(b)

const isSameToken = (a: SourceRecord, b: SourceRecord): boolean => tokenKeyOf(a) === tokenKeyOf(b)

/** What others use of the things that these sources have. */
export function sharedBy(others: readonly Use[], sources: readonly SourceRecord[], { tokens }: State) {
  const isTheirs = (key: string) => sources.some((one) => key === tokenKeyOf(one) || isKeyInFile(one, key))
  const isShared = ({ source }: Use) => sources.some((one) => isSameName(one, source) || isSameToken(one, source))
  return {
    names: distinct(sources.filter((one) => others.some((use) => isSameName(one, use.source))).map(({ name }) => name)),
    /** Keys of tokens for the same domain and identity. */
    tokens: Object.keys(tokens).filter((key) => isTheirs(key) && others.some((use) => usesToken(use, key))),
    folders: distinct(others.filter(isShared).map(({ folder }) => folder)),
  }
}
