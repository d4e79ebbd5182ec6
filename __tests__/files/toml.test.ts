import { expect, test } from '@jest/globals'
import { parseToml } from '../../src/files/toml.ts'

test.each([
  '[constructor]\nevil = 1',
  '[hasOwnProperty]\ncall = "x"',
  '[toString]\ncall = "x"',
  '[a.valueOf]\nb = 1',
  'constructor.evil = 1',
  'a = { toString.call = "x" }',
  'a = { b = { "to\\u0053tring".call = "x" } }',
  'a = [1, [{ b = 1, constructor.evil = 1 }]]',
  '["c\\u006fnstructor"]\nevil = 1',
  "'constructor'.evil = 1",
])('a table called as what every object inherits is refused: %j', (text) => {
  const before = [Object.keys(Object), Object.prototype.hasOwnProperty.call, Object.prototype.toString.call]
  expect(() => parseToml(text)).toThrow(/No table can be called "\w+"/)
  expect([Object.keys(Object), Object.prototype.hasOwnProperty.call, Object.prototype.toString.call]).toEqual(before)
})

test.each([
  ['constructor = "^3.0"', 'constructor', '^3.0'],
  ['# constructor\na = "toString()"', 'a', 'toString()'],
  ['a = """\n[constructor]\n"""', 'a', '[constructor]\n'],
])('such a name as a key or in a text is fine: %j', (text, key, value) => {
  expect(Object.getOwnPropertyDescriptor(parseToml(text), key)?.value).toBe(value)
})
