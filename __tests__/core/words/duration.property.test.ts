import { formatSpan, parseDuration, parseRefreshBefore } from '../../../src/core/words/duration.ts'
import { CaSyncError } from '../../../src/core/words/errors.ts'
import { fc } from '../../helpers/property.ts'

const units = { '': 1, s: 1, m: 60, h: 3600 } as const
const written = fc.tuple(fc.nat(100_000), fc.constantFrom(...(Object.keys(units) as (keyof typeof units)[])))
const texts = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'0123456789 .+-smhd%e_') }))

function attempt<T>(parse: () => T): T | undefined {
  try {
    return parse()
  } catch (error) {
    expect(error).toBeInstanceOf(CaSyncError)
    expect(error).toMatchObject({ code: 'USAGE' })
    return undefined
  }
}

test('a life is what it says in whatever unit, within what AWS gives', () => {
  fc.assert(
    fc.property(written, ([number, unit]) => {
      const seconds = number * units[unit]
      const isGiven = seconds === 0 || (seconds >= 900 && seconds <= 43_200)
      expect(attempt(() => parseDuration(`${number}${unit}`, '--x'))).toBe(isGiven ? seconds : undefined)
    }),
  )
})

test('no other text is a life, or a time before its end', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const life = attempt(() => parseDuration(text, '--x'))
      if (life !== undefined) expect(text.trim()).toMatch(/^\d+[smh]?$/)
      const before = attempt(() => parseRefreshBefore(text, '--x'))
      if (before === undefined) return
      expect(text.trim()).toMatch(/^\d+[smh%]?$/)
      expect('percent' in before ? before.percent : before.seconds).toBeGreaterThan(0)
    }),
  )
})

test('a length of time for people is right to the half minute, and never shrinks as it grows', () => {
  const spoken = (seconds: number): number => {
    const [, h = 0, min = 0, s = 0] = /^(?:(\d+) h)? ?(?:(\d+) min)?(?:(\d+) s)?$/.exec(formatSpan(seconds)) ?? []
    return Number(h) * 3600 + Number(min) * 60 + Number(s)
  }
  fc.assert(
    fc.property(fc.nat(200_000), fc.nat(5_000), (seconds, more) => {
      expect(Math.abs(spoken(seconds) - seconds)).toBeLessThanOrEqual(30)
      expect(spoken(seconds + more)).toBeGreaterThanOrEqual(spoken(seconds))
    }),
  )
})
