import type { State } from '../../../src/core/memory/state.ts'
import type { Handed } from '../../../src/core/plan/kept.ts'
import { claim, confirm, create, settle } from '../../../src/core/plan/ledger.ts'
import type { PlannedSource } from '../../../src/core/plan/plan.ts'
import type { Step } from '../../../src/core/plan/stores.ts'
import { lookUpUrls, type Target } from '../../../src/core/plan/target.ts'
import { fc } from '../../helpers/property.ts'
import { host, life, project, record, state, target, urlOf } from '../facts.ts'

const one = fc.constantFrom
const names = one('dev', 'qa', 'constructor', '__proto__')
const services = one([host], lookUpUrls(urlOf('dev')), [host, ...lookUpUrls(urlOf('qa'))])
const targets: fc.Arbitrary<Target> = fc
  .tuple(names, one('dev', 'qa'), services, one('one', 'two'))
  .map(([name, repository, held, tokenKey]) => target(name, { repository, services: held, tokenKey }))
const steps = fc.subarray<Step>(['token', 'vault', 'handover', 'username', 'plaintext', 'url'])
const planned = fc.uniqueArray(fc.record({ target: targets, steps }), {
  selector: (each) => each.target.name,
  maxLength: 3,
})
const moments = fc.record({ keysStamp: one(undefined, 'stamp'), random: fc.double({ min: 0, max: 1, noNaN: true }) })

/** What somebody, of whatever project, left. */
const states: fc.Arbitrary<State> = fc
  .record({
    tokens: fc.dictionary(one('one', 'two', 'other'), fc.constant(life), { noNullPrototype: true }),
    entries: fc.dictionary(
      one(host, urlOf('dev'), 'other.example'),
      fc.record(
        { tokenKey: one('one', 'other'), issuedAt: one(life.issuedAt, 'old'), readers: fc.subarray(['a', 'b']) },
        { noNullPrototype: true },
      ),
      { noNullPrototype: true },
    ),
    names: fc.dictionary(one('dev', 'other'), fc.array(one(urlOf('dev'), 'https://old.example/'), { maxLength: 2 }), {
      noNullPrototype: true,
    }),
    usernames: fc.dictionary(one('dev', 'other'), fc.constant(true as const), { noNullPrototype: true }),
    projects: fc.constant({ '/p': { ...project(record('qa')), renewAt: 9 } }),
  })
  .map(state)

const handedOf = (plan: readonly PlannedSource[]): Handed[] =>
  [...new Set(plan.map((each) => each.target.tokenKey))].map((key) => {
    const [first, ...others] = plan.map((each) => each.target).filter(({ tokenKey }) => tokenKey === key)
    return { tokenKey: key, targets: [first as Target, ...others], token: { ...life, secret: 'SECRET' } }
  })

test('a claim names all that a run is about to own, forgets nothing that others own, and twice is once', () => {
  fc.assert(
    fc.property(states, planned, moments, (before, plan, moment) => {
      const handed = handedOf(plan)
      const after = claim(before, plan, handed, moment)
      expect(claim(after, plan, handed, moment)).toEqual(after)
      expect(JSON.stringify(after)).not.toContain('SECRET')
      for (const { tokenKey, targets: its } of handed) {
        expect(after.tokens[tokenKey]).toBeDefined()
        for (const service of its.flatMap((each) => each.services)) expect(after.entries[service]).toBeDefined()
      }
      for (const { target: each, steps: its } of plan) {
        if (its.includes('url')) expect(after.names[each.name]).toContain(each.url)
        if (its.includes('username')) expect(Object.hasOwn(after.usernames, each.name)).toBe(true)
      }
      for (const table of ['tokens', 'entries', 'names', 'usernames', 'projects'] as const)
        expect(Object.keys(after[table])).toEqual(expect.arrayContaining(Object.keys(before[table])))
    }),
  )
})

test('what was confirmed and settled stays so when it is said again, and is about nobody else', () => {
  fc.assert(
    fc.property(states, planned, moments, (before, plan, moment) => {
      const its = plan.map((each) => each.target)
      const claimed = claim(before, plan, handedOf(plan), moment)
      const after = settle(confirm(claimed, its, 'reader'), its)
      expect(settle(confirm(after, its, 'reader'), its)).toEqual(after)
      const held = new Set(its.flatMap((each) => each.services))
      for (const [service, entry] of Object.entries(after.entries)) {
        expect(entry.readers.includes('reader')).toBe(held.has(service))
        expect(new Set(entry.readers).size).toBe(entry.readers.length)
      }
      for (const each of its) expect((after.names[each.name] ?? []).filter((url) => url !== each.url)).toEqual([])
      if (!its.some(({ name }) => name === 'other')) expect(after.names['other']).toEqual(before.names['other'])
    }),
  )
})

test('files that are ours stay so', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), fc.array(fc.string()), (some, more) => {
      const after = create(create(state(), some), more)
      expect(new Set(Object.keys(after.created))).toEqual(new Set([...some, ...more]))
    }),
  )
})
