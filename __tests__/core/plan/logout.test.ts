import { describe, expect, test } from '@jest/globals'
import { isEmpty, type ProjectRecord, type SourceRecord, type State } from '../../../src/core/memory/state.ts'
import { emptyState } from '../../../src/core/memory/state-shape.ts'
import { loggedOut, planLogout, type Scope } from '../../../src/core/plan/logout.ts'
import { lookUpUrls, tokenKeyOf } from '../../../src/core/plan/target.ts'
import { as, host, life, project, record, state, urlOf } from '../facts.ts'

const dev = record('dev')
const qa = record('qa')
const bobs = record('dev', { name: 'bobs', identity: as('bob') })
const far = record('far', { domain: 'far', url: 'https://far.example/pypi/far/' })
const alice = tokenKeyOf(dev)
const bob = tokenKeyOf(bobs)
const inFile = `${alice} in /c/auth.toml`
const entry = (token = alice) => ({ tokenKey: token, issuedAt: life.issuedAt, readers: [] })
const none = { tokens: [], entries: [], names: [] }

const plain = (...sources: SourceRecord[]): ProjectRecord => ({ ...project(...sources), store: 'plaintext' })
/** All that the sources of the projects have, and what else is said. */
function known(projects: Record<string, ProjectRecord>, more: Partial<State> = {}): State {
  const sources = Object.values(projects).flatMap((one) => one.sources)
  return state({
    projects,
    tokens: Object.fromEntries(sources.map((one) => [tokenKeyOf(one), life])),
    entries: Object.fromEntries(sources.map((one) => [new URL(one.url).host, entry(tokenKeyOf(one))])),
    names: Object.fromEntries(sources.map(({ name, url }) => [name, [url]])),
    usernames: Object.fromEntries(sources.map(({ name }) => [name, true as const])),
    endpoints: Object.fromEntries(
      sources.map((one) => [`564131876131/${one.domain}/us-east-1/${one.repository}`, one.url]),
    ),
    ...more,
  })
}
const out = (of: State, scope: Scope, ...gone: string[]) => planLogout(of, scope, (folder) => gone.includes(folder))
const here: Scope = { folder: '/a' }
const all: Scope = { folder: undefined }

test.each<[string, State, Scope, ReturnType<typeof out>['goes'], string[]]>([
  [
    'one project',
    known({ '/a': project(dev, qa) }),
    here,
    { tokens: [alice], entries: [host], names: ['dev', 'qa'] },
    [],
  ],
  ['a folder that nobody knows', known({ '/b': project(dev) }), here, none, []],
  ['what another uses stays', known({ '/a': project(dev), '/b': project(dev) }), here, none, ['/b']],
  [
    'a token that another uses stays',
    known({ '/a': project(dev), '/b': project(qa) }),
    here,
    { ...none, names: ['dev'] },
    ['/b'],
  ],
  [
    'all projects',
    known({ '/a': project(dev), '/b': project(far) }),
    all,
    { tokens: [alice, tokenKeyOf(far)], entries: [host, 'far.example'], names: ['dev', 'far'] },
    [],
  ],
  [
    'another host',
    known({ '/a': project(dev), '/b': project(far) }),
    here,
    { tokens: [alice], entries: [host], names: ['dev'] },
    [],
  ],
  [
    'one source of two',
    known({ '/a': project(dev, qa) }),
    { ...here, names: ['dev'] },
    { ...none, names: ['dev'] },
    ['/a'],
  ],
  [
    'one source, with a host of its own',
    known({ '/a': project(dev, far) }),
    { ...here, names: ['far'] },
    { tokens: [tokenKeyOf(far)], entries: ['far.example'], names: ['far'] },
    [],
  ],
  [
    'a name that another has for another repository',
    known(
      { '/a': project(dev), '/b': project(record('dev', { repository: 'qa', url: urlOf('qa') })) },
      { names: { dev: [urlOf('dev')] } },
    ),
    here,
    { ...none, names: ['dev'] },
    ['/b'],
  ],
  [
    'a name that another has taken over',
    known(
      { '/a': project(dev), '/b': project(record('dev', { repository: 'qa', url: urlOf('qa') })) },
      { names: { dev: [urlOf('qa')] } },
    ),
    here,
    none,
    ['/b'],
  ],
  [
    'a name whose URL was there before',
    known({ '/a': project(dev) }, { names: { dev: [] } }),
    here,
    { tokens: [alice], entries: [host], names: ['dev'] },
    [],
  ],
  [
    'such a name that another uses',
    known({ '/a': project(dev), '/b': project(dev) }, { names: { dev: [] } }),
    here,
    none,
    ['/b'],
  ],
  [
    'another identity on the host, by URL',
    known(
      { '/a': project(dev), '/b': project(bobs) },
      { entries: Object.fromEntries([[host, entry()], ...lookUpUrls(urlOf('dev')).map((url) => [url, entry(bob)])]) },
    ),
    here,
    { tokens: [alice], entries: [host], names: ['dev'] },
    [],
  ],
  [
    'what exec uses: the vault and the name',
    known({ '/a': project(dev) }, { served: { '/b': { sources: [dev] } } }),
    here,
    { ...none, entries: [host] },
    ['/b'],
  ],
  [
    'what exec did',
    known({}, { served: { '/a': { sources: [dev] } }, tokens: { [alice]: life }, names: { dev: [urlOf('dev')] } }),
    here,
    { tokens: [alice], entries: [], names: ['dev'] },
    [],
  ],
  [
    'in plain text',
    known({ '/a': plain(dev), '/b': project(qa) }, { tokens: { [alice]: life, [inFile]: { ...life, stamp: 's' } } }),
    here,
    { ...none, tokens: [inFile], names: ['dev'] },
    ['/b'],
  ],
  [
    'in plain text, as another one',
    known({ '/a': project(qa), '/b': plain(dev) }, { tokens: { [alice]: life, [inFile]: { ...life, stamp: 's' } } }),
    here,
    { tokens: [alice], entries: [host], names: ['qa'] },
    ['/b'],
  ],
  [
    'in plain text, and one that follows it because of the name',
    known({ '/a': plain(dev), '/b': project(dev) }, { tokens: { [inFile]: { ...life, stamp: 's' } }, entries: {} }),
    here,
    none,
    ['/b'],
  ],
])('%s', (_, before, scope, goes, users) => {
  const work = out(before, scope)
  expect(work.goes).toEqual(goes)
  expect(work.kept.folders).toEqual(users)
})

test('what stays is told once', () => {
  const before = known({ '/a': project(dev, qa), '/b': project(dev), '/c': project(far) })
  expect(out(before, here).kept).toEqual({
    names: ['dev'],
    tokens: [expect.stringContaining('/my-domain/')],
    folders: ['/b'],
  })
})

describe('what nobody uses', () => {
  const left: Partial<State> = {
    tokens: { old: life },
    entries: { 'old.example': entry('old') },
    names: { old: ['https://old.example/'] },
  }
  test.each<[string, Scope]>([
    ['with a project', here],
    ['with one of its sources', { ...here, names: ['nobody'] }],
    ['in a folder without a record', { folder: '/new' }],
    ['with everything', all],
  ])('goes %s', (_, scope) => {
    expect(out(state(left), scope).goes).toEqual({ tokens: ['old'], entries: ['old.example'], names: ['old'] })
  })

  test('also that of a project that is gone', () => {
    const work = out(known({ '/a': project(dev), '/b': project(far) }), here, '/b')
    expect(work).toMatchObject({ gone: ['/b'], goes: { names: ['dev', 'far'] }, kept: { folders: [] } })
    expect(work.sources).toEqual([dev])
    expect(work.marked.projects).toEqual({})
  })
})

describe('the state', () => {
  const two = known({ '/a': project(dev, qa), '/b': project(far) }, { created: { '/c/auth.toml': true } })

  test('knows neither the project nor its endpoints while it is being done, but all that is to go, and whose Poetry wrote it', () => {
    const { marked, poetries } = out(two, here)
    const { '/b': other } = two.projects
    expect(marked).toEqual({
      ...two,
      projects: { '/b': other },
      endpoints: { '564131876131/far/us-east-1/far': far.url },
      leaving: { '/a': project().poetry },
    })
    expect(poetries).toEqual({ '/a': project().poetry })
  })

  test('is that of the others afterwards', () => {
    expect(loggedOut(out(two, here), none)).toEqual(
      known({ '/b': project(far) }, { created: { '/c/auth.toml': true } }),
    )
  })

  test('is empty after everything', () => {
    expect(loggedOut(out(two, all), none)).toEqual(emptyState)
    expect(isEmpty(loggedOut(out(two, all), none))).toBe(true)
    expect(isEmpty(two)).toBe(false)
  })

  test('has what is left, and the next logout finishes it', () => {
    const left = { tokens: [alice], entries: [host], names: [] }
    const after = loggedOut(out(two, all), left)
    expect(after).toEqual({
      ...emptyState,
      tokens: { [alice]: life },
      entries: { [host]: entry() },
      leaving: { '/a': project().poetry, '/b': project().poetry },
    })
    const again = out(after, { folder: '/c' })
    expect(again).toMatchObject({ goes: left, poetries: after.leaving, sources: [] })
    expect(loggedOut(again, none)).toEqual(emptyState)
  })

  test('has a project without the sources that were logged out', () => {
    const before = known({
      '/a': { ...project(dev, qa, far), environmentStamp: 'stamp', renewAt: 9, without: ['old'] },
    })
    const { marked, poetries } = out(before, { ...here, names: ['dev', 'far'] })
    expect(marked.projects['/a']).toEqual({ ...project(qa), renewAt: 9, without: ['old', 'dev', 'far'] })
    expect(marked.leaving).toEqual({})
    expect(poetries).toEqual({ '/a': project().poetry })
  })

  test('has what exec served, but for what was logged out', () => {
    const ready = { inputs: {}, environmentStamp: '', renewAt: 1, logins: [] }
    const served = { '/a': { sources: [dev, qa], ready }, '/b': { sources: [qa], ready } }
    const { marked } = out(state({ served }), { ...here, names: ['dev'] })
    expect(marked.served).toEqual({ '/a': { sources: [qa] }, '/b': served['/b'] })
  })
})

test('an entry that goes counts as read by nobody: a run that comes after a killed logout hands over again', () => {
  const entries = {
    [host]: { ...entry(), readers: ['python '] },
    'far.example': { ...entry(tokenKeyOf(far)), readers: ['python '] },
  }
  const { marked } = out(known({ '/a': project(dev), '/b': project(far) }, { entries }), here)
  expect(marked.entries).toEqual({ ...entries, [host]: entry() })
})
