import { accountFrom, callerFrom, endpointFrom, tokenFrom } from '../../../src/aws/calls/answers.ts'
import { CaSyncError } from '../../../src/core/words/errors.ts'
import { anyText, anyUrl, fc } from '../../helpers/property.ts'

const now = Date.parse('2026-01-01T00:00:00Z')
const texts = fc.option(
  fc.oneof(
    anyText(),
    anyUrl,
    fc.stringMatching(/^\d{11,13}$/),
    fc.constantFrom('eyJ.a-b_c', 'a b', 'http://127.0.0.1:80/x', 'https://u:p@h/', 'javascript:x'),
  ),
  { nil: undefined },
)

/** What it gives; undefined where it refuses, in words of ours that quote no token. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    expect(error).toBeInstanceOf(CaSyncError)
    expect(error).toMatchObject({
      code: 'AWS_FAILED',
      message: expect.stringMatching(/^The answer of AWS cannot be used: /),
    })
    return undefined
  }
}

test('whatever AWS answers, it is a token, an account or a URL that can be used, or one error', () => {
  const dates = fc.option(fc.date({ noInvalidDate: false }), { nil: undefined })
  fc.assert(
    fc.property(texts, dates, fc.boolean(), (text, expiration, plain) => {
      const token = attempt(() => tokenFrom({ authorizationToken: text, expiration }, now))
      if (token !== undefined) {
        expect(token.secret).toMatch(/^[!-~]+$/)
        expect(Date.parse(token.expiresAt)).toBeGreaterThan(now)
      }
      const account = attempt(() => accountFrom(text))
      if (account !== undefined) expect(account).toMatch(/^\d{12}$/)
      const caller = attempt(() => callerFrom({ Account: text, Arn: text }, text, now))
      if (caller !== undefined) expect(Number.isFinite(caller.clockSkewSeconds)).toBe(true)
      const endpoint = attempt(() => endpointFrom(text, plain))
      if (endpoint === undefined) return
      const { protocol, username, search, hash, href, hostname } = new URL(endpoint)
      expect([endpoint, username, search, hash]).toEqual([href, '', '', ''])
      expect(endpoint.endsWith('/')).toBe(true)
      if (protocol !== 'https:') expect(plain || /^(?:localhost|127\.|\[::1\])/.test(hostname)).toBe(true)
    }),
  )
})
