import { few } from '../../../src/core/words/quote.ts'

test.each([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b'], 'a, b'],
  [['a', 'b', 'c'], 'a, b, and 1 more'],
  [['a', 'b', 'c', 'd'], 'a, b, and 2 more'],
])('%j, two of them', (names, text) => expect(few(names, 2)).toBe(text))
