import { describe, expect, test } from '@jest/globals'
import {
  begun,
  ended,
  type ProjectRun,
  type Result,
  remembered,
  sourceRecords,
  tried,
} from '../../../src/core/memory/record.ts'
import type { ProjectRecord, State } from '../../../src/core/memory/state.ts'
import { noNames } from '../../../src/core/ports/poetry-files.ts'
import { CaSyncError } from '../../../src/core/words/errors.ts'
import { as, host, life, project, record, state, target, urlOf } from '../facts.ts'

const folder = '/project'
const [dev, qa] = [target('dev'), target('qa')]
const poetry = { poetry: '/new/poetry', python: '/new/python', configDir: '/c', ruledDir: '/c' }

const run = (more: Partial<ProjectRun> = {}): ProjectRun => ({
  folder,
  names: ['dev', 'qa'],
  targets: [dev, qa],
  before: undefined,
  poetry,
  keysStamp: undefined,
  keeping: { store: 'keyring', share: 'host' },
  keepingWish: {},
  ...more,
})

/** Everything is as it should be, 1,010 s after the epoch: half of the token's life ends at 1,050. */
const well: State = state({
  tokens: { [dev.tokenKey]: life },
  entries: { [host]: { tokenKey: dev.tokenKey, issuedAt: life.issuedAt, readers: ['reader'] } },
})
const actual = {
  state: well,
  names: {
    ...noNames,
    urls: new Map([dev, qa].map(({ name, url }) => [name, url])),
    usernames: new Map([
      ['dev', 'aws'],
      ['qa', 'aws'],
    ]),
  },
  reader: 'reader',
  keysStamp: undefined,
  now: 1_010_000,
  force: false,
  renewed: new Set<string>(),
  authTouched: false,
}
const result = (more: Partial<Result> = {}): Result => ({
  sources: [record('dev'), record('qa')],
  inputs: { '/pyproject.toml': 'stamp' },
  ready: true,
  tried: true,
  notes: [],
  partly: [],
  unusable: 0,
  plain: [dev, qa],
  environmentStamp: 'env',
  actual,
  ...more,
})
const recordOf = (after: State): ProjectRecord | undefined => after.projects[folder]

describe('the sources of a record', () => {
  const older = (...names: string[]) => project(...names.map((name) => record(name, { identity: as('bob') })))
  test.each<[string, Partial<ProjectRun>, readonly (typeof dev)[], readonly string[]]>([
    ['are those of the run', {}, [dev, qa], ['dev alice', 'qa alice']],
    ['keep what the run was not about', { before: older('dev', 'qa') }, [dev], ['dev alice', 'qa bob']],
    ['keep what failed as it was', { before: older('qa') }, [dev], ['dev alice', 'qa bob']],
    ['lose what pyproject.toml does not name any more', { before: older('dev', 'old') }, [dev], ['dev alice']],
    ['are the old ones where none is left', { before: older('old') }, [], ['old bob']],
    ['are none where there never was one', {}, [], []],
  ])('%s', (_, more, synced, expected) => {
    const found = sourceRecords(run(more), synced)
    expect(found.map(({ name, identity: { base } }) => `${name} ${'profile' in base && base.profile}`)).toEqual(
      expected,
    )
  })
})

describe('a run that begins', () => {
  const failure = { code: 'BUSY', message: '', hint: '', since: life.issuedAt, count: 1, retryAt: 9 } as const
  test.each<[string, ProjectRecord | undefined, Partial<ProjectRecord>]>([
    ['for the first time', undefined, { untried: true, sources: [record('dev'), record('qa')] }],
    [
      'again, is not done',
      { ...project(record('dev')), renewAt: 9, environmentStamp: 'x' },
      { renewAt: 0, environmentStamp: '', inputs: {} },
    ],
    ['keeps why the last one failed', { ...project(), failure }, { failure }],
    ['keeps that none was ever ready', { ...project(), untried: true }, { untried: true }],
    ['takes the Poetry that it found', project(), { poetry }],
    ['keeps its place', { ...project(), store: 'plaintext' }, { store: 'plaintext' }],
  ])('%s', (_, before, expected) => {
    const after = begun(state(before && { projects: { [folder]: before } }), run({ before }))
    expect(recordOf(after)).toMatchObject(expected)
  })

  test.each<[string, readonly string[] | undefined, readonly string[], readonly string[] | undefined]>([
    ['nothing was logged out', undefined, ['dev'], undefined],
    ['what was logged out stays so', ['qa'], ['dev'], ['qa']],
    ['until it is synced', ['qa'], ['dev', 'qa'], undefined],
    ['or is no source any more', ['old'], ['dev'], undefined],
  ])('%s', (_, without, names, expected) => {
    const before = { ...project(record('dev')), ...(without && { without }) }
    const targets = names.map((name) => target(name))
    expect(recordOf(begun(state(), run({ before, targets })))?.without).toEqual(expected)
  })

  test('leaves other projects alone', () => {
    const other = project(record('dev'))
    expect(begun(state({ projects: { '/other': other } }), run()).projects['/other']).toBe(other)
  })
})

describe('when a plain run is useful next', () => {
  const short = target('dev', { refreshBefore: { percent: 80 } })
  test.each<[string, Partial<Result>, Partial<ProjectRun>, number]>([
    ['when the first token is due', {}, {}, 1050],
    ['by what is wished for without flags', { plain: [short, qa] }, {}, 1020],
    ['at once where a source is not ready', { ready: false }, {}, 0],
    ['at once where a source was not about', { plain: [dev] }, {}, 0],
    [
      'not for one that was logged out',
      { plain: [dev] },
      { targets: [dev], before: { ...project(), without: ['qa'] } },
      1050,
    ],
    ['at once where Poetry’s files are not as planned', { actual: { ...actual, names: noNames } }, {}, 0],
    ['at once where the keyring was not seen to give it', { actual: { ...actual, reader: 'another' } }, {}, 0],
  ])('%s', (_, more, of, renewAt) => {
    expect(recordOf(remembered(well, run(of), result(more)))?.renewAt).toBe(renewAt)
  })
})

describe('a run that is over', () => {
  test.each<[string, Partial<Result>, ProjectRecord | undefined, Partial<ProjectRecord>]>([
    ['is known by what it read', {}, undefined, { inputs: { '/pyproject.toml': 'stamp' }, environmentStamp: 'env' }],
    ['says when the first token expires', {}, undefined, { expiresAt: 1100 }],
    [
      'has no end where there is no token',
      { plain: [target('dev', { tokenKey: 'none' })] },
      undefined,
      { expiresAt: 0 },
    ],
    [
      'has what it has to warn of',
      { notes: ['n'], partly: ['p'], unusable: 1 },
      undefined,
      { notes: ['n'], partly: ['p'], unusable: 1 },
    ],
    ['was the first, and nothing was ready', { tried: false, ready: false }, undefined, { untried: true }],
    [
      'keeps plain text until all is served',
      { ready: false },
      { ...project(), store: 'plaintext' },
      { store: 'plaintext' },
    ],
  ])('%s', (_, more, before, expected) => {
    expect(recordOf(remembered(well, run({ before }), result(more)))).toMatchObject(expected)
  })

  test('says nothing of what is not so', () => {
    const before = { ...project(), untried: true, notes: ['old'], partly: ['old'], unusable: 1 } as const
    const after = recordOf(remembered(well, run({ before }), result()))
    expect(Object.keys(after ?? {})).not.toEqual(expect.arrayContaining(['untried']))
    expect(
      Object.keys(after ?? {}).filter((key) => ['notes', 'partly', 'unusable', 'store', 'without'].includes(key)),
    ).toEqual([])
  })

  test('ends what exec served, and that the project was away', () => {
    const before = state({
      ...well,
      served: { [folder]: { sources: [] }, '/o': { sources: [] } },
      away: { [folder]: '', '/o': '' },
    })
    const { served, away } = remembered(before, run(), result())
    expect([Object.keys(served), Object.keys(away)]).toEqual([['/o'], ['/o']])
  })

  test.each([
    ['keyring', true, undefined],
    ['keyring', false, 'plaintext'],
    ['plaintext', true, 'plaintext'],
  ] as const)('another project in plain text, after --store %s, ready %s: %s', (store, ready, expected) => {
    const other = { ...project(record('dev')), store: 'plaintext' as const, renewAt: 9 }
    const before = state({ ...well, projects: { '/other': other } })
    const after = remembered(before, run({ keepingWish: { store } }), result({ ready })).projects['/other']
    expect([after?.store, after?.renewAt]).toEqual([expected, expected === undefined ? 0 : 9])
  })
})

describe('how a run ended', () => {
  const error = new CaSyncError('AWS_UNREACHABLE', 'no network', { hint: 'wait' })
  const end = { error, now: 60_000, random: 0 }
  const known = state({ projects: { [folder]: project(record('dev')) } })

  test('is told with the time', () => {
    expect(recordOf(ended(known, folder, { ...end, error: undefined }))).toEqual({
      ...project(record('dev')),
      ranAt: '1970-01-01T00:01:00.000Z',
    })
  })

  test('counts failures, which a run that is well ends', () => {
    const once = ended(known, folder, { ...end, names: ['dev'] })
    expect(recordOf(once)?.failure).toMatchObject({ code: 'AWS_UNREACHABLE', count: 1, names: ['dev'] })
    const twice = ended(once, folder, end)
    expect(recordOf(twice)?.failure).toMatchObject({ count: 2, since: '1970-01-01T00:01:00.000Z' })
    expect(recordOf(ended(twice, folder, { ...end, error: undefined }))?.failure).toBeUndefined()
  })

  test('of a project that is not known is nothing', () => {
    expect(ended(state(), folder, end)).toEqual(state())
  })

  test('of the first run on a project is known in its folder', () => {
    const after = ended(tried(state(), folder, '/c'), folder, end)
    expect(recordOf(after)).toMatchObject({ untried: true, sources: [], failure: { message: 'no network' } })
    expect(tried(known, folder, '/c')).toEqual(known)
  })
})

test('no URL but our own sources’ is in a record', () => {
  const after = recordOf(remembered(well, run(), result()))
  expect(after?.sources.map(({ url }) => url)).toEqual([urlOf('dev'), urlOf('qa')])
})
