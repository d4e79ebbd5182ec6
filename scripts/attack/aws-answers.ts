import { gzipSync } from 'node:zlib'
import type { Fault } from '../emulator/faults.ts'

/** Something that AWS, or whoever stands in its place, says. */
export interface Told {
  readonly title: string
  readonly fault: Fault | ((stranger: string) => Fault)
  /** It is well-formed, and nobody but AWS can know that it is not so. */
  readonly believed?: true
}

const body = (title: string, body: string | Buffer, headers: Record<string, string> = {}): Told => ({
  title,
  fault: { kind: 'answer', headers, body },
})
const status = (status: number, title = `status ${status}`, headers: Record<string, string> = {}): Told => ({
  title,
  fault: { kind: 'answer', status, headers, body: '<html>no' },
})
const redirect = (status: number): Told => ({
  title: `a redirect (${status}) to a stranger`,
  fault: (stranger) => ({ kind: 'answer', status, headers: { location: stranger }, body: '' }),
})

/** Whatever is asked. */
export const answers: readonly Told[] = [
  body('nothing', ''),
  body('half an object', '{"authorizationToken":'),
  ...['null', '[]', '"text"', '7', '{}', 'true'].map((text) => body(`the JSON ${text}`, text)),
  body('a page', '<html><body>Welcome to the guest network</body></html>', { 'content-type': 'text/html' }),
  body('bytes', Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 37) % 256))),
  body('zero bytes', Buffer.alloc(1000)),
  body('16 MiB', Buffer.alloc(16 * 2 ** 20, ' ')),
  body('a hundred thousand brackets', '['.repeat(100_000)),
  body('something compressed', gzipSync(Buffer.alloc(2 ** 24)), { 'content-encoding': 'gzip' }),
  body('a wrong encoding', '{}', { 'content-encoding': 'br' }),
  body('terminal escapes', '\u001b[2J\u001b]0;owned\u0007{}'),
  body('an error with status 200', '{"__type":"InternalFailure","message":"\u001b[31mred"}', {
    'x-amzn-errortype': 'InternalFailure',
  }),
  ...[204, 301, 400, 401, 403, 404, 413, 418, 451, 500, 502, 503, 504, 599].map((code) => status(code)),
  ...[301, 302, 303, 307, 308].map(redirect),
  status(400, 'an error of a strange name', { 'x-amzn-errortype': '__proto__:http://evil.example/' }),
  status(403, 'a refusal with a long name', { 'x-amzn-errortype': 'x'.repeat(4000) }),
  { title: 'a torn connection', fault: { kind: 'reset' } },
  { title: 'an answer that drips', fault: { kind: 'drip', ms: 1_000 } },
]

/** Come back later, in all the ways that it can be said. */
export const storms: readonly Told[] = [
  '0',
  '-1',
  '1e309',
  '99999999999',
  'soon',
  '',
  '0x10',
  'Fri, 31 Dec 2099 23:59:59 GMT',
  'Thu, 01 Jan 1970 00:00:00 GMT',
  '1, 2',
].map((after) =>
  status(429, `429, Retry-After "${after}"`, { 'retry-after': after, 'x-amzn-errortype': 'ThrottlingException' }),
)

const later = Math.floor(Date.now() / 1000) + 43_200
const json = (title: string, answer: unknown): Told =>
  body(title, JSON.stringify(answer), { 'content-type': 'application/json' })
const token = (title: string, authorizationToken: unknown): Told =>
  json(`a token that is ${title}`, { authorizationToken, expiration: later })
const expiring = (title: string, expiration: unknown): Told =>
  json(`an expiration ${title}`, { authorizationToken: 'x'.repeat(1400), expiration })

export const tokens: readonly Told[] = [
  ...[null, 7, true, {}, [], ''].map((value) => token(JSON.stringify(value), value)),
  token('two lines', 'first\nsecond'),
  token('a header', 'x\r\nAuthorization: evil'),
  token('control characters', '\u0000\u0007\u001b[2J'),
  token('a space', 'a token'),
  token('letters of another script', 'токен'),
  token('a lone surrogate', '\ud800'),
  { ...token('one character', 'x'), believed: true },
  { ...token('a megabyte', 'x'.repeat(2 ** 20)), believed: true },
  { ...token('quotes', '"\'`$(id)\\'), believed: true },
  ...[undefined, null, 'soon', '', true, {}, [], -1, 0, 1, 1e-300, Number.MAX_SAFE_INTEGER, 1e18, 1e300].map((value) =>
    expiring(`of ${JSON.stringify(value)}`, value),
  ),
  expiring('in the past', later - 50_000),
  { ...expiring('in a second', Math.floor(Date.now() / 1000) + 30), believed: true },
  { ...expiring('in a year', later + 365 * 86_400), believed: true },
  { ...expiring('in the year 9999', 253_370_764_800), believed: true },
]

const endpoint = (repositoryEndpoint: unknown): Told =>
  json(`the endpoint ${JSON.stringify(repositoryEndpoint).slice(0, 60)}`, { repositoryEndpoint })

export const endpoints: readonly Told[] = [
  ...[null, 7, {}, [], '', 'dev', '//', 'javascript:alert(1)', 'file:///etc/passwd', 'http://', 'http://['].map(
    endpoint,
  ),
  endpoint('https://user:secret@127.0.0.1/pypi/dev/'),
  endpoint('http://127.0.0.1/pypi/dev/?a=b'),
  endpoint('http://127.0.0.1/pypi/dev/#a'),
  ...[`http://127.0.0.1/${'x'.repeat(100_000)}`, 'http://127.0.0.1/\n[repositories.evil]'].map(
    (url): Told => ({ ...endpoint(url), believed: true }),
  ),
]
