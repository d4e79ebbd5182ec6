import { expect, test } from '@jest/globals'
import { lineNaming } from '../../../src/core/project/plugin-sources.ts'

const source = { domain: 'my-domain', repository: 'a.b' }

test.each([
  ['domain', 'aws-codeartifact-domain = "my-domain"', true],
  ['domain', "aws-codeartefact-domain='my-domain'", true],
  ['domain', 'x = { "aws-codeartifact-domain" = "my-domain" }', true],
  ['domain', 'url = "https://my-domain-564131876131.d.codeartifact.us-east-1.amazonaws.com/pypi/a.b/"', true],
  ['domain', 'name = "my-domain"', false],
  ['domain', 'aws-codeartifact-domain = "my-domain-2"', false],
  ['repository', 'aws-codeartifact-repository = "a.b"', true],
  ['repository', 'url = "https://x/pypi/a.b/simple/"', true],
  ['repository', 'aws-codeartifact-repository = "axb"', false],
] as const)('%s: %s', (field, line, isIt) => {
  expect(lineNaming(source, field).test(line)).toBe(isIt)
})
