import { jest } from '@jest/globals'
import fc from 'fast-check'

/**
 * Properties are tried on the same examples everywhere, so that a failure can be repeated. PROPERTY_RUNS asks for more of them, PROPERTY_SEED for
 * others; fast-check prints the seed of what it found.
 */
const { PROPERTY_RUNS = '200', PROPERTY_SEED = '1' } = process.env
export const runs = Number(PROPERTY_RUNS)
export const seed = Number(PROPERTY_SEED)

fc.configureGlobal({ numRuns: runs, seed })
jest.setTimeout(Math.max(30_000, runs * 300))

export { fc }

const surrogates = { start: 0xd800, count: 0x800 }

/** Any code point: the unit 'binary' of fast-check is the same, but first makes a table of all 1,112,064 of them, a second in each file. */
export const codePoint = fc.nat(0x10ffff - surrogates.count).map(
  (index) => String.fromCodePoint(index < surrogates.start ? index : index + surrogates.count),
  (text) => {
    const [code, ...more] = typeof text === 'string' ? [...text].map((one) => one.codePointAt(0)) : []
    if (code === undefined || more.length > 0) throw new Error('not one code point')
    return code < surrogates.start ? code : code - surrogates.count
  },
)

/** Texts of any characters. */
export const anyText = (constraints: fc.StringConstraints = {}): fc.Arbitrary<string> =>
  fc.string({ ...constraints, unit: codePoint })

const escaped = anyText({ maxLength: 9 }).map((text) => encodeURIComponent(text))

/** A URL of the web; that of fast-check makes the same table. */
export const anyUrl: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom('https', 'http'), fc.webAuthority(), fc.array(escaped, { maxLength: 4 }), fc.option(escaped))
  .map(([scheme, authority, path, query]) => {
    const asked = query === null ? '' : `?${query}`
    return `${scheme}://${authority}${path.map((segment) => `/${segment}`).join('')}${asked}`
  })

/** What stands in `after` and not in `before`, where that is one piece; undefined where something else changed, too. */
export function inserted(before: string, after: string): string | undefined {
  let start = 0
  while (start < before.length && before[start] === after[start]) start += 1
  const size = after.length - before.length
  const isOne = size >= 0 && before.slice(start) === after.slice(start + size)
  return isOne ? after.slice(start, start + size) : undefined
}
