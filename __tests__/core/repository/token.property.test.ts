import { tokenIn, tokenText } from '../../../src/core/repository/token.ts'
import { anyText, fc } from '../../helpers/property.ts'

const tokens = fc.record(
  { secret: anyText(), issuedAt: fc.string(), expiresAt: fc.string(), loginEndsAt: fc.string() },
  { requiredKeys: ['secret', 'issuedAt', 'expiresAt'], noNullPrototype: true },
)

test('what was put into the vault comes out; whatever else somebody put there is none', () => {
  fc.assert(fc.property(tokens, (token) => expect(tokenIn(tokenText(token))).toEqual(token)))
  fc.assert(
    fc.property(fc.oneof(fc.json(), anyText(), fc.constantFrom('null', '{}', '[]', '"x"')), (text) => {
      expect(typeof tokenIn(text)?.secret).not.toBe('object')
    }),
  )
})
