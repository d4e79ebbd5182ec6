import { cp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { pluginTable } from '../../scripts/example-project.ts'
import { age } from './aging.ts'
import { onTerminal } from './on-terminal.ts'
import { user, writeUserConfig } from './people.ts'
import { openSso, type Sso } from './sso.ts'
import { count, openStage, type Stage } from './stage.ts'

jest.setTimeout(120_000)

const alice = user('alice', { sessionToken: 'session of alice' })
const hour = 3_600
const job = ['--all', '--unattended', '--quiet']
const silent = { code: 0, stdout: '', stderr: '' }
const expired = 'The AWS SSO session of AWS profile "work" has expired'
const hint = 'Run: aws sso login --profile work'

let stage: Stage
let sso: Sso
let second: string
beforeEach(async () => {
  stage = await openStage({ emulator: { users: [alice] } })
  sso = await openSso(stage, alice)
  second = await stage.makeProject('second', pluginTable({ name: 'shared', repository: 'shared' }))
})
afterEach(async () => {
  sso.close()
  await stage.close()
})

const caSync = (words: readonly string[], cwd = stage.project) => stage.caSync(words, { env: sso.env, cwd })
const runJob = (words = job) => caSync(words, '/')
const mints = () => count(stage.emulator, 'GetAuthorizationToken')
const notice = () => stage.read(join(stage.state, 'notice')).catch(() => undefined)

/** Both projects, synced so many hours ago with a login that is over by now. */
async function syncLongAgo(hours: number): Promise<void> {
  await sso.login(8 * hour)
  for (const cwd of [stage.project, second]) expect(await caSync(['--profile', 'work'], cwd)).toMatchObject({ code: 0 })
  await age(stage, hours)
  await sso.login(-60)
}

/** Puts a program in notify-send's place; gives what it was asked to show. */
async function standIn(): Promise<() => Promise<string[]>> {
  const record = join(stage.box.dir, 'shown')
  const script = `#!/bin/sh\nfor word; do last=$word; done\nprintf '%s\\n' "$last" >>'${record}'\n`
  await writeFile(join(stage.box.dir, 'bin/notify-send'), script, { mode: 0o755 })
  return async () => (await stage.read(record).catch(() => '')).split('\n').filter((line) => line !== '')
}

test('an expired login is told once: by the job, before the next prompt, and on the desktop', async () => {
  const shown = await standIn()
  await writeUserConfig(stage, 'notify = true\n')
  await syncLongAgo(10)
  const text = expect.stringMatching(
    `^[^\n]*/my-app[^\n]*: ${expired}; the CodeArtifact token is valid for (2 h|1 h \\d+ min)\\. ${hint}$`,
  )

  expect(await runJob()).toMatchObject({
    code: 4,
    stdout: '',
    stderr: expect.stringMatching(new RegExp(`^error: [^\n]*${expired}\\. ${hint}\n$`)),
  })
  const [id, ...words] = (await notice())?.trim().split(' ') ?? []
  expect(words.join(' ')).toEqual(text)
  expect(await shown()).toEqual([text])

  expect(await runJob()).toMatchObject({ code: 4, stdout: '', stderr: '' })
  expect((await notice())?.split(' ')[0]).toBe(id)
  stage.emulator.faults.set('GetAuthorizationToken', { kind: 'reset' })
  expect(await runJob()).toMatchObject({ code: 4, stderr: '' })
  expect(await shown()).toEqual([text])

  const status = await caSync(['status'])
  const last = new RegExp(`^last run: failed \\d+ s ago: ${expired}\\.\n  ${hint}\n$`)
  expect(status).toMatchObject({ code: 0, stderr: expect.stringMatching(last) })
  const { lastRun, error } = JSON.parse((await caSync(['status', '--json'])).stdout)
  expect(error).toBeNull()
  expect(lastRun).toEqual({
    at: expect.stringMatching(/^\d{4}-.*Z$/),
    error: { code: 'AWS_SSO_EXPIRED', message: `${expired}.`, hint },
  })

  stage.emulator.faults.clear()
  await sso.login(8 * hour)
  expect(await runJob()).toMatchObject(silent)
  expect(await notice()).toBeUndefined()
  expect(mints()).toBe(2)
  expect(await caSync(['status'])).toMatchObject({ code: 0, stderr: '' })
  expect(JSON.parse((await caSync(['status', '--json'])).stdout).lastRun).toMatchObject({ error: null })

  await age(stage, 13)
  await sso.login(-60)
  expect(await runJob()).toMatchObject({ code: 4, stderr: expect.stringContaining(expired) })
  expect(await shown()).toEqual([
    text,
    expect.stringContaining(`/my-app: ${expired}; the CodeArtifact token has expired. ${hint}`),
  ])
})

test('no desktop notification: where it is not switched on, by hand, and for what passes', async () => {
  const shown = await standIn()
  await syncLongAgo(10)
  expect(await runJob()).toMatchObject({ code: 4 })
  await writeUserConfig(stage, 'notify = true\n')
  await sso.login(8 * hour)
  expect(await runJob()).toMatchObject(silent)
  await age(stage, 10)
  stage.emulator.faults.set('GetAuthorizationToken', { kind: 'reset' })
  expect(await runJob()).toMatchObject({ code: 4 })
  await sso.login(-60)
  expect(await caSync([])).toMatchObject({ code: 4 })
  expect(await shown()).toEqual([])
})

test('a desktop that cannot show it is no failure, and --verbose tells why', async () => {
  await writeUserConfig(stage, 'notify = true\n')
  await writeFile(join(stage.box.dir, 'bin/notify-send'), '#!/bin/sh\necho no server >&2\nexit 1\n', { mode: 0o755 })
  await syncLongAgo(10)
  const { code, stderr } = await runJob([...job, '--verbose'])
  expect(code).toBe(4)
  expect(stderr).toContain('The desktop notification could not be shown: no server\n')
})

test('a pyproject.toml that is broken is told once, too', async () => {
  await syncLongAgo(0)
  await writeFile(join(second, 'pyproject.toml'), 'not TOML')
  expect(await runJob()).toMatchObject({ code: 6, stderr: expect.stringContaining(second) })
  expect(await notice()).toContain(second)
  expect(await runJob()).toMatchObject({ code: 6, stdout: '', stderr: '' })
})

test('the last chance: a login that ends in 50 minutes, and a token that is older than an hour', async () => {
  await sso.login(3 * hour + 50 * 60)
  expect(await caSync(['--profile', 'work'])).toMatchObject({ code: 0 })
  expect(await runJob()).toMatchObject(silent)
  expect(mints()).toBe(1)
  await age(stage, 3)
  await sso.login(50 * 60)
  expect(await runJob()).toMatchObject(silent)
  expect(mints()).toBe(2)
  expect(await runJob()).toMatchObject(silent)
  expect(mints()).toBe(2)
})

// What is typed at the offer; how the run ends; whether the login was run.
test.each([
  ['\n', 0, true],
  ['n\n', 4, false],
])('on a terminal, it is offered to renew the login: %j', async (typed, code, isRun) => {
  await sso.login(8 * hour)
  for (const words of [[], fresh('team'), fresh('picked').slice(0, -2)]) {
    const ran = await brokenLogin()
    const answers = [['[Y/n]', typed] as const, ['Which one?', '1\n'] as const]
    const command = ['ca-sync', ...words, '--profile', 'work']
    const seen = await onTerminal(stage, command, { env: sso.env, answers })
    expect(seen).toMatchObject({ code, text: expect.stringMatching(isRun ? /dev +ready/ : /has expired/) })
    expect(await stage.read(ran).catch(() => undefined)).toBe(isRun ? 'sso login --profile work\n' : undefined)
    expect((await stage.read(join(stage.project, 'pyproject.toml'))).includes(`"${words[1]}"`)).toBe(
      isRun && words.length > 0,
    )
  }
})

const fresh = (name: string) => {
  const words = ['--domain', 'my-domain', '--region', 'us-east-1', '--repository', 'qa']
  return ['init', name, ...words]
}

/** The login is over, and there is something in place of the AWS CLI: it puts the login of before back. Gives what it writes. */
async function brokenLogin(): Promise<string> {
  const ran = join(stage.box.dir, 'ran')
  const cache = join(stage.box.home, '.aws/sso/cache')
  const script = `#!/bin/sh\necho "$@" >'${ran}'\ncp -r '${cache}.good/.' '${cache}'\n`
  await writeFile(join(stage.box.dir, 'bin/aws'), script, { mode: 0o755 })
  await rm(ran, { force: true })
  await cp(cache, `${cache}.good`, { recursive: true })
  await sso.login(-60)
  return ran
}
