import { describe, expect, test } from '@jest/globals'
import type { Tool } from '../../../src/core/variables/tools.ts'
import {
  checkTwine,
  type Logins,
  repositoryVariables,
  variablesFor,
  withSecrets,
} from '../../../src/core/variables/variables.ts'

const host = 'my-domain-564131876131.d.codeartifact.us-east-1.amazonaws.com'
const dev = { name: 'dev', url: `https://${host}/pypi/dev/`, secret: 'T1' }
const qa = { name: 'my-qa', url: `https://${host}/pypi/qa/`, secret: 'T2' }

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
    [{ ...dev, secret: 'a/b@c' }],
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
  const prod = { ...dev, name: 'prod' }
  test.each<[string, Logins, readonly string[], string | undefined, string]>([
    ['the URLs, by name', [dev, qa], [], undefined, `dev=${devUrl} my-qa=${qaUrl}`],
    ['a name that the project declares stays its own', [dev, qa], ['my-qa'], undefined, `dev=${devUrl} ${qaUrl}`],
    ["the user's own stay, behind", [dev], [], 'a=https://a/simple \n b', `dev=${devUrl} a=https://a/simple b`],
    ["a name of the user's own stays, too", [dev], [], 'dev=https://a/simple', `${devUrl} dev=https://a/simple`],
    ['names have a case', [dev], ['DEV'], undefined, `dev=${devUrl}`],
    ['what an earlier run left is replaced', [dev, qa], [], `dev=${old} ${qaUrl} c`, `dev=${devUrl} my-qa=${qaUrl} c`],
    ['two names of one repository', [dev, prod], [], undefined, `dev=${devUrl} prod=${devUrl}`],
    ['two declared names of one repository', [dev, prod], ['dev', 'prod'], undefined, devUrl],
    ['none is as good as no variable', [dev], [], ' ', `dev=${devUrl}`],
  ])('%s', (_, logins, declared, own, expected) => {
    const variables = variablesFor(['uv'], logins, { UV_INDEX: own }, new Set(declared))
    expect(variables).toMatchObject({ UV_INDEX: expected })
  })

  test('publishing goes to a single one, and no password is for whoever is published to', () => {
    expect(variablesFor(['uv'], [dev], {})).toEqual({ UV_INDEX: `dev=${devUrl}`, UV_PUBLISH_URL: toDev })
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
  const sources = keys.map((tokenKey) => ({ ...dev, tokenKey }))
  expect(withSecrets(sources, (key) => tokens[key])?.map(({ secret }) => secret)).toEqual(expected)
})

const urls = { POETRY_REPOSITORIES_DEV_URL: dev.url, POETRY_REPOSITORIES_MY_QA_URL: qa.url }
test.each([
  ['names that Poetry lists', [dev, qa], [], urls],
  [
    'a repository of the files, which would be hidden',
    [dev, qa],
    [{ name: 'mine', url: 'https://x/' }],
    { ...urls, POETRY_REPOSITORIES_MINE_URL: 'https://x/' },
  ],
  ['one of our names that the files have for another', [dev, qa], [{ ...dev, url: 'https://x/' }], urls],
  ['one of the files that no variable can name', [dev, qa], [{ name: 'mine2', url: 'https://x/' }], undefined],
  ['a digit', [{ ...dev, name: 'dev2' }], [], undefined],
  ['a capital', [{ ...dev, name: 'Dev' }], [], undefined],
  ['an underscore', [{ ...dev, name: 'my_dev' }], [], undefined],
])('repositories in variables: %s', (_, sources, others, expected) => {
  expect(repositoryVariables(sources, others)).toEqual(expected)
})
