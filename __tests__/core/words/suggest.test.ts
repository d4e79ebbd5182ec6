import { closest } from '../../../src/core/words/suggest.ts'

test.each([
  ['domian', ['owner', 'domain'], 'domain'],
  ['aws_codeartifact_owner', ['aws-codeartifact-owner'], 'aws-codeartifact-owner'],
  ['nmae', ['name'], 'name'],
  ['note', ['name'], undefined],
  ['us-east-2', ['us-east-1', 'us-east-2'], 'us-east-2'],
  ['region', ['aws-codeartifact-region'], undefined],
  ['ca', ['abcdefg', 'abc'], undefined],
  ['', ['name'], undefined],
])('%j is meant as one of %j: %j', (word, known, expected) => {
  expect(closest(word, known)).toBe(expected)
})
