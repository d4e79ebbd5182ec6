import { authenticate } from '../../scripts/emulator/authenticate.ts'
import type { Request } from '../../scripts/emulator/http.ts'
import { sign } from '../../scripts/emulator/sigv4.ts'

// Keys, time and signatures of AWS's own Signature Version 4 test suite.
const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const time = '20150830T123600Z'
const scope = { day: '20150830', region: 'us-east-1', service: 'service', signedHeaders: ['host', 'x-amz-date'] }
const request: Request = {
  method: 'GET',
  path: '/',
  query: '',
  headers: { host: 'example.amazonaws.com', 'x-amz-date': time },
  body: Buffer.alloc(0),
}

test.each([
  ['get-vanilla', {}, '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
  [
    'get-vanilla-query-order-key-case',
    { query: 'Param2=value2&Param1=value1' },
    'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  ],
  ['post-vanilla', { method: 'POST' }, '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
])('%s', (_, change, signature) => {
  expect(sign({ ...request, ...change }, scope, time, keys.secretAccessKey)).toBe(signature)
})

const authorization = (signed = scope, signature = sign(request, signed, time, keys.secretAccessKey)) =>
  `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${signed.day}/${signed.region}/${signed.service}/aws4_request, SignedHeaders=${signed.signedHeaders.join(';')}, Signature=${signature}`
const signed = (change: Partial<Request> = {}, header = authorization()): Request => ({
  ...request,
  ...change,
  headers: { ...request.headers, ...change.headers, authorization: header },
})
const check = (it: Request, now: string) =>
  authenticate(it, {
    service: 'service',
    find: (id) => (id === keys.accessKeyId ? keys : undefined),
    now: new Date(now),
  })

test.each(['2015-08-30T12:31:00Z', '2015-08-30T12:36:00Z', '2015-08-30T12:41:00Z'])('good at %s', (now) => {
  expect(check(signed(), now)).toBe(keys)
})

const noon = '2015-08-30T12:36:00Z'
test.each([
  [
    'too late',
    signed(),
    '2015-08-30T12:41:01Z',
    'SignatureDoesNotMatch',
    'Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T124101Z - 5 min.)',
  ],
  [
    'too early',
    signed(),
    '2015-08-30T12:30:59Z',
    'SignatureDoesNotMatch',
    'Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z (20150830T123059Z + 5 min.)',
  ],
  [
    'other body',
    signed({ body: Buffer.from('x') }),
    noon,
    'SignatureDoesNotMatch',
    'The request signature we calculated',
  ],
  ['other query', signed({ query: 'a=b' }), noon, 'SignatureDoesNotMatch', 'The request signature we calculated'],
  ['other path', signed({ path: '/x' }), noon, 'SignatureDoesNotMatch', 'The request signature we calculated'],
  ['other method', signed({ method: 'POST' }), noon, 'SignatureDoesNotMatch', 'The request signature we calculated'],
  [
    'header that is not signed',
    signed({ headers: { 'x-amz-target': 'x' } }),
    noon,
    'SignatureDoesNotMatch',
    'The request signature we calculated',
  ],
  [
    'other service',
    signed({}, authorization({ ...scope, service: 's3' })),
    noon,
    'SignatureDoesNotMatch',
    "correct service: 'service'",
  ],
  [
    'other day',
    signed({}, authorization({ ...scope, day: '20150829' })),
    noon,
    'SignatureDoesNotMatch',
    'Date in Credential scope',
  ],
  ['no date', signed({ headers: { 'x-amz-date': '' } }), noon, 'SignatureDoesNotMatch', 'Date in Credential scope'],
  ['no form', signed({}, 'Bearer x'), noon, 'IncompleteSignature', 'Authorization header requires'],
])('%s', (_, it, now, type, message) => {
  expect(() => check(it, now)).toThrow(expect.objectContaining({ type, message: expect.stringContaining(message) }))
})
