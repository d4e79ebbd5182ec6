import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { run } from '../../scripts/testbed/run.ts'
import { filesHolding } from './files.ts'
import { count, domain, openStage, type Stage } from './stage.ts'

jest.setTimeout(120_000)

// README's table "Compared" holds what is measured here; cells that nothing here can measure are by reading.

const owner = '564131876131'
const host = `${domain}-${owner}.d.codeartifact.us-east-1.amazonaws.com`
const peer = (name: string): string => checkout('.cache/peers/bin', name)

const rows = readFileSync(checkout('README.md'), 'utf8')
  .split('\n## Compared\n')[1]
  ?.split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  )

/** What the table says of somebody. */
function says(row: string, who: string): string {
  const [head = [], , ...body] = rows ?? []
  return body.find(([name]) => name === row)?.[head.indexOf(who)] ?? 'no such cell'
}

let stage: Stage
beforeEach(async () => {
  stage = await openStage({ keyring: 'no-bus' })
})
afterEach(() => stage.close())

const type = (words: readonly string[]) => {
  const [command = '', ...rest] = words
  const PATH = `${checkout('.cache/peers/bin')}:${stage.env['PATH']}`
  return run(command, rest, { env: { ...stage.env, PATH }, cwd: stage.project })
}

const asked = () => count(stage.emulator, 'GetAuthorizationToken')
const filesWithTokens = async () =>
  (await filesHolding(stage.box.dir, stage.emulator.issuedTokens())).map((path) => basename(path)).sort()

test('poetry-plugin-code-artifact does not install on Poetry 2', async () => {
  const wheel = checkout('.cache/wheels/poetry_plugin_code_artifact-1.0.0-py3-none-any.whl')
  const script = `import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.read([n for n in z.namelist() if n.endswith('METADATA')][0]).decode())`
  const { stdout } = await type([peer('python'), '-c', script, wheel])
  expect(stdout).toMatch(/^Requires-Dist: poetry \(?>=[\d.]+,<2/m)
  expect(says('works on Poetry 2', 'poetry-plugin-code-artifact')).toBe('no')
})

test('keyrings.codeartifact asks AWS at every look-up, keeps no token, and needs no keyring', async () => {
  const url = `https://${host}/pypi/dev/simple/`
  const first = await type([peer('keyring'), 'get', url, 'aws'])
  const second = await type([peer('keyring'), 'get', url, 'aws'])
  expect([first.stdout.trim(), second.stdout.trim()]).toEqual(stage.emulator.issuedTokens())
  expect(asked()).toBe(2)
  expect(await filesWithTokens()).toEqual([])
  expect(says('asks AWS', 'keyrings.codeartifact')).toBe('at every look-up')
  expect(says('where the token is', 'keyrings.codeartifact')).toBe('nowhere')
  expect(says('without a keyring (CI)', 'keyrings.codeartifact')).toBe('yes')
})

test('aws codeartifact login knows no Poetry, and writes the token in plain text', async () => {
  const login = (tool: string) => [
    ...[peer('aws'), 'codeartifact', 'login', '--tool', tool, '--repository', 'dev'],
    ...['--domain', domain, '--domain-owner', owner, '--region', 'us-east-1'],
  ]
  const poetry = await type(login('poetry'))
  expect(poetry.code).not.toBe(0)
  expect(poetry.stderr).toMatch(/invalid choice|Invalid choice/)
  expect(await type(login('pip'))).toMatchObject({ code: 0 })
  expect(await type(login('twine'))).toMatchObject({ code: 0 })
  expect(await filesWithTokens()).toEqual(['.pypirc', 'pip.conf'])
  expect(says('works on Poetry 2', 'aws codeartifact login')).toBe('knows no Poetry')
  expect(says('where the token is', 'aws codeartifact login')).toBe('plain text: pip.conf, .pypirc')
})

test('a shell script leaves the token in auth.toml where no keyring is', async () => {
  const ask = `${peer('aws')} codeartifact get-authorization-token --domain ${domain} --domain-owner ${owner} --region us-east-1 --query authorizationToken --output text`
  const script = `token=$(${ask}); poetry config http-basic.dev aws "$token"`
  expect(await type(['sh', '-euc', script])).toMatchObject({ code: 0 })
  expect(await filesWithTokens()).toEqual(['auth.toml'])
  expect(says('where the token is', 'a shell script')).toBe('argument list, auth.toml or keyring by name')
})

test('ca-sync asks AWS once for all projects, and exec leaves no file with the token', async () => {
  await stage.close()
  stage = await openStage()
  await stage.makeProject('another', await stage.read(join(stage.project, 'pyproject.toml')))
  for (const cwd of [stage.project, join(stage.project, '../another'), stage.project])
    expect(await stage.caSync([], { cwd })).toMatchObject({ code: 0 })
  expect(await stage.caSync(['exec', '--', 'poetry', '--version'])).toMatchObject({ code: 0 })
  expect(asked()).toBe(1)
  expect(await filesWithTokens()).toEqual([])
  expect(says('asks AWS', 'ca-sync')).toBe('once in hours, for all projects')
  expect(says('where the token is', 'ca-sync')).toBe('keyring, by host')
})
