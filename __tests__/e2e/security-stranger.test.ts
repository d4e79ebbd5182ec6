import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { declared, plugin, pyproject } from './pyproject.ts'
import { openStage, type Stage } from './stage.ts'
import { openStranger, type Stranger, tokensIn } from './stranger.ts'

jest.setTimeout(240_000)

let stage: Stage
let stranger: Stranger
beforeEach(async () => {
  stranger = await openStranger()
})
afterEach(async () => {
  stranger.close()
  await stage.close()
})

const told = () => tokensIn(stage, stranger.heard)

const urlsOfStranger = {
  'his own': () => `${stranger.url}/simple/`,
  'ours as the user name of his': () => stranger.url.replace('http://', `http://${new URL(stage.url).host}@`),
  'his with our user name': () => `${stranger.url.replace('http://', 'http://aws@')}/simple/`,
}

const library = (...tables: readonly string[]): string =>
  pyproject(
    'description = ""',
    'authors = ["S <s@example.com>"]',
    '',
    '[tool.poetry.dependencies]',
    'python = ">=3.9"',
    '',
    ...tables,
  )

describe.each(['2.5', '1.8'] as const)('Poetry %s in a project whose server has the name of ours', (line) => {
  test('add', async () => {
    stage = await openStage({ line })
    expect(await stage.caSync([])).toMatchObject({ code: 0 })
    for (const [title, url] of Object.entries(urlsOfStranger)) {
      const cwd = await stage.makeProject(title, library(declared('dev', url())))
      const asked = stranger.heard.length
      expect((await stage.poetry(['add', 'some-lib', '--source', 'dev', '-n'], { cwd })).code).not.toBe(0)
      expect(stranger.heard.length).toBeGreaterThan(asked)
    }
    expect(told()).toEqual([])
  })

  test('publish, with his poetry.toml', async () => {
    stage = await openStage({ line })
    expect(await stage.caSync([])).toMatchObject({ code: 0 })
    expect(await stage.poetry(['build'])).toMatchObject({ code: 0 })
    for (const [title, url] of Object.entries(urlsOfStranger)) {
      const cwd = await stage.makeProject(title, library().replace('"app"', '"my-app"'))
      await writeFile(join(cwd, 'poetry.toml'), `[repositories.dev]\nurl = "${url()}"\n`)
      const asked = stranger.heard.length
      const dist = ['--dist-dir', join(stage.project, 'dist')]
      expect((await stage.poetry(['publish', '-r', 'dev', '-n', ...dist], { cwd })).code).not.toBe(0)
      expect(stranger.heard.length).toBeGreaterThan(asked)
    }
    expect(told()).toEqual([])
  })
})

test('the listener works: a password kept for the name is told to the stranger', async () => {
  stage = await openStage()
  await stage.caSync([])
  const [token = ''] = stage.emulator.issuedTokens()
  await stage.poetry(['config', 'http-basic.dev', 'aws', token])
  const cwd = await stage.makeProject('theirs', library(declared('dev', `${stranger.url}/simple/`)))
  await stage.poetry(['add', 'some-lib', '--source', 'dev', '-n'], { cwd })
  expect(told()).not.toEqual([])
})

test.each([
  ['another host', () => `${stranger.url}/simple/`],
  ['our host as the user name', () => stranger.url.replace('http://', `http://${new URL(stage.url).host}@`)],
  ['a host that begins like ours', () => `${stage.url.replace('/pypi/', '.evil.example/pypi/')}simple/`],
  ['our host by another name', () => `${stage.url.replace('127.0.0.1', 'localhost')}simple/`],
])('ca-sync in a project that declares our domain at %s', async (_, url) => {
  stage = await openStage()
  const cwd = await stage.makeProject('theirs', library(plugin(), declared('dev', url())))
  const said = await stage.caSync(['--json'], { cwd })
  expect(said.code).toBe(3)
  expect(JSON.parse(said.stdout)).toMatchObject({ error: { code: 'SOURCE_HOST_MISMATCH' } })
  expect(said.stderr).toContain('source "dev"')
  expect(stage.emulator.issuedTokens()).toEqual([])
  expect(await stage.box.items()).toEqual([])
  expect(stranger.heard).toEqual([])
})

test('a project that turns into that after it was synced', async () => {
  stage = await openStage()
  expect(await stage.caSync([])).toMatchObject({ code: 0 })
  const theirs = await stage.makeProject('theirs', library(plugin(), declared('dev', `${stranger.url}/simple/`)))
  await rename(join(theirs, 'pyproject.toml'), join(stage.project, 'pyproject.toml'))
  expect(await stage.caSync([])).toMatchObject({ code: 3 })
  expect(await stage.caSync(['--force'])).toMatchObject({ code: 3 })
  expect(stage.emulator.issuedTokens()).toHaveLength(1)
})
