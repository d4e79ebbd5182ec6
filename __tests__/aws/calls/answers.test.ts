import { accountFrom, endpointFrom, tokenFrom } from '../../../src/aws/calls/answers.ts'

const host = 'my-domain-564131876131.d.codeartifact.us-east-1.amazonaws.com'

test.each<[string, boolean, string]>([
  [`https://${host}/pypi/dev/`, false, `https://${host}/pypi/dev/`],
  [`https://${host}/pypi/dev`, false, `https://${host}/pypi/dev/`],
  ['http://127.0.0.1:8000/pypi/dev/', false, 'http://127.0.0.1:8000/pypi/dev/'],
  ['http://[::1]:8000/pypi/dev/', false, 'http://[::1]:8000/pypi/dev/'],
  ['http://codeartifact.corp/pypi/dev/', true, 'http://codeartifact.corp/pypi/dev/'],
])('the endpoint %s (asked over http: %s)', (text, plain, url) => {
  expect(endpointFrom(text, plain)).toBe(url)
})

test.each<[string | undefined]>([
  [undefined],
  [''],
  ['pypi/dev/'],
  ['ftp://a.example/'],
  [`http://${host}/pypi/dev/`],
  ['http://127.0.0.1.evil.example/'],
  [`https://aws:token@${host}/pypi/dev/`],
  [`https://${host}/pypi/dev/?x=1`],
  [`https://${host}/pypi/dev/#x`],
  [`https://${host}/pypi/dev/?`],
  [`https://${host}/pypi/dev#`],
])('no endpoint: %s', (text) => {
  expect(() => endpointFrom(text, false)).toThrow(expect.objectContaining({ code: 'AWS_FAILED' }))
})

test.each([undefined, '', '1234', 'a'.repeat(12)])('no account: %s', (account) => {
  expect(() => accountFrom(account)).toThrow(expect.objectContaining({ code: 'AWS_FAILED' }))
})

test('the times of a token', () => {
  const expiration = new Date('2030-01-01T12:00:00Z')
  expect(tokenFrom({ authorizationToken: 't', expiration }, Date.parse('2030-01-01'))).toEqual({
    secret: 't',
    issuedAt: '2030-01-01T00:00:00.000Z',
    expiresAt: '2030-01-01T12:00:00.000Z',
  })
})

test.each([
  ['a day ahead', '2029-12-31T00:00:00Z', '2030-01-01T12:00:00.000Z'],
  ['a day behind', '2030-01-02T00:00:00Z', '2030-01-01T12:00:00.000Z'],
  ['a moment off, as a slow answer makes it', '2030-01-01T00:00:20Z', '2030-01-01T12:00:20.000Z'],
])('by a clock that is %s, a token lives as long as by the clock of AWS', (_, theirs, expiresAt) => {
  const answer = { authorizationToken: 't', expiration: new Date(Date.parse(theirs) + 43_200_000) }
  expect(tokenFrom(answer, Date.parse('2030-01-01'), new Date(theirs).toUTCString())).toMatchObject({ expiresAt })
})

test('no token lives longer than AWS lets any live', () => {
  const answer = { authorizationToken: 't', expiration: new Date('2031-01-01') }
  expect(tokenFrom(answer, Date.parse('2030-01-01'))).toMatchObject({ expiresAt: '2030-01-01T12:05:00.000Z' })
})

const expiration = new Date('2030-01-01T12:00:00Z')
test.each<[string, () => unknown]>([
  ...[7, true, {}, ['t'], null].map((value): [string, () => unknown] => [
    `a token that is ${JSON.stringify(value)}`,
    () => tokenFrom({ authorizationToken: value as never, expiration }, Date.parse('2030-01-01')),
  ]),
  ...[7, '2030-01-01T12:00:00Z', {}, true, new Date(-8.64e15)].map((value): [string, () => unknown] => [
    `an expiration that is ${JSON.stringify(value)}`,
    () => tokenFrom({ authorizationToken: 't', expiration: value as never }, Date.parse('2030-01-01')),
  ]),
  ['an account that is a number', () => accountFrom(564131876131 as never)],
  ...[7, ['https://a.example/'], {}].map((value): [string, () => unknown] => [
    `an endpoint that is ${JSON.stringify(value)}`,
    () => endpointFrom(value as never, true),
  ]),
])('%s is no answer, though the SDK lets it pass', (_, read) => {
  expect(read).toThrow(expect.objectContaining({ code: 'AWS_FAILED' }))
})
