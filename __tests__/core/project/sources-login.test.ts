import { expect, test } from '@jest/globals'
import { readAnySources } from '../../../src/core/project/sources.ts'

const host = 'my-domain-564131876131.d.codeartifact.us-east-1.amazonaws.com'
const right = `https://${host}/pypi/dev/simple/`
const unfit = (url: string) =>
  readAnySources({ tool: { poetry: { source: [{ name: 'dev', url }] } } }, '/p/pyproject.toml').unfit[0]?.error

test.each([
  ['aws:hunter2@', '/pypi/dev/simple/'],
  ['aws@', '/pypi/dev/simple/'],
  ['hunter2@', '/pypi/dev/simple'],
  [':hunter2@', '/pypi/dev/'],
  ['aws:hunter2%40x@', '/pypi/dev'],
])('a login in a url is told, and not shown: %s…%s', (login, path) => {
  const error = unfit(`https://${login}${host}${path}`)
  const text = `${error?.message}\n${error?.hint}`
  expect(text).toContain('source "dev" in [[tool.poetry.source]]: url must not have a user name or password in it')
  expect(text).toContain(`Write url = "${right}"`)
  expect(text).not.toMatch(/hunter2|@/)
})

test.each([
  ['a port', `https://${host}:8443/pypi/dev/simple/`],
  ['another path and a login', `https://aws:hunter2@${host}/npm/dev/`],
])('what is wrong in another way keeps its hint: %s', (_, url) => {
  const { hint = '' } = unfit(url) ?? {}
  expect(hint).toContain('get-repository-endpoint')
  expect(hint).not.toContain('hunter2')
})
