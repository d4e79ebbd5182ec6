import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, jest, test } from '@jest/globals'
import { pluginTable } from '../../scripts/example-project.ts'
import { copyProject } from '../../scripts/testbed/copies.ts'
import { age } from './aging.ts'
import { count, openStage, type Stage } from './stage.ts'
import { trace } from './trace.ts'

jest.setTimeout(120_000)

let stage: Stage
afterEach(() => stage.close())

const job = ['--all', '--unattended', '--quiet']

/** What a job does, counted. */
async function work(words: readonly string[] = job, exit = 0) {
  stage.emulator.clearCalls()
  const { code, stderr, starts, writes } = await trace(stage, words, ',openat,rename,renameat2')
  expect({ code, stderr }).toEqual({ code: exit, stderr: exit === 0 ? '' : expect.any(String) })
  const read = writes.flatMap((line) => /openat\(.*"([^"]+\/pyproject\.toml)"/.exec(line)?.[1] ?? [])
  return {
    projects: new Set(read).size,
    reads: Math.max(...[...new Set(read)].map((path) => read.filter((one) => one === path).length)),
    states: writes.filter((line) => /rename.*\/state\.json"/.test(line)).length,
    programs: starts
      .flatMap((line) => /execve\("[^"]*\/([^"/]+)".*(?: = 0| <unfinished \.\.\.>)$/.exec(line)?.[1] ?? [])
      .filter((name) => name !== 'node' && name !== 'sh'),
    vaults: starts.filter((line) => line.includes('vault.cjs"') && !line.includes('"/bin/sh"')).length,
    tokens: count(stage.emulator, 'GetAuthorizationToken'),
    endpoints: count(stage.emulator, 'GetRepositoryEndpoint'),
    sessions: writes.filter((line) => line.includes('OpenSession')).length,
    keyring: writes.filter((line) => line.includes('org.freedesktop.secrets')).length,
  }
}

const ready = async (folders: readonly string[]) => {
  for (const cwd of folders) {
    const { code, stdout } = await stage.caSync(['status', '--json'], { cwd })
    expect(code).toBe(0)
    expect(JSON.parse(stdout).sources).not.toContainEqual(expect.objectContaining({ ready: false }))
  }
}

test('one shared token due: however many projects, each file is read once, and all else is done once', async () => {
  stage = await openStage()
  await stage.caSync([])
  const few = await copyProject(stage.box, stage.state, stage.project, 4)
  await age(stage, 8)
  const ofFive = await work()
  expect(ofFive).toMatchObject({
    projects: 5,
    reads: 1,
    states: 2,
    programs: ['python'],
    vaults: 1,
    tokens: 1,
    endpoints: 0,
  })
  await ready([stage.project, ...few])

  await copyProject(stage.box, stage.state, stage.project, 19)
  await age(stage, 8)
  expect(await work()).toEqual({ ...ofFive, projects: 20 })
  expect(await work(['--all', '--unattended', '--force'])).toEqual({ ...ofFive, projects: 20, endpoints: 1 })
})

test('one Python hands over to every project, whoever changed auth.toml, and whatever domain each has', async () => {
  const repositories = ['dev']
  const domains = ['my-domain', 'one-domain', 'two-domain', 'three-domain'].map((domain) => ({
    ...{ domain, owner: '564131876131', region: 'us-east-1', repositories },
  }))
  stage = await openStage({ emulator: { domains } })
  const folders = [stage.project]
  for (const [name, domain] of [
    ['one', 'one-domain'],
    ['two', 'two-domain'],
    ['three', 'three-domain'],
  ] as const)
    folders.push(await stage.makeProject(name, pluginTable({ name, domain })))
  for (const cwd of folders) expect(await stage.caSync([], { cwd })).toMatchObject({ code: 0 })
  await age(stage, 8)
  expect(await work()).toMatchObject({ programs: ['python'], tokens: 4 })
  await ready(folders)

  await appendFile(join(stage.config, 'auth.toml'), '\n[http-basic.more]\nusername = "me"\n')
  expect(await work()).toMatchObject({ programs: ['python'], tokens: 0 })
  expect(await work()).toMatchObject({ programs: [], tokens: 0 })
  await ready(folders)
})

test('what takes tokens starts before they are there, and only where they are due', async () => {
  stage = await openStage()
  await stage.caSync([])
  expect(await work(['--dry-run', '--force', '--quiet'])).toMatchObject({ programs: [], vaults: 0 })
  stage.denyTokens()
  expect(await work(['--force', '--quiet'], 4)).toMatchObject({ programs: ['python'], vaults: 1 })
})

test('by hand, where a token is due, Poetry’s Python is started once, and where none is, not at all', async () => {
  stage = await openStage()
  await stage.caSync([])
  await age(stage, 8)
  const due = { programs: ['python'], vaults: 1, tokens: 1, states: 2 }
  for (const expected of [due, { programs: [], vaults: 0, tokens: 0, states: 0 }])
    expect(await work(['--quiet'])).toMatchObject(expected)
  await ready([stage.project])
  await age(stage, 8)
  // Root by sudo is refused before anything of the user's is run.
  const { starts } = await trace({ ...stage, env: { ...stage.env, SUDO_USER: 'me' } }, ['--quiet'])
  expect(starts.some((line) => line.includes('/python"'))).toBe(process.getuid?.() !== 0)
})

test('credentials are looked for while the keyring is asked, and a token never before it answered', async () => {
  const role = 'arn:aws:iam::564131876131:role/reader'
  stage = await openStage({ emulator: { roles: [{ arn: role, trusted: ['564131876131'] }] } })
  await stage.caSync(['--role-arn', role])
  await age(stage, 8)
  stage.box.stopKeyring()
  stage.emulator.clearCalls()
  expect(await stage.caSync(['--unattended'])).toMatchObject({ code: 5 })
  expect(stage.emulator.calls.map(({ operation }) => operation)).toEqual(['AssumeRole'])
  stage.box.continueKeyring()
})
