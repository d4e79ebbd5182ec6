import { expect, test } from '@jest/globals'
import { redact } from '../../../src/core/words/redact.ts'

const jwe = `eyJ2ZXIiOjEsImlzdSI6MTcwMDAwMDAwMH0.${'a'.repeat(22)}.b-_.${'c'.repeat(900)}.ddd`

test.each([
  ['nothing to hide', 'a plain line', 'a plain line'],
  ['a known secret, each time', 'x s3cret y s3cret', 'x **** y ****'],
  ['a secret with special characters', 'x a.b*c$& y', 'x **** y'],
  ['a longer secret that begins with another', 'x s3cretlonger y', 'x **** y'],
  ['a token of CodeArtifact', `got ${jwe}!`, 'got ****!'],
  [
    'user and password in a URL',
    'at https://aws:pass@host/x and http://me@host',
    'at https://****@host/x and http://****@host',
  ],
  ['a URL without', 'at https://host/@x', 'at https://host/@x'],
  ['an AWS setting', 'aws_secret_access_key = abc/+def', 'aws_secret_access_key = ****'],
  ['in capitals', 'AWS_SESSION_TOKEN=abc next', 'AWS_SESSION_TOKEN=**** next'],
  ['in JSON', '{"Authorization":"abc","x":1}', '{"Authorization":"****","x":1}'],
  ['a header with a scheme', 'Authorization: Basic YXdzOmFiYw== next', 'Authorization: Basic **** next'],
  ['x-amz-security-token', 'x-amz-security-token: abc', 'x-amz-security-token: ****'],
])('%s', (_, text, clean) => {
  expect(redact(text, ['s3cretlonger', 's3cret', 'a.b*c$&', ''])).toBe(clean)
})

test('whatever the order of the secrets', () => {
  expect(redact('x s3cretlonger y', ['s3cret', 's3cretlonger'])).toBe('x **** y')
})
