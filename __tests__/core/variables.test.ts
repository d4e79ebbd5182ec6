import { describe, expect, test } from '@jest/globals'
import { checkTwine, type Logins, repositoryVariables, type Tool, variablesFor } from '../../src/core/variables.ts'

const host = 'my-domain-564131876131.d.codeartifact.us-east-1.amazonaws.com'
const dev = { name: 'dev', url: `https://${host}/pypi/dev/`, token: 'T1' }
const qa = { name: 'my-qa', url: `https://${host}/pypi/qa/`, token: 'T2' }
const nothing = { declared: new Set<string>(), hasIndexes: false }

const both = {
  POETRY_HTTP_BASIC_DEV_USERNAME: 'aws',
  POETRY_HTTP_BASIC_DEV_PASSWORD: 'T1',
  POETRY_HTTP_BASIC_MY_QA_USERNAME: 'aws',
  POETRY_HTTP_BASIC_MY_QA_PASSWORD: 'T2',
}
const uvLogins = {
  UV_INDEX_DEV_USERNAME: 'aws',
  UV_INDEX_DEV_PASSWORD: 'T1',
  UV_INDEX_MY_QA_USERNAME: 'aws',
  UV_INDEX_MY_QA_PASSWORD: 'T2',
}
const devUrl = `https://aws:T1@${host}/pypi/dev/simple/`

test.each<[string, readonly Tool[], Logins, object]>([
  ['poetry', ['poetry'], [dev, qa], both],
  ['a tool that is named twice', ['poetry', 'poetry'], [dev, qa], both],
  ['pip with one source', ['pip'], [dev], { PIP_INDEX_URL: devUrl }],
  [
    'pip with more: the first is the index, PyPI is none',
    ['pip'],
    [dev, qa],
    { PIP_INDEX_URL: devUrl, PIP_EXTRA_INDEX_URL: `https://aws:T2@${host}/pypi/qa/simple/` },
  ],
  ['twine', ['twine'], [dev], { TWINE_REPOSITORY_URL: dev.url, TWINE_USERNAME: 'aws', TWINE_PASSWORD: 'T1' }],
  [
    'a token that a URL must escape',
    ['pip'],
    [{ ...dev, token: 'a/b@c' }],
    { PIP_INDEX_URL: devUrl.replace('T1', 'a%2Fb%40c') },
  ],
  [
    'two tools at once',
    ['pip', 'twine'],
    [dev],
    { PIP_INDEX_URL: devUrl, TWINE_REPOSITORY_URL: dev.url, TWINE_USERNAME: 'aws', TWINE_PASSWORD: 'T1' },
  ],
])('%s', (_, tools, logins, expected) => {
  expect(variablesFor(tools, logins, nothing)).toEqual(expected)
})

describe('uv', () => {
  const indexes = `dev=${dev.url}simple/ my-qa=${qa.url}simple/`
  const publish = { UV_PUBLISH_URL: dev.url, UV_PUBLISH_USERNAME: 'aws', UV_PUBLISH_PASSWORD: 'T1' }
  const devOnly = { UV_INDEX_DEV_USERNAME: 'aws', UV_INDEX_DEV_PASSWORD: 'T1' }
  test.each<[string, Logins, object, object]>([
    ['an index by name for each source', [dev, qa], {}, { ...uvLogins, UV_INDEX: indexes }],
    ['publishing goes to a single one', [dev], {}, { ...devOnly, UV_INDEX: `dev=${dev.url}simple/`, ...publish }],
    ['what the project declares is left as it is', [dev], { declared: new Set(['dev']) }, devOnly],
    [
      'beside what the project declares',
      [dev, qa],
      { declared: new Set(['dev']) },
      { ...uvLogins, UV_INDEX: `my-qa=${qa.url}simple/` },
    ],
    ["the user's own UV_INDEX stays", [dev, qa], { hasIndexes: true }, uvLogins],
  ])('%s', (_, logins, settings, expected) => {
    expect(variablesFor(['uv'], logins, { ...nothing, ...settings })).toEqual(expected)
  })
})

test('twine takes one source only', () => {
  expect(() => checkTwine(['pip', 'twine'], ['dev', 'qa'])).toThrow(
    'twine uploads to one repository, and the project has several: dev, qa.',
  )
  checkTwine(['pip', 'twine'], ['dev'])
  checkTwine(['pip'], ['dev', 'qa'])
})

const urls = { POETRY_REPOSITORIES_DEV_URL: dev.url, POETRY_REPOSITORIES_MY_QA_URL: qa.url }
test.each([
  ['names that Poetry lists', [dev, qa], [], urls],
  ['a repository of the files that would be hidden', [dev, qa], ['mine'], undefined],
  ['a digit', [{ ...dev, name: 'dev2' }], [], undefined],
  ['a capital', [{ ...dev, name: 'Dev' }], [], undefined],
  ['an underscore', [{ ...dev, name: 'my_dev' }], [], undefined],
])('repositories in variables: %s', (_, sources, others, expected) => {
  expect(repositoryVariables(sources, others)).toEqual(expected)
})
