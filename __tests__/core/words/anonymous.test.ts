import { expect, test } from '@jest/globals'
import { anonymizer } from '../../../src/core/words/anonymous.ts'

const bare = anonymizer(
  {
    user: ['kim'],
    source: ['dev', 'dev-eu'],
    domain: ['my-domain'],
    account: ['564131876131', undefined],
    project: ['/srv/My Team/the app', '/home/kim/My Team'],
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
  ['arn:aws:iam::564131876131:user/kim (profile acme prod)', '<arn> (profile <profile>)'],
  ['keyring.backends.SecretService.Keyring, auth.toml', 'keyring.backends.SecretService.Keyring, auth.toml'],
  ['/srv/My Team/the app/pyproject.toml: dev', '<project 1>/pyproject.toml: <source 1>'],
  ['/home/kim/My Team/pyproject.toml', '<project 2>/pyproject.toml'],
  ["Type: ca-sync -C '/srv/My Team/the app'", "Type: ca-sync -C '<project 1>'"],
  ["aws sso login --profile 'our work'; or not", 'aws sso login --profile <profile>; or not'],
  [
    'Type: ca-sync --profile NAME\nYour profiles: work, play.',
    'Type: ca-sync --profile <profile>\nYour profiles: <profiles>',
  ],
  ['Did you mean tools? The domain has: tools, qa.\nCheck it.', '<names>\nCheck it.'],
  ['fix: The account has in us-east-1: tools, and 20 more.\nCheck it.', 'fix: <names>\nCheck it.'],
  [
    'Write [profile work] in the config file, not [work].',
    'Write [profile <profile>] in the config file, not [<profile>].',
  ],
  ['vault.corp.example:8443 has an answer', '<host> has an answer'],
  ['vault.corp.example cannot be found (DNS).', '<host> cannot be found (DNS).'],
  ['No safe connection to vault.corp.example: TLS failed', 'No safe connection to <host>: TLS failed'],
  ['The answer of localhost:4566 is not what AWS would say', 'The answer of <host> is not what AWS would say'],
  ['The keyring did not answer within 20 s.', 'The keyring did not answer within 20 s.'],
  ['Poetry 2.5.1, tool.poetry.source: line 3', 'Poetry 2.5.1, tool.poetry.source: line 3'],
  ['eyJhbGciOi.eyJzdWIi.sig AKIAIOSFODNN7EXAMPLE', '<token> <key>'],
])('%s', (text, expected) => {
  expect(bare(text)).toBe(expected)
})
