import { closest } from '../../../src/core/words/suggest.ts'
import { anyText, fc } from '../../helpers/property.ts'

const words = fc.stringMatching(/^[a-z][a-z0-9-]{2,20}$/)
const long = fc.stringMatching(/^[a-z][a-z0-9-]{7,20}$/)
const edits = fc.record({
  at: fc.nat(),
  kind: fc.constantFrom('add', 'drop', 'change', 'swap', 'case'),
  char: fc.constantFrom(...'abz09-_'),
})
type Edit = typeof edits extends fc.Arbitrary<infer T> ? T : never

function edited(word: string, { at, kind, char }: Edit): string {
  const i = at % word.length
  const [before, here, after] = [word.slice(0, i), word.charAt(i), word.slice(i + 1)]
  const ways = {
    add: before + char + here + after,
    drop: before + after,
    change: before + char + after,
    swap: before + after.charAt(0) + here + after.slice(1),
    case: before + here.toUpperCase() + after,
  }
  return ways[kind as keyof typeof ways]
}

test('one slip in a word of some length is understood, and so is the case of a letter', () => {
  fc.assert(
    fc.property(long, edits, (word, edit) => {
      expect(closest(edited(word, edit), [word])).toBe(word)
    }),
  )
})

test('of several words it is never one that is further away, and a word that is there is itself', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(words, { minLength: 1, maxLength: 8 }),
      fc.nat(),
      anyText({ maxLength: 20 }),
      (known, at, any) => {
        const word = known[at % known.length] ?? ''
        expect(closest(word, known)).toBe(word)
        expect([...known, undefined]).toContain(closest(any, known))
        expect(closest(any, known)).toBe(
          closest(
            any,
            known.filter((one) => one === closest(any, known)),
          ),
        )
      },
    ),
  )
})
