import { isEmpty, usedSources } from '../../../src/core/memory/state.ts'
import { emptyState, readState } from '../../../src/core/memory/state-shape.ts'
import { nextDue, retryDelay } from '../../../src/core/plan/cadence.ts'
import { recordedClaims } from '../../../src/core/plan/conflicts.ts'
import { newsOf, noticeOf } from '../../../src/core/plan/notice.ts'
import { assignServices } from '../../../src/core/plan/stores.ts'
import { codePoint, fc } from '../../helpers/property.ts'
import { target } from '../facts.ts'
import { fullState } from './odd-states.ts'

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
const full = JSON.parse(JSON.stringify(fullState())) as Json

const values: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(
    null,
    true,
    0,
    -1,
    1e308,
    '',
    'x',
    '\u0000\u202e\n',
    '/elsewhere',
    '__proto__',
    [],
    {},
    [null],
    { version: 1 },
  ),
  fc.jsonValue({ maxDepth: 3, stringUnit: codePoint }) as fc.Arbitrary<Json>,
)
const changes = fc.record({
  turns: fc.array(fc.nat(), { minLength: 1, maxLength: 7 }),
  value: values,
  kind: fc.constantFrom('put', 'drop', 'add'),
})
type Change = typeof changes extends fc.Arbitrary<infer T> ? T : never

/** A document with one place in it put, dropped or added to: `turns` say which way to go at each depth. */
function changed(document: Json, { turns: [turn = 0, ...turns], value, kind }: Change): Json {
  if (typeof document !== 'object' || document === null) return value
  const entries = Object.entries(document)
  const at = entries[turn % Math.max(1, entries.length)]
  if (kind === 'add' && turns.length === 0) entries.push([turn % 2 === 0 ? '__proto__' : '/new', value])
  else if (at !== undefined && turns.length === 0 && kind === 'drop') entries.splice(entries.indexOf(at), 1)
  else if (at !== undefined) at[1] = turns.length === 0 ? value : changed(at[1], { turns, value, kind })
  return Array.isArray(document) ? entries.map(([, one]) => one) : Object.fromEntries(entries)
}

const documents = fc.oneof(
  { weight: 4, arbitrary: fc.array(changes, { minLength: 1, maxLength: 3 }).map((all) => all.reduce(changed, full)) },
  {
    weight: 1,
    arbitrary: values.map(
      (value): Json => ({ version: 1, projects: value, tokens: value, entries: value, names: value }),
    ),
  },
  { weight: 1, arbitrary: values },
)

test('whatever JSON is in place of a state, what is right in it is taken, all goes by it, and it is right when it is read again', () => {
  fc.assert(
    fc.property(documents, (document) => {
      const reading = readState(document)
      if (reading === undefined || reading === 'newer') return
      const { state } = reading
      expect(readState(JSON.parse(JSON.stringify(state)))).toEqual({ state, damage: [], isLost: false })
      for (const folder of Object.keys(state.projects)) {
        expect(Array.isArray(usedSources(state, folder))).toBe(true)
        expect(Array.isArray(recordedClaims(state, folder, new Set(['dev', 'qa'])))).toBe(true)
        expect(assignServices([target('dev')], state, folder).length).toBe(1)
      }
      expect(noticeOf(state, 0) ?? '').toMatch(/^[^\p{C}\p{Zl}\p{Zp}]*$/u)
      for (const text of newsOf(emptyState, state, 0)) expect(text).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]*$/u)
      expect(retryDelay(3, state, 0)).toBeGreaterThan(0)
      expect(nextDue(state, 0)).not.toBeNaN()
      expect(typeof isEmpty(state)).toBe('boolean')
    }),
  )
})
