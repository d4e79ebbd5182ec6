import { tokenIn } from '../../../src/core/repository/token.ts'
import { fc } from '../../helpers/property.ts'

const tokens = fc.record(
  { value: fc.string({ unit: 'binary' }), issuedAt: fc.string(), expiresAt: fc.string(), loginEndsAt: fc.string() },
  { requiredKeys: ['value', 'issuedAt', 'expiresAt'], noNullPrototype: true },
)

test('what was put into the vault comes out; whatever else somebody put there is none', () => {
  fc.assert(fc.property(tokens, (token) => expect(tokenIn(JSON.stringify(token))).toEqual(token)))
  fc.assert(
    fc.property(
      fc.oneof(fc.json(), fc.string({ unit: 'binary' }), fc.constantFrom('null', '{}', '[]', '"x"')),
      (text) => {
        expect(typeof tokenIn(text)?.value).not.toBe('object')
      },
    ),
  )
})
