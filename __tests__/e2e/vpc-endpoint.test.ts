import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { user } from './people.ts'
import { openStage, type Stage } from './stage.ts'

jest.setTimeout(120_000)

const owner = '564131876131'
const host = 'vpce-0743fe535b883ffff-76ddffff.d.codeartifact.us-east-1.vpce.amazonaws.com'
const url = (domain: string) => `https://${host}/pypi/d/${domain}-${owner}/dev/`
const source = (domain: string) =>
  `[[tool.poetry.source]]\nname = "dev"\nurl = "${url(domain)}simple/"\npriority = "explicit"\n`
const project = (tables: string) =>
  `[tool.poetry]\nname = "my-app"\nversion = "0.1.0"\ndescription = ""\nauthors = []\n\n${tables}`

let stage: Stage
beforeEach(async () => {
  const domains = ['my-domain', 'other'].map((domain) => ({
    domain,
    owner,
    region: 'us-east-1',
    repositories: ['dev'],
  }))
  stage = await openStage({ emulator: { users: [user('env')], domains } })
})
afterEach(() => stage.close())

const entries = async () => (await stage.box.items()).map(({ attributes }) => attributes['service']).sort()

test('a VPC endpoint is served by its repository: two domains of one host have a token each', async () => {
  const one = await stage.makeProject('one', project(source('my-domain')))
  const two = await stage.makeProject('two', project(source('other').replace('"dev"', '"second"')))
  for (const cwd of [one, two]) expect(await stage.caSync([], { cwd })).toMatchObject({ code: 0, stderr: '' })
  const services = await entries()
  for (const domain of ['my-domain', 'other']) expect(services).toContain(`${url(domain)}simple`)
  expect(services).not.toContain(host)
  for (const cwd of [one, two]) {
    const { sources } = JSON.parse((await stage.caSync(['status', '--json'], { cwd })).stdout)
    expect(sources).toMatchObject([{ ready: true, url: expect.stringContaining(host) }])
  }
})

test("beside the plugin's table, a declared VPC endpoint is the one that is used", async () => {
  const table = `[[tool.poetry-plugin-code-artifact.sources]]\nname = "dev"\naws-codeartifact-domain = "my-domain"\naws-codeartifact-owner = "${owner}"\naws-codeartifact-region = "us-east-1"\naws-codeartifact-repository = "dev"\n\n`
  const cwd = await stage.makeProject('both', project(table + source('my-domain')))
  expect(await stage.caSync([], { cwd })).toMatchObject({ code: 0, stderr: '' })
  expect(await entries()).toContain(`${url('my-domain')}simple`)
})

test('sources add says how to declare one', async () => {
  const { code, stderr } = await stage.caSync(['sources', 'add', 'dev', `${url('my-domain')}simple/`])
  expect(code).toBe(2)
  expect(stderr).toContain(`Type: poetry source add --priority explicit NAME ${url('my-domain')}simple/`)
})
