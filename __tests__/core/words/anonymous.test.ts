import { expect, test } from '@jest/globals'
import { anonymizer } from '../../../src/core/words/anonymous.ts'

const bare = anonymizer(
  {
    user: ['kim'],
    source: ['dev', 'dev-eu'],
    domain: ['my-domain'],
    account: ['564131876131', undefined],
  },
  '/home/kim',
)

test.each([
  ['/home/kim/code/app/pyproject.toml: dev, dev-eu', '<path>: <source 1>, <source 2>'],
  ['my-domain/dev is not /opt/x y', '<domain 1>/<source 1> is not <path> y'],
  ['a device of kimberly', 'a device of kimberly'],
  ['set it in "C:\\Users\\kim\\x"', 'set it in "…"'],
  ['C:\\Users\\kim\\pypoetry and ~/.zshrc', '<path> and <path>'],
  ['arn:aws:sts::564131876131:assumed-role/Admin/kim@example.com', '<arn>'],
  ['the account 111122223333', 'the account <account>'],
  ['https://my-domain-564131876131.d.codeartifact.us-east-1.amazonaws.com/pypi/dev/simple/', '<url>'],
  ['the host my-other-564131876131.d.codeartifact.us-east-1.amazonaws.com', 'the host <host>'],
  ['127.0.0.1:4566 of kim@example.com', '<host> of <user>'],
  ['aws sso login --profile work', 'aws sso login --profile <profile>'],
  ['keyring.backends.SecretService.Keyring, auth.toml', 'keyring.backends.SecretService.Keyring, auth.toml'],
  ['eyJhbGciOi.eyJzdWIi.sig AKIAIOSFODNN7EXAMPLE', '<token> <key>'],
])('%s', (text, expected) => {
  expect(bare(text)).toBe(expected)
})
