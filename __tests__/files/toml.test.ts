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

test.each([
  ['[1979-05-27]', 1],
  ['[1979-05-27, 2020-01-01,]', 2],
  ['[ 07:32:00, 07:32:00.5 ]', 2],
  ['[1979-05-27T07:32:00, 1979-05-27 07:32:00.25]', 2],
  ['[1979-05-27T07:32:00Z, 1979-05-27]', 2],
  ['[\n1979-05-27\n]', 1],
  ['[1979-05-27 # "2020-01-01"\n, "[1979-05-27]"]', 2],
])('local dates and times in an array: x = %s', (value, items) => {
  expect(parseToml(`x = ${value}\ny = "kept"`)).toMatchObject({ x: { length: items }, y: 'kept' })
})

test.each(['{d = 1979-05-27}', '{ d = 07:32:00, e = 1 }', '{d=[[1979-05-27]]}'])(
  'and in an inline table: %s',
  (value) => {
    expect(parseToml(`x = ${value}`)).toMatchObject({ x: { d: expect.anything() } })
  },
)

test.each(['x = [1979-05-27', 'x = [1979-5-27]', 'x = [1979-05-27]\nx = 1', 'x = [1979-05-27 1]'])(
  'what is wrong stays so: %j',
  (text) => {
    expect(() => parseToml(text)).toThrow()
  },
)
