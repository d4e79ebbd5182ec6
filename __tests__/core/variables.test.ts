import { describe, expect, test } from '@jest/globals'
import { type Logins, withTokens } from '../../src/core/login.ts'
import { checkTwine, repositoryVariables, type Tool, variablesFor } from '../../src/core/variables.ts'

const host = 'my-domain-564131876131.d.codeartifact.us-east-1.amazonaws.com'
const dev = { name: 'dev', url: `https://${host}/pypi/dev/`, token: 'T1' }
const qa = { name: 'my-qa', url: `https://${host}/pypi/qa/`, token: 'T2' }

const both = {
  POETRY_HTTP_BASIC_DEV_USERNAME: 'aws',
  POETRY_HTTP_BASIC_DEV_PASSWORD: 'T1',
  POETRY_HTTP_BASIC_MY_QA_USERNAME: 'aws',
  POETRY_HTTP_BASIC_MY_QA_PASSWORD: 'T2',
}
const devUrl = `https://aws:T1@${host}/pypi/dev/simple/`
const toDev = `https://aws:T1@${host}/pypi/dev/`

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
  ['twine', ['twine'], [dev], { TWINE_REPOSITORY_URL: toDev, TWINE_USERNAME: 'aws' }],
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
    { PIP_INDEX_URL: devUrl, TWINE_REPOSITORY_URL: toDev, TWINE_USERNAME: 'aws' },
  ],
])('%s', (_, tools, logins, expected) => {
  expect(variablesFor(tools, logins, {})).toEqual(expected)
})

describe('uv', () => {
  const qaUrl = `https://aws:T2@${host}/pypi/qa/simple/`
  const old = devUrl.replace('T1', 'T0')
  test.each<[string, Logins, string | undefined, string]>([
    ['the URLs, with no name', [dev, qa], undefined, `${devUrl} ${qaUrl}`],
    ["the user's own stay, behind", [dev], 'a=https://a/simple \n b', `${devUrl} a=https://a/simple b`],
    ['what an earlier run left is replaced', [dev, qa], `${old} ${qaUrl} c`, `${devUrl} ${qaUrl} c`],
    ['two names of one repository are one index', [dev, { ...dev, name: 'prod' }], undefined, devUrl],
    ['none is as good as no variable', [dev], ' ', devUrl],
  ])('%s', (_, logins, own, expected) => {
    expect(variablesFor(['uv'], logins, { UV_INDEX: own })).toMatchObject({ UV_INDEX: expected })
  })

  test('publishing goes to a single one, and no password is for whoever is published to', () => {
    expect(variablesFor(['uv'], [dev], {})).toEqual({ UV_INDEX: devUrl, UV_PUBLISH_URL: toDev })
    expect(Object.keys(variablesFor(['uv'], [dev, qa], {}))).toEqual(['UV_INDEX'])
  })
})

test('twine takes one source only, and a password of its own first', () => {
  expect(() => checkTwine(['pip', 'twine'], ['dev', 'qa'], {})).toThrow(
    'twine uploads to one repository, and the project has several: dev, qa.',
  )
  expect(() => checkTwine(['twine'], ['dev'], { TWINE_PASSWORD: 'x' })).toThrow(/^TWINE_PASSWORD is set/)
  checkTwine(['pip', 'twine'], ['dev'], { TWINE_PASSWORD: '' })
  checkTwine(['pip'], ['dev', 'qa'], { TWINE_PASSWORD: 'x' })
})

test.each<[string, string[], Record<string, string | undefined>, string[] | undefined]>([
  ['each gets its own', ['k1', 'k2', 'k1'], { k1: 'T1', k2: 'T2' }, ['T1', 'T2', 'T1']],
  ['one is missing', ['k1', 'k2'], { k1: 'T1' }, undefined],
  ['one is empty', ['k1', 'k2'], { k1: 'T1', k2: '' }, undefined],
  ['there is no source', [], { k1: 'T1' }, undefined],
])('tokens of sources: %s', (_, keys, tokens, expected) => {
  const sources = keys.map((token) => ({ ...dev, token }))
  expect(withTokens(sources, (key) => tokens[key])?.map(({ token }) => token)).toEqual(expected)
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
