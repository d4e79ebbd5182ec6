import { describe, expect, test } from '@jest/globals'
import { type Actual, plan } from '../../src/core/plan.ts'
import { as, host, life, state, target, urlOf } from './facts.ts'

const dev = target('dev')
const settled: Actual = {
  state: state({
    tokens: { [dev.token]: life },
    entries: { [host]: { token: dev.token, issuedAt: life.issuedAt, readers: ['python'] } },
  }),
  names: { urls: new Map([['dev', urlOf('dev')]]), usernames: new Map([['dev', 'aws']]), passwords: new Set() },
  reader: 'python',
  credentials: undefined,
  now: 1_010_000,
  force: false,
  renewed: new Set(),
  authTouched: false,
}
const entry = settled.state.entries[host] as NonNullable<(typeof settled.state.entries)[string]>
const withEntries = (entries: Actual['state']['entries']): Partial<Actual> => ({ state: { ...settled.state, entries } })
const withNames = (names: Partial<Actual['names']>): Partial<Actual> => ({ names: { ...settled.names, ...names } })
const all = ['token', 'vault', 'handover']
const bobs = { token: target('dev', { identity: as('bob') }).token, issuedAt: life.issuedAt, readers: ['python'] }

test.each<[string, Partial<Actual>, string[]]>([
  ['all is well', {}, []],
  [
    'nothing is there',
    { state: state(), names: { urls: new Map(), usernames: new Map(), passwords: new Set() } },
    [...all, 'username', 'url'],
  ],
  ['half of its life is over', { now: 1_050_000 }, all],
  ['forced', { force: true }, all],
  ['forced, and asked for already', { force: true, renewed: new Set([dev.token]) }, []],
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
  [
    'an entry by URL that is right',
    withEntries({ [host]: bobs, [urlOf('dev')]: entry, [`${urlOf('dev')}simple`]: entry }),
    [],
  ],
  ['an entry by URL of another repository', withEntries({ [host]: entry, [urlOf('qa')]: bobs }), []],
  ['somebody changed auth.toml', { authTouched: true }, ['handover']],
  ['no URL', withNames({ urls: new Map() }), ['url']],
  ['a URL without its slash', withNames({ urls: new Map([['dev', urlOf('dev').slice(0, -1)]]) }), ['url']],
  ['another user name', withNames({ usernames: new Map([['dev', 'me']]) }), ['username']],
  ['a password in plain text', withNames({ passwords: new Set(['dev']) }), ['plaintext']],
  ['somebody else’s password', withNames({ passwords: new Set(['qa']) }), []],
])('%s', (_, actual, steps) => {
  expect(plan([dev], { ...settled, ...actual })).toEqual([{ target: dev, steps }])
})

describe('keys in the environment', () => {
  const mine = target('dev', { identity: { base: { kind: 'environment' } } })
  const actual = (stamp: string): Actual => ({
    ...settled,
    state: state({
      tokens: { [mine.token]: { ...life, credentials: 'one' } },
      entries: { [host]: { ...entry, token: mine.token } },
    }),
    credentials: stamp,
  })

  test.each([
    ['the same', actual('one'), []],
    ['others', actual('two'), all],
    ['none any more', { ...actual('one'), credentials: undefined }, []],
  ])('%s', (_, is, steps) => {
    expect(plan([mine], is)[0]?.steps).toEqual(steps)
  })

  test('do not matter to a profile', () => {
    expect(plan([dev], { ...settled, credentials: 'two' })[0]?.steps).toEqual([])
  })
})
