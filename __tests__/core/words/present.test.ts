import { expect, test } from '@jest/globals'
import { present } from '../../../src/core/words/present.ts'

test.each([
  [{ a: 1, b: undefined }, { a: 1 }],
  [{ a: undefined }, {}],
  [
    { a: null, b: '', c: false, d: 0 },
    { a: null, b: '', c: false, d: 0 },
  ],
])('present(%j) has no property that is undefined', (fields: object, left) => {
  expect(Object.entries(present(fields))).toEqual(Object.entries(left))
})
