import { chmod, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { keyring } from '../poetry/keyring/handover-helpers.ts'
import { snapshot, writePoetryFiles } from './files.ts'
import { services } from './keyring.ts'
import { both, pyproject } from './pyproject.ts'
import { domain, library, openStage, type Stage } from './stage.ts'

jest.setTimeout(180_000)

let stage: Stage
afterEach(() => stage.close())

const done = { code: 0, stderr: '' }
const logout = (...words: string[]) => stage.caSync(['logout', ...words])
const host = () => new URL(stage.url).host
const url = (repository: string) => stage.emulator.repositoryUrl(domain, repository)
const files = () => snapshot(stage.config)
const config = () => stage.read(join(stage.config, 'config.toml')).catch(() => undefined)
const auth = () => stage.read(join(stage.config, 'auth.toml')).catch(() => undefined)
const secrets = async () =>
  (await stage.box.items()).map(({ attributes, secret }) => [attributes['service'], secret]).sort()
const states = () => readdir(stage.state)

async function open(): Promise<void> {
  stage = await openStage()
  await writePoetryFiles(stage)
  // The mode that ca-sync gives them is not taken back.
  for (const name of await readdir(stage.config)) await chmod(join(stage.config, name), 0o600)
}

describe.each(['2.5', '1.8'] as const)('Poetry %s', (line) => {
  test('is logged out, and works again after the next ca-sync', async () => {
    stage = await openStage({ line })
    stage.emulator.addPackage({ domain, repository: 'dev', name: library, version: '1.2.3' })
    await keyring(stage.box, ['set', 'poetry-repository-other', 'aws'], 'foreign', line)
    await keyring(stage.box, ['set', 'other.example', 'aws'], 'foreign', line)
    const foreign = await secrets()
    await stage.caSync([])
    expect(await stage.poetry(['build'])).toMatchObject({ code: 0 })
    expect(await services(stage)).toHaveLength(4)

    const { stdout, ...rest } = await logout()
    expect(rest).toMatchObject(done)
    expect(stdout).toBe(
      [
        'Logged out: dev, qa, prod (my-domain/dev).',
        `Removed from Poetry's keyring: ${host()}.`,
        'Removed the token of my-domain.',
        `Removed ${stage.config}/auth.toml, in which nothing else was.`,
        `Removed ${stage.config}/config.toml, in which nothing else was.`,
        '',
      ].join('\n'),
    )
    expect(await secrets()).toEqual(foreign)
    expect([await states(), await readdir(stage.config)]).toEqual([[], []])
    const before = stage.emulator.requests.length
    expect((await stage.poetry(['add', library, '--source', 'dev', '--no-interaction'])).code).not.toBe(0)
    expect((await stage.poetry(['publish', '-r', 'dev', '--no-interaction'])).code).not.toBe(0)
    const refused = stage.emulator.requests.slice(before).map(({ status }) => status)
    expect(refused.filter((status) => status !== 401)).toEqual([])
    expect(refused).toContain(401)

    expect(await stage.caSync([])).toMatchObject(done)
    expect(await stage.poetry(['add', library, '--source', 'dev'])).toMatchObject({ code: 0 })
    expect(await stage.poetry(['publish', '-r', 'dev'])).toMatchObject({ code: 0 })
  })
})

test("a line that was there before ca-sync is its writer's", async () => {
  stage = await openStage()
  expect(await stage.poetry(['config', 'repositories.dev', stage.url])).toMatchObject({ code: 0 })
  await chmod(join(stage.config, 'config.toml'), 0o600)
  await writeFile(join(stage.config, 'auth.toml'), '[http-basic.qa]\nusername = "aws"\n', { mode: 0o600 })
  const before = await files()
  expect(await stage.caSync([])).toMatchObject({ code: 0 })
  expect(await config()).toContain('[repositories.qa]')
  await stage.caSync(['--force'])
  expect(await logout()).toMatchObject(done)
  expect([await services(stage), await files()]).toEqual([[], before])

  // In plain text, too, only the token goes.
  await stage.caSync(['--store', 'plaintext'])
  expect(await auth()).toContain('password')
  expect(await logout()).toMatchObject(done)
  expect([await states(), await files()]).toEqual([[], before])
})

test('a line of the user for a URL that is another by now is told of, and stays', async () => {
  stage = await openStage()
  const old = url('shared')
  const file = join(stage.project, 'pyproject.toml')
  await writeFile(file, pyproject(both(old, { repository: 'shared' })))
  await stage.poetry(['config', 'repositories.dev', old])
  expect(await stage.caSync([])).toMatchObject({ code: 0 })
  await writeFile(file, pyproject(both(stage.url)))
  expect(await stage.caSync([])).toMatchObject({
    code: 0,
    stderr: expect.stringContaining(`is already set to "${old}"`),
  })
  expect(await logout()).toMatchObject(done)
  expect(await config()).toContain(old)
})

test('the JSON document', async () => {
  await open()
  await stage.caSync([])
  const { stdout } = await logout('--json')
  expect(JSON.parse(stdout)).toEqual({
    schemaVersion: 1,
    removed: {
      sources: ['dev', 'qa', 'prod'],
      entries: [host()],
      tokens: 1,
      files: [join(stage.config, 'auth.toml'), join(stage.config, 'config.toml')],
    },
    kept: [],
    warnings: [],
    error: null,
  })
})
