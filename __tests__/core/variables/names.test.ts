import { describe, expect, test } from '@jest/globals'
import { checkVariables, poetryVariable } from '../../../src/core/variables/names.ts'

test.each([
  ['dev', 'POETRY_HTTP_BASIC_DEV_PASSWORD'],
  ['my-dev', 'POETRY_HTTP_BASIC_MY_DEV_PASSWORD'],
  ['my_Dev2', 'POETRY_HTTP_BASIC_MY_DEV2_PASSWORD'],
  ['my.dev', 'POETRY_HTTP_BASIC_MY_DEV_PASSWORD'],
  ['-', 'POETRY_HTTP_BASIC___PASSWORD'],
])('%s', (name, variable) => {
  expect(poetryVariable('HTTP_BASIC', name, 'PASSWORD')).toBe(variable)
})

const ours = (name: string) => ({ name, url: 'https://our.host/pypi/dev/' })
const rival = (name: string, url: string) => ({ name, url, where: '/cloned/poetry.toml' })

test.each([
  ['my-dev', 'my_dev'],
  ['dev', 'DEV'],
])('%s and %s are one variable', (one, other) => {
  expect(() => checkVariables([ours(one), ours('qa'), ours(other)], [])).toThrow(
    expect.objectContaining({ code: 'NAME_CONFLICT', message: expect.stringMatching(`Sources ${one} and ${other}`) }),
  )
})

describe('another that would get the token', () => {
  test.each([
    ['the same name', 'my-dev', 'https://evil.example/simple/'],
    ['a name that becomes the same', 'my_DEV', 'https://evil.example/simple/'],
    ['a dotted name', 'my.dev', 'https://evil.example/simple/'],
    ['another port', 'my_dev', 'https://our.host:444/pypi/dev/'],
    ['a plain connection', 'my_dev', 'http://our.host/pypi/dev/'],
    ['our host as a user name', 'my_dev', 'https://our.host@evil.example/'],
    ['our host before a backslash', 'my_dev', 'https://our.host\\@evil.example/'],
    ['a line end that Python drops', 'my_dev', 'https://our.host\n.evil.example/'],
    ['no URL at all', 'my_dev', 'evil'],
  ])('%s', (_, name, url) => {
    const check = () => checkVariables([ours('my-dev')], [rival(name, url)])
    expect(check).toThrow(expect.objectContaining({ code: 'SOURCE_HOST_MISMATCH' }))
    expect(check).toThrow(/^\/cloned\/poetry\.toml: /)
  })

  test.each([
    ['is at our host', 'my_dev', 'https://our.host/pypi/other/simple/'],
    ['has a name of its own', 'my-devs', 'https://evil.example/simple/'],
  ])('but not where it %s', (_, name, url) => {
    checkVariables([ours('my-dev')], [rival(name, url)])
  })
})

test('a file that quotes what a variable holds', () => {
  expect(() => checkVariables([ours('dev')], [], ['/cloned/poetry.toml'])).toThrow(
    expect.objectContaining({
      code: 'SOURCE_HOST_MISMATCH',
      message: expect.stringMatching('^/cloned/poetry.toml has {http-basic…}'),
    }),
  )
})
