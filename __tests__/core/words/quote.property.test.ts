import { printable, printableLines, quote } from '../../../src/core/words/quote.ts'
import { anyText, codePoint, fc } from '../../helpers/property.ts'

const texts = fc.oneof(
  anyText(),
  fc.string({
    unit: fc.constantFrom(
      'a',
      'é',
      '\n',
      '\t',
      '\r',
      '\u001b',
      '\u0085',
      '\u200b',
      '\u202e',
      '\u2066',
      '\u2028',
      '\ud800',
      '\u{e0001}',
      '\\',
      '"',
    ),
  }),
)
const unseen = /[\p{C}\p{Z}\p{DI}]/u

test('nothing of a text steers a terminal or hides, and doing it twice is doing it once', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const shown = printable(text)
      expect(shown.replaceAll(/[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g, '')).not.toMatch(unseen)
      expect(printable(shown)).toBe(shown)
      expect(printableLines(text).split('\n').length).toBe(text.split('\n').length)
      expect(quote(text)).toMatch(/^[ -~]*(?:…" \(\d+ characters\))?$/)
    }),
  )
})

test('a document of JSON is ASCII-safe and says what it said', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: codePoint }), texts, (value, text) => {
      for (const indent of [0, 2]) {
        const said = JSON.stringify([value, { [text]: text }], null, indent)
        const document = printableLines(said)
        expect(JSON.stringify(JSON.parse(document), null, indent)).toBe(said)
        expect(document.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}\p{DI}]/u)
      }
    }),
  )
})
