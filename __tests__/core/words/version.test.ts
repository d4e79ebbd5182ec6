import { expect, test } from '@jest/globals'
import { atLeast } from '../../../src/core/words/version.ts'

test.each([
  ['2.5.1', '2.5', true],
  ['2.5', '2.5', true],
  ['2.4.1', '2.5', false],
  ['2.10.0', '2.5', true],
  ['1.8.5', '2.3.3', false],
  ['2.3.2', '2.3.3', false],
  ['2.3.3', '2.3.3', true],
  ['2.3', '2.3.3', false],
  ['3', '2.3.3', true],
  ['2.0.0rc1', '2.0', true],
  ['2.5.0.dev0', '2.5', true],
  [undefined, '2.5', true],
])('%s is at least %s: %s', (version, least, yes) => {
  expect(atLeast(version, least)).toBe(yes)
})
