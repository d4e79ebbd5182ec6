import { scan } from '../../src/core/toml/scan.ts'
import { parseToml } from '../../src/files/toml.ts'
import { anyText, fc } from '../helpers/property.ts'
import { tomlTexts } from '../helpers/toml.ts'

/** What every object has, in a form that shows a change. */
const inherited = (): unknown[] =>
  [Object, Object.prototype, Function.prototype, Array, Array.prototype, String.prototype].map((each) =>
    Object.getOwnPropertyNames(each).map((name) => [
      name,
      Object.keys(Object.getOwnPropertyDescriptor(each, name)?.value ?? {}),
    ]),
  )

const names = fc.constantFrom(
  ...Object.getOwnPropertyNames(Object.prototype),
  'prototype',
  'dev',
  '"c\\u006fnstructor"',
)
const statements = fc.oneof(
  fc.array(names, { minLength: 1, maxLength: 3 }).map((path) => `[${path.join('.')}]`),
  fc.tuple(names, names).map(([a, b]) => `${a}.${b} = 1`),
  fc.tuple(names, names).map(([a, b]) => `x = [{ ${a} = { ${b}.url = "y" } }]`),
  names.map((name) => `${name} = "z"`),
  anyText(),
)
const texts = fc.oneof(
  fc.array(statements, { maxLength: 5 }).map((lines) => lines.join('\n')),
  fc
    .tuple(tomlTexts, fc.nat(), fc.string({ maxLength: 2 }))
    .map(([text, at, cut]) => text.slice(0, at % (text.length + 1)) + cut),
  anyText(),
)

test('whatever a text is, reading it gives tables or an error, and changes nothing of what every object has', () => {
  const before = inherited()
  fc.assert(
    fc.property(texts, (text) => {
      try {
        expect(typeof parseToml(text)).toBe('object')
      } catch (error) {
        expect(error).toBeInstanceOf(Error)
        expect(error).not.toBeInstanceOf(RangeError)
      }
    }),
  )
  expect(inherited()).toEqual(before)
})

test('each statement of a valid text is found, where it stands', () => {
  fc.assert(
    fc.property(tomlTexts, (text) => {
      const statements = scan(text)
      const rest = statements.reduceRight((left, { start, end }) => left.slice(0, start) + left.slice(end), text)
      expect(rest.replaceAll(/#.*$/gm, '').trim()).toBe('')
      for (const { pair } of statements) {
        if (pair === undefined) continue
        const written = text.slice(pair.value.start, pair.value.end)
        const value = JSON.stringify(parseToml(`x = ${written}`)['x'])
        expect(JSON.stringify(parseToml(`y = ${written.replaceAll('\r\n', '\n')}`)['y'])).toBe(value)
      }
    }),
  )
})
