import { expect, test } from '@jest/globals'
import type { State } from '../../../src/core/memory/state.ts'
import type { Handed } from '../../../src/core/plan/kept.ts'
import { claim, claimsMore, confirm, create, settle } from '../../../src/core/plan/ledger.ts'
import type { PlannedSource } from '../../../src/core/plan/plan.ts'
import type { Step } from '../../../src/core/plan/stores.ts'
import type { Target } from '../../../src/core/plan/target.ts'
import { as, host, life, project, record, state, target, urlOf } from '../facts.ts'

const dev = target('dev')
const qa = target('qa')
const fileSteps: readonly Step[] = ['username', 'url']
const planned = (target: Target, steps: readonly Step[] = fileSteps): PlannedSource => ({ target, steps })
const handed = (...targets: [Target, ...Target[]]): Handed => ({
  tokenKey: targets[0].tokenKey,
  targets,
  token: { ...life, secret: 'SECRET' },
})
const moment = (keysStamp?: string) => ({ keysStamp, random: 0 })
const seen = { tokenKey: dev.tokenKey, issuedAt: life.issuedAt, readers: ['python'] }

test('what a run is about to own', () => {
  const before = state({ names: { dev: ['https://old.example/'], foreign: ['x'] }, endpoints: { old: 'y' } })
  const after = claim(before, [planned(dev), planned(qa)], [handed(dev, qa)], moment())
  expect(after).toEqual({
    ...before,
    tokens: { [dev.tokenKey]: { ...life, spread: 0 } },
    entries: { [host]: { ...seen, readers: [] } },
    endpoints: {
      old: 'y',
      '564131876131/my-domain/us-east-1/dev': urlOf('dev'),
      '564131876131/my-domain/us-east-1/qa': urlOf('qa'),
    },
    names: { dev: ['https://old.example/', urlOf('dev')], qa: [urlOf('qa')], foreign: ['x'] },
    usernames: { dev: true, qa: true },
  })
  expect(JSON.stringify(after)).not.toContain('SECRET')
})

test('a renewal owns nothing that was not ours before', () => {
  const folder = '/project'
  const first = claim(
    state({ projects: { [folder]: project(record('dev')) } }),
    [planned(dev)],
    [handed(dev)],
    moment(),
  )
  const newer = { ...handed(dev), token: { secret: 'NEW', issuedAt: life.expiresAt, expiresAt: life.expiresAt } }
  const renewed = claim(first, [planned(dev, [])], [newer], moment())
  expect(renewed.tokens).not.toEqual(first.tokens)
  expect(claimsMore(first, renewed, folder)).toBe(false)
  expect(claimsMore(first, renewed, '/other')).toBe(true)
  expect(claimsMore(first, claim(first, [planned(qa)], [newer], moment()), folder)).toBe(true)
  const inFile = { ...dev, store: 'plaintext' } as const
  expect(claimsMore(first, claim(first, [planned(inFile)], [{ ...newer, targets: [inFile] }], moment()), folder)).toBe(
    true,
  )
})

test.each<[string, Partial<State>, readonly Step[], Pick<State, 'names' | 'usernames'>]>([
  ['was there before', {}, ['handover'], { names: { dev: [] }, usernames: {} }],
  ['was there before, but for the user name', {}, ['username'], { names: { dev: [] }, usernames: { dev: true } }],
  ['was there before, but for the URL', {}, ['url'], { names: { dev: [urlOf('dev')] }, usernames: {} }],
  [
    'a killed run wrote',
    { names: { dev: [urlOf('dev')] }, usernames: { dev: true } },
    ['handover'],
    { names: { dev: [urlOf('dev')] }, usernames: { dev: true } },
  ],
])('a line that %s', (_, before, steps, expected) => {
  const after = claim(state(before), [planned(dev, steps)], [], moment())
  expect(after).toMatchObject(expected)
  expect(settle(after, [dev]).names).toEqual(expected.names)
})

test.each([
  ['keys in the environment leave their stamp', { kind: 'environment' as const }, 'stamp'],
  ['a profile does not', { kind: 'profile' as const, profile: 'alice' }, undefined],
])('%s', (_, base, stamp) => {
  const mine = target('dev', { identity: { base } })
  expect(claim(state(), [planned(mine)], [handed(mine)], moment('stamp')).tokens[mine.tokenKey]?.keysStamp).toBe(stamp)
})

test('a token of the vault keeps the stamp and the readers that it had', () => {
  const mine = target('dev', { identity: { base: { kind: 'environment' } } })
  const tokens = { [mine.tokenKey]: { ...life, keysStamp: 'stamp' } }
  const entries = { [host]: { ...seen, tokenKey: mine.tokenKey } }
  expect(claim(state({ tokens, entries }), [planned(mine)], [handed(mine)], moment())).toMatchObject({
    tokens,
    entries,
  })
})

test('a new token has no readers yet, and neither has another identity’s', () => {
  const old = state({ entries: { [host]: { ...seen, issuedAt: 'before' } } })
  expect(claim(old, [planned(dev)], [handed(dev)], moment()).entries[host]?.readers).toEqual([])
  const bobs = target('dev', { identity: as('bob') })
  expect(
    claim(state({ entries: { [host]: seen } }), [planned(bobs)], [handed(bobs)], moment()).entries[host]?.readers,
  ).toEqual([])
})

test.each([
  ['adds the reader', { [host]: { ...seen, readers: [] } }, { [host]: seen }],
  ['once', { [host]: seen }, { [host]: seen }],
  ['leaves other hosts alone', { 'x.example': seen }, { 'x.example': seen }],
  [
    'forgets what would have hidden it',
    { [host]: seen, [urlOf('dev')]: seen, [`${urlOf('dev')}simple`]: seen, [urlOf('qa')]: seen },
    { [host]: seen, [urlOf('qa')]: seen },
  ],
])('confirm %s', (_, entries, expected) => {
  expect(confirm(state({ entries }), [dev], 'python').entries).toEqual(expected)
})

test('confirm keeps entries by URL where they are the ones that serve', () => {
  const entries = {
    [urlOf('dev')]: { ...seen, readers: [] },
    [`${urlOf('dev')}simple`]: { ...seen, readers: ['other'] },
  }
  const services = Object.keys(entries)
  const after = confirm(state({ entries }), [target('dev', { services })], 'python')
  expect(Object.values(after.entries).map(({ readers }) => readers)).toEqual([['python'], ['other', 'python']])
})

test('settle leaves only the URL that is there now', () => {
  const before = state({ names: { dev: ['https://old.example/', urlOf('dev')], qa: ['x'] } })
  expect(settle(before, [dev]).names).toEqual({ dev: [urlOf('dev')], qa: ['x'] })
  expect(settle(before, [qa]).names).toEqual({ ...before.names, qa: [] })
})

test('the records of all projects on the host do not hold any more', () => {
  const ready = (repository: string, url?: string) => ({
    ...project(record(repository, url === undefined ? {} : { url })),
    renewAt: 9,
  })
  const projects = { '/same': ready('qa'), '/other': ready('qa', 'https://x.example/pypi/qa/') }
  const after = claim(state({ projects }), [planned(dev)], [handed(dev)], moment()).projects
  expect([after['/same']?.renewAt, after['/other']?.renewAt]).toEqual([0, 9])
  expect(claim(state({ projects }), [planned(dev)], [], moment()).projects).toEqual(projects)
})

test('files that are not there yet will be ours, and stay so', () => {
  const once = create(state(), ['/c/auth.toml', '/c/config.toml'])
  expect(create(once, [])).toEqual(state({ created: { '/c/auth.toml': true, '/c/config.toml': true } }))
})
