import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { minted } from './keyring.ts'
import { both, pyproject } from './pyproject.ts'
import { domain, library, openStage, type Stage } from './stage.ts'

jest.setTimeout(120_000)

let stage: Stage
let project: string
afterEach(() => stage.close())

async function open(): Promise<void> {
  stage = await openStage()
  project = await stage.makeProject('one', pyproject(both(stage.url)))
}

const caSync = (words: readonly string[] = [], more: Record<string, string> = {}) =>
  stage.caSync(words, { cwd: project, env: { ...stage.env, ...more } })

describe("a setting in the project's poetry.toml: not ready until it is gone", () => {
  test.each([
    [
      'a password',
      '[http-basic.dev]\nusername = "me"\npassword = "secret"\n',
      /holds a password for dev: Poetry uses it and never asks the keyring\./,
      /password under \[http-basic\.dev\]/,
    ],
    [
      'a PyPI token',
      '[pypi-token]\ndev = "secret"\n',
      /holds a PyPI token for dev: poetry publish -r dev uses it before the keyring\./,
      /dev under \[pypi-token\]/,
    ],
    [
      'another user',
      '[http-basic.dev]\nusername = "me"\n',
      /gives dev a user name of its own: Poetry asks the keyring for that user, not for "aws"\./,
      /username under \[http-basic\.dev\]/,
    ],
  ])('%s', async (_, text, says, hint) => {
    await open()
    const file = join(project, 'poetry.toml')
    await writeFile(file, text)
    for (const words of [[], ['--unattended'], []]) {
      const { code, stdout, stderr } = await caSync(words)
      expect({ code, stdout }).toEqual({ code: 5, stdout: '' })
      const [error = '', what = ''] = stderr.split('\n')
      expect(error).toMatch(`error: dev: ${file} `)
      expect(error).toMatch(says)
      expect(what).toMatch(hint)
      expect(what).toMatch(`  Delete `)
      expect(stderr).not.toContain('secret')
    }
    expect(await caSync(['status'])).toMatchObject({ code: 6, stderr: expect.stringMatching(says) })

    await rm(file)
    expect(await caSync()).toMatchObject({ code: 0, stderr: '' })
    expect(await caSync(['status'])).toMatchObject({ code: 0 })
    expect(minted(stage)).toBe(1)
  })
})

test('another URL in poetry.toml: for installing only, until it is gone', async () => {
  await open()
  const file = join(project, 'poetry.toml')
  await writeFile(file, '[repositories.dev]\nurl = "https://example.com/"\n')
  const warning = `warning: ${file} gives dev another URL: poetry publish -r dev goes there, not to ${stage.url}. Delete [repositories.dev] from ${file}.\n`
  for (const words of [[], ['--unattended'], []])
    expect(await caSync(words)).toMatchObject({ code: 0, stderr: warning })
  const status = await caSync(['status'])
  expect(status).toMatchObject({ code: 0, stdout: expect.stringMatching(/ install only\n$/), stderr: warning })
  await rm(file)
  expect(await caSync()).toMatchObject({ code: 0, stderr: '' })
})

describe('a variable of this shell that stands before the token: not ready in this shell', () => {
  test.each([
    ['POETRY_HTTP_BASIC_DEV_PASSWORD', 'Poetry uses it for dev and never asks the keyring'],
    ['POETRY_PYPI_TOKEN_DEV', 'poetry publish -r dev uses it before the keyring'],
    ['POETRY_HTTP_BASIC_DEV_USERNAME', 'Poetry asks the keyring for that user of dev, not for "aws"'],
  ])('%s', async (name, effect) => {
    await open()
    await caSync()
    const error = `^error: dev: The environment variable ${name} is set: ${effect}\\.\n  Remove the variable: unset ${name} .*\n$`
    for (const words of [[], ['--unattended'], ['--quiet']])
      expect(await caSync(words, { [name]: 'secret' })).toMatchObject({
        code: 5,
        stderr: expect.stringMatching(error),
      })
    const status = await caSync(['status'], { [name]: 'secret' })
    expect(status).toMatchObject({ code: 6, stdout: expect.stringContaining(`no: ${name} is set`) })
    expect(await caSync(['status'])).toMatchObject({ code: 0, stderr: '' })
    expect(await caSync(['--all', '--unattended'])).toMatchObject({ code: 0, stderr: '' })
    expect(await caSync()).toMatchObject({ code: 0, stderr: '' })
    expect(minted(stage)).toBe(1)
  })
})

describe('a variable of this shell about repositories: for installing only', () => {
  test.each([
    ['POETRY_REPOSITORIES_DEV_URL', 'poetry publish -r dev goes there, not to http://127\\.0\\.0\\.1:\\d+/pypi/dev/'],
    [
      'POETRY_REPOSITORIES_OTHER_URL',
      'Poetry ignores the repositories in its files because of it, and poetry publish -r dev fails',
    ],
  ])('%s', async (name, effect) => {
    await open()
    const warning = `^warning: The environment variable ${name} is set: ${effect}\\. Remove the variable: unset ${name} .*\n$`
    for (const words of [[], ['--unattended'], ['--quiet']])
      expect(await caSync(words, { [name]: 'secret' })).toMatchObject({
        code: 0,
        stderr: expect.stringMatching(warning),
      })
    const { code, stdout } = await caSync(['status'], { [name]: 'secret' })
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/ install only\n$/) })
    expect(await caSync()).toMatchObject({ code: 0, stderr: '' })
    expect(await caSync(['status'])).toMatchObject({ code: 0 })
    expect(minted(stage)).toBe(1)
  })
})

test('what is reported is what Poetry does', async () => {
  await open()
  stage.emulator.addPackage({ domain, repository: 'dev', name: library, version: '1.2.3' })
  const poetry = () => stage.poetry(['add', library, '--source', 'dev'], { cwd: project })
  await writeFile(join(project, 'poetry.toml'), '[http-basic.dev]\nusername = "aws"\npassword = "stale"\n')
  expect(await caSync()).toMatchObject({ code: 5 })
  expect((await poetry()).code).not.toBe(0)
  await rm(join(project, 'poetry.toml'))
  expect(await caSync()).toMatchObject({ code: 0 })
  expect(await poetry()).toMatchObject({ code: 0 })
})
