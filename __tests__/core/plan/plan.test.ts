import { describe, expect, test } from '@jest/globals'
import { type Actual, plan } from '../../../src/core/plan/plan.ts'
import { lookUpUrls } from '../../../src/core/plan/target.ts'
import { as, host, life, project, record, state, target, urlOf } from '../facts.ts'

const dev = target('dev')
const settled: Actual = {
  state: state({
    tokens: { [dev.tokenKey]: life },
    entries: { [host]: { tokenKey: dev.tokenKey, issuedAt: life.issuedAt, readers: ['python'] } },
  }),
  names: { urls: new Map([['dev', urlOf('dev')]]), usernames: new Map([['dev', 'aws']]), passwords: new Map() },
  reader: 'python',
  keysStamp: undefined,
  now: 1_010_000,
  force: false,
  renewed: new Set(),
  authTouched: false,
}
const entry = settled.state.entries[host] as NonNullable<(typeof settled.state.entries)[string]>
const withEntries = (entries: Actual['state']['entries']): Partial<Actual> => ({ state: { ...settled.state, entries } })
const withNames = (names: Partial<Actual['names']>): Partial<Actual> => ({ names: { ...settled.names, ...names } })
const byUrl = Object.fromEntries(lookUpUrls(urlOf('dev')).map((url) => [url, entry]))
const all = ['token', 'vault', 'handover']
const bobs = { tokenKey: target('dev', { identity: as('bob') }).tokenKey, issuedAt: life.issuedAt, readers: ['python'] }

test.each<[string, Partial<Actual>, string[]]>([
  ['all is well', {}, []],
  [
    'nothing is there',
    { state: state(), names: { urls: new Map(), usernames: new Map(), passwords: new Map() } },
    [...all, 'username', 'url'],
  ],
  ['half of its life is over', { now: 1_050_000 }, all],
  ['forced', { force: true }, all],
  ['forced, and asked for already', { force: true, renewed: new Set([dev.tokenKey]) }, []],
  ['another reader', { reader: 'other' }, ['handover']],
  ['the entry has another token', withEntries({ [host]: { ...entry, issuedAt: 'x' } }), ['handover']],
  ['the entry is another identity’s', withEntries({ [host]: bobs }), ['handover']],
  ['nobody saw the entry', withEntries({ [host]: { ...entry, readers: [] } }), ['handover']],
  ['no entry', withEntries({}), ['handover']],
  ['an entry by URL hides it', withEntries({ [host]: entry, [urlOf('dev')]: bobs }), ['handover']],
  [
    'an entry by URL of Poetry’s source hides it',
    withEntries({ [host]: entry, [`${urlOf('dev')}simple`]: bobs }),
    ['handover'],
  ],
  ['entries by URL that are right, but not wanted any more', withEntries({ [host]: bobs, ...byUrl }), ['handover']],
  ['an entry by URL of another repository', withEntries({ [host]: entry, [urlOf('qa')]: bobs }), []],
  ['somebody changed auth.toml', { authTouched: true }, ['handover']],
  ['no URL', withNames({ urls: new Map() }), ['url']],
  ['a URL without its slash', withNames({ urls: new Map([['dev', urlOf('dev').slice(0, -1)]]) }), ['url']],
  ['another user name', withNames({ usernames: new Map([['dev', 'me']]) }), ['username']],
  ['a password in plain text', withNames({ passwords: new Map([['dev', 'x']]) }), ['plaintext']],
  ['somebody else’s password', withNames({ passwords: new Map([['qa', 'x']]) }), []],
])('%s', (_, actual, steps) => {
  expect(plan([dev], { ...settled, ...actual })).toEqual([{ target: dev, steps }])
})

describe('keys in the environment', () => {
  const mine = target('dev', { identity: { base: { kind: 'environment' } } })
  const actual = (stamp: string): Actual => ({
    ...settled,
    state: state({
      tokens: { [mine.tokenKey]: { ...life, keysStamp: 'one' } },
      entries: { [host]: { ...entry, tokenKey: mine.tokenKey } },
    }),
    keysStamp: stamp,
  })

  test.each([
    ['the same', actual('one'), []],
    ['others', actual('two'), all],
    ['none any more', { ...actual('one'), keysStamp: undefined }, []],
  ])('%s', (_, is, steps) => {
    expect(plan([mine], is)[0]?.steps).toEqual(steps)
  })

  test('do not matter to a profile', () => {
    expect(plan([dev], { ...settled, keysStamp: 'two' })[0]?.steps).toEqual([])
  })
})

test.each<[string, Actual['state']['entries'], string[]]>([
  ['all of them', { [host]: entry, ...byUrl }, []],
  ['only the host’s', { [host]: entry }, ['handover']],
  ['one is missing', { [host]: entry, ...byUrl, [urlOf('dev')]: { ...entry, readers: [] } }, ['handover']],
])('entries by URL, too: %s', (_, entries, steps) => {
  const shared = target('dev', { services: [host, ...lookUpUrls(urlOf('dev'))] })
  expect(plan([shared], { ...settled, ...withEntries(entries) })[0]?.steps).toEqual(steps)
})

describe('in plain text', () => {
  const plain = target('dev', { services: [], store: 'plaintext', file: '/auth.toml', tokenKey: 'plain' })
  const there: Actual = {
    ...settled,
    state: state({ tokens: { plain: { ...life, stamp: 'ours' } } }),
    names: { ...settled.names, passwords: new Map([['dev', 'ours']]) },
  }
  const passwords = (...pairs: [string, string][]): Partial<Actual> => ({
    names: { ...settled.names, passwords: new Map(pairs) },
  })

  test.each<[string, Partial<Actual>, string[]]>([
    ['all is well', {}, []],
    ['whoever reads it, and whatever happened to auth.toml', { reader: 'other', authTouched: true }, []],
    ['nothing is there', { state: state() }, ['token', 'plaintext']],
    ['half of its life is over', { now: 1_050_000 }, ['token', 'plaintext']],
    ['forced', { force: true }, ['token', 'plaintext']],
    ['no password', passwords(), ['token', 'plaintext']],
    ['another password', passwords(['dev', 'other']), ['token', 'plaintext']],
    ['another name has the token', passwords(['dev', 'other'], ['qa', 'ours']), ['plaintext']],
    [
      'a new source',
      { names: { urls: new Map(), usernames: new Map(), passwords: new Map() } },
      ['token', 'username', 'plaintext', 'url'],
    ],
  ])('%s', (_, actual, steps) => {
    expect(plan([plain], { ...there, ...actual })[0]?.steps).toEqual(steps)
  })
})

describe('a repository that another project was synced with by hand, as bob', () => {
  const byBob = Object.fromEntries(lookUpUrls(urlOf('dev')).map((url) => [url, bobs]))
  const its = target('dev', { services: lookUpUrls(urlOf('dev')) })
  const asBob = { '/bobs': project(record('dev', { identity: as('bob') })) }
  const tokens = { [dev.tokenKey]: life, [bobs.tokenKey]: life }
  const known = { ...settled.state, tokens, entries: byBob, projects: asBob }
  test.each<[string, Partial<Actual>, string[]]>([
    ['a job leaves it its entry', { yields: true }, []],
    ['a job does what is left in the files', { yields: true, ...withNames({ urls: new Map() }) }, ['url']],
    ['a job, when that is due, renews its own', { yields: true, now: 1_050_000 }, all],
    ['by hand it is taken', {}, ['handover']],
    ['a job does not leave it to nobody', { yields: true, state: { ...known, projects: {} } }, ['handover']],
    [
      'nor to who has another repository',
      { yields: true, state: { ...known, projects: { '/bobs': project(record('qa', { identity: as('bob') })) } } },
      ['handover'],
    ],
    ['nor what another Python would read', { yields: true, reader: 'other' }, ['handover']],
    [
      'nor a token that nobody knows',
      { yields: true, state: { ...known, tokens: { [dev.tokenKey]: life } } },
      ['handover'],
    ],
  ])('%s', (_, more, steps) => {
    expect(plan([its], { ...settled, state: known, ...more })[0]?.steps).toEqual(steps)
  })
})
