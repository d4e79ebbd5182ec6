import { createHash } from 'node:crypto'
import { redact, redactor } from '../../../src/core/words/redact.ts'
import { anyText, fc } from '../../helpers/property.ts'

const base64url = (seed: number, length: number): string =>
  createHash('shake256', { outputLength: length }).update(`${seed}`).digest('base64url').slice(0, length)

/** The look of CodeArtifact's: JWE in compact form, 1,400 characters. */
const tokenOf = (seed: number): string => {
  const [all, ends] = [base64url(seed, 1396), [230, 252, 268, 1374]]
  return [0, ...ends].map((start, index) => all.slice(start, ends[index])).join('.')
}
const tokens = fc.nat().map(tokenOf)

/** A part of a token that gives it away. */
const parts = fc
  .record({ token: tokens, start: fc.nat(1388), length: fc.integer({ min: 12, max: 200 }) })
  .map(({ token, start, length }) => ({ token, part: token.slice(start, start + length) }))

const wrapped = (text: string, width: number, gap: string): string =>
  text.replaceAll(new RegExp(`.{${width}}`, 'gs'), (line) => line + gap)
const percent = (text: string): string =>
  text.replaceAll(/./gs, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`)
const unicode = (text: string): string =>
  text.replaceAll(/./gs, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
const inJson = (text: string): string => JSON.stringify({ message: text })

const ways: Record<string, (part: string, width: number) => string> = {
  'as it is': (part) => part,
  'in quotes': (part) => `"${part}"`,
  'in a URL': (part) => `https://aws:${part}@example.org/`,
  'glued to others': (part) => `xyz${part}xyz`,
  wrapped: (part, width) => wrapped(part, width, '\n'),
  'wrapped and indented': (part, width) => wrapped(part, width, '\r\n     '),
  'wrapped, in JSON': (part, width) => inJson(`keyring: ${wrapped(part, width, '\n  ')} was refused`),
  'wrapped, in JSON in JSON': (part, width) => inJson(inJson(wrapped(part, width, '\n\t'))),
  'wrapped, made printable': (part, width) => inJson(wrapped(part, width, '\\u000a')),
  "in Python's words": (part, width) => `b'${wrapped(part, width, '\\n')}'`,
  'all of it escaped': (part) => unicode(part),
  'all of it escaped, in JSON': (part) => inJson(unicode(part)),
  'all of it escaped for a URL': (part) => percent(part),
}

/** What is left of a text once whoever reads it has undone everything. */
const undone = (text: string): string =>
  text
    .replaceAll(/\\+u([\da-f]{4})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replaceAll(/%([\da-f]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replaceAll(/\s|\\+[nrt]/g, '')

const rowsOf = (part: string): string[] =>
  Array.from({ length: part.length - 11 }, (_, start) => part.slice(start, start + 12))

test('twelve characters of a token in a row do not get out, however they are written', () => {
  const way = fc.constantFrom(...Object.keys(ways))
  fc.assert(
    fc.property(parts, way, fc.integer({ min: 5, max: 80 }), fc.lorem(), ({ token, part }, name, width, words) => {
      const clean = undone(redact(`${words} ${ways[name]?.(part, width)} ${words}`, [token]))
      expect(rowsOf(part).filter((row) => clean.includes(row))).toEqual([])
    }),
  )
})

test('nor in base64, whatever stands before it', () => {
  fc.assert(
    fc.property(parts, fc.constantFrom('', 'aws:', ':', '__token__:', 'Bearer '), ({ token }, before) => {
      const taken = redactor([token])
      for (const encoding of ['base64', 'base64url'] as const) {
        const encoded = Buffer.from(before + token).toString(encoding)
        const clean = taken(`header: ${encoded}\n`)
        expect(clean).toMatch(/^header: [\w+/-]{0,16}\*{4}\w?=*\n$/)
        expect(taken(`${encoded.slice(40, 60)}\n`)).toBe('****\n')
      }
    }),
  )
})

test('eleven of them are nothing, and what stands around stays', () => {
  fc.assert(
    fc.property(tokens, fc.nat(1388), fc.lorem(), (token, start, words) => {
      const taken = redactor([token])
      const text = `${words}: ${token.slice(start, start + 11)}`
      expect(taken(text)).toBe(text)
      expect(taken(`${words}: ${token.slice(start, start + 12)}!`)).toBe(`${words}: ****!`)
    }),
  )
})

test('what all the world knows is no secret, whatever secrets are like', () => {
  const host = 'my-domain-564131876131.d.codeartifact.us-east-1.amazonaws.com'
  const text = `Poetry's keyring has no entry for ${host} (user aws), codeartifact:GetAuthorizationToken, 000000000000 ------------------ latest.\n`
  const secrets = fc.oneof(
    tokens.map((token) => `https://aws:${token}@${host}/pypi/dev/simple/`),
    tokens.map((token) => `${token}${host}`),
    fc.constantFrom(
      'a'.repeat(1400),
      '-'.repeat(1400),
      '0'.repeat(40),
      'aws:aws:aws:aws:aws:aws',
      'at',
      'test',
      'th',
      'e',
    ),
    fc.nat().map((seed) => base64url(seed, 11)),
  )
  fc.assert(fc.property(fc.array(secrets), (list) => expect(redact(text, list)).toBe(text)))
})

test('JSON stays JSON, with everything in its place', () => {
  // A quote or a comma of a secret may be one of JSON's own.
  const odd = fc.string({ unit: fc.constantFrom(...'abcdefgh0123\\/%n=.~'), minLength: 12, maxLength: 30 })
  const strange = [
    ...['authorization:', 'Authorization: \\', 'authorization="x"', 'authorization=', 'http://a', '@', 'http://a:b@'],
    ...['\\', '\\n', '"', "'", '\\"', 'eyJ', '\u202e', '\n', ' '],
  ]
  const secrets = fc.array(fc.oneof(tokens, odd), { maxLength: 3 })
  fc.assert(
    fc.property(secrets, fc.array(fc.tuple(fc.nat(), fc.nat())), fc.string(), (list, picks, any) => {
      const pieces = [...list, ...list.map((secret) => secret.slice(1, 40)), ...strange, any]
      const of = (pick: number) => pieces[pick % pieces.length] ?? ''
      const value = picks.map(([one, two]) => ({ text: of(one) + of(two), number: 7 }))
      for (const indent of [0, 2]) {
        const clean: unknown = JSON.parse(redact(JSON.stringify(value, null, indent), list))
        expect(clean).toEqual(value.map(({ number }) => ({ text: expect.any(String), number })))
      }
    }),
  )
})

test('whatever the text and the secrets: none of them is left, and twice is once', () => {
  const pieces = fc.oneof(fc.string(), anyText(), fc.constantFrom('\\', '%', '\\u00', '****', '\n'))
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 6 })), fc.array(pieces), (secrets, texts) => {
      const clean = redact([...texts, ...secrets, ...texts].join(' '), secrets)
      expect(redact(clean, secrets)).toBe(clean)
      const left = secrets.filter((secret) => !/^[*\s]+$/.test(secret) && clean.includes(secret))
      expect(left).toEqual([])
    }),
  )
})

test('secrets that come and go are known while they are there', () => {
  const secrets = new Set<string>()
  const clean = redactor(secrets)
  const [one, other] = [tokenOf(1), tokenOf(2)]
  const said = () => clean(`${one.slice(0, 20)} ${other.slice(0, 20)}`)
  secrets.add(one)
  expect(said()).toBe(`**** ${other.slice(0, 20)}`)
  secrets.add(other)
  expect(said()).toBe('**** ****')
  secrets.clear()
  secrets.add(other)
  expect(said()).toBe(`${one.slice(0, 20)} ****`)
})
