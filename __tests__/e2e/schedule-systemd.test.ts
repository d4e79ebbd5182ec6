import { appendFile, mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { until } from '../helpers/until.ts'
import { type Machine, openMachine } from '../schedule/machine.ts'
import { age } from './aging.ts'
import { snapshot } from './files.ts'
import { keyless, user, writeProfiles } from './people.ts'
import { count, openStage, type Stage } from './stage.ts'

jest.setTimeout(120_000)

const alice = user('alice')

let stage: Stage
let machine: Machine
beforeEach(async () => {
  stage = await openStage({ emulator: { users: [alice] } })
  await writeProfiles(stage, { alice })
  machine = await openMachine('systemd', stage.box)
})
afterEach(async () => {
  await machine?.close()
  await stage.close()
})

const caSync = (...words: string[]) => machine.run('ca-sync', words, { env: keyless(stage), cwd: stage.project })
const systemctl = async (...words: string[]) => (await machine.run('systemctl', ['--user', ...words])).stdout.trim()
const unit = (name: string) => join(stage.box.home, '.config/systemd/user', name)
const minted = () => count(stage.emulator, 'GetAuthorizationToken')
const listed = async () => JSON.parse(await systemctl('list-timers', '--output=json'))[0]
const status = async () => {
  const { code, stdout } = await caSync('schedule', 'status', '--json')
  return { code, ...JSON.parse(stdout).schedule }
}

test('install, install again, repair, uninstall', async () => {
  const home = join(stage.box.home, '.config')
  const before = await snapshot(home)
  expect(await status()).toMatchObject({ code: 6, using: 'systemd', state: 'missing', nextRun: null })

  expect(await caSync('schedule', 'install', '--using', 'cron')).toMatchObject({ code: 0 })
  expect(await status()).toMatchObject({ using: 'cron', state: 'installed' })
  expect(await caSync('schedule', 'install')).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('The cron job of before is uninstalled'),
    stdout: expect.stringContaining(unit('ca-sync.timer')),
  })
  expect((await stat(unit('ca-sync.service'))).mode & 0o777).toBe(0o644)
  const { timer, installed } = await until(async () => {
    const [before, now, after] = [await listed(), await status(), await listed()]
    return before?.next === after?.next && { timer: before, installed: now } // it may elapse at any moment
  })
  expect(installed).toMatchObject({ code: 0, state: 'installed', active: true, notes: [] })
  expect(timer).toMatchObject({ unit: 'ca-sync.timer', activates: 'ca-sync.service' })
  expect(Date.parse(installed.nextRun) * 1000).toBe(timer.next)

  const elsewhere = { env: { ...keyless(stage), PATH: `/venv/bin:${stage.env['PATH']}` } }
  expect(await machine.run('ca-sync', ['schedule', 'status'], elsewhere)).toMatchObject({ code: 0 })

  const once = await snapshot(home)
  expect(await caSync('schedule', 'install')).toMatchObject({ code: 0 })
  expect(await snapshot(home)).toEqual(once)

  await appendFile(unit('ca-sync.timer'), '# mine\n')
  expect(await status()).toMatchObject({ code: 6, state: 'differs' })
  expect(await caSync('schedule', 'install')).toMatchObject({ code: 0 })
  await systemctl('stop', 'ca-sync.timer')
  expect(await status()).toMatchObject({ code: 6, state: 'installed', active: false, nextRun: null })
  expect(await caSync('schedule', 'install')).toMatchObject({ code: 0 })
  expect(await status()).toMatchObject({ code: 0, state: 'installed', active: true })

  expect(await caSync('schedule', 'uninstall')).toMatchObject({
    code: 0,
    stdout: 'Uninstalled: the systemd user timer.\n',
  })
  expect(await systemctl('list-timers', '--all', '--output=json')).toBe('[]')
  expect(await systemctl('list-unit-files', 'ca-sync*', '--no-legend')).toBe('')
  expect(await files(home)).toEqual(Object.keys(before))
  expect(await files(join(stage.box.home, '.local/share/systemd'))).toEqual([])
  expect(await caSync('schedule', 'uninstall')).toMatchObject({ code: 0, stdout: 'Nothing to uninstall.\n' })
})

test('a login renews at once, a missed run is made up for, and a failure does not turn the unit red', async () => {
  await mkdir(join(stage.box.home, '.aws/sso/cache'), { recursive: true })
  expect(await caSync('--profile', 'alice')).toMatchObject({ code: 0 })
  expect(await caSync('schedule', 'install')).toMatchObject({ code: 0, stderr: '' })
  expect(await status()).toMatchObject({ code: 0, state: 'installed' })

  await age(stage, 7)
  await writeFile(join(stage.box.home, '.aws/sso/cache/token.json'), '{}')
  await until(async () => minted() >= 2 && (await idle()))
  expect(await systemctl('show', '--property=Result', '--value', 'ca-sync.service')).toBe('success')
  expect(await caSync('status')).toMatchObject({ code: 0 })
  const tokens = stage.emulator.issuedTokens()
  expect((await stage.box.items()).map(({ secret }) => secret)).toContain(tokens.at(-1))

  // A change while the service runs starts it once more.
  await systemctl('stop', 'ca-sync.path', 'ca-sync.timer')
  await until(idle)
  await age(stage, 7)
  const hourAgo = new Date(Date.now() - 3_600_000)
  await utimes(join(stage.box.home, '.local/share/systemd/timers/stamp-ca-sync.timer'), hourAgo, hourAgo)
  await systemctl('start', 'ca-sync.timer')
  await until(async () => minted() >= 3 && (await idle()))

  await systemctl('start', 'ca-sync.path')
  await rm(join(stage.box.home, '.aws/credentials'))
  await age(stage, 7)
  await writeFile(join(stage.box.home, '.aws/sso/cache/token.json'), '{"another":1}')
  await until(
    async () =>
      (await idle()) && (await systemctl('show', '--property=ExecMainStatus', '--value', 'ca-sync.service')) === '4',
  )
  expect(await systemctl('is-failed', 'ca-sync.service')).toBe('inactive')
  expect((await status()).lastRuns).toMatchObject([
    { project: stage.project, error: { code: expect.stringMatching(/^AWS_/) } },
  ])
})

test('`aws login` renews at once, too; its refreshes start Node once an hour at most', async () => {
  const cache = join(stage.box.home, 'logins')
  await mkdir(cache)
  const at = { env: { ...keyless(stage), AWS_LOGIN_CACHE_DIRECTORY: cache }, cwd: stage.project }
  expect(await machine.run('ca-sync', ['--profile', 'alice'], at)).toMatchObject({ code: 0 })
  expect(await machine.run('ca-sync', ['schedule', 'install'], at)).toMatchObject({ code: 0 })
  expect(await readFile(unit('ca-sync-login.service'), 'utf8')).toContain(`AWS_LOGIN_CACHE_DIRECTORY=${cache}`)
  const isDone = async () => (await systemctl('is-active', 'ca-sync-login.service')) === 'inactive' && (await idle())
  await systemctl('stop', 'ca-sync.timer') // which would renew, too, at its minute
  const before = minted()
  for (const round of [1, 2, 3]) {
    await age(stage, 7)
    await writeFile(join(cache, 'token.json'), JSON.stringify({ round }))
    await until(async () => minted() > before && (await isDone()))
  }
  expect(minted()).toBe(before + 1)
  expect(await caSync('schedule', 'uninstall')).toMatchObject({ code: 0 })
  expect(await systemctl('list-unit-files', 'ca-sync*', '--no-legend')).toBe('')
})

const idle = async () => (await systemctl('is-active', 'ca-sync.service')) === 'inactive'

/** Everything below a folder that is no empty folder. */
async function files(folder: string): Promise<string[]> {
  const all = Object.keys(await snapshot(folder))
  const kept = await Promise.all(all.map(async (path) => ((await readFile(path).catch(() => undefined)) ? [path] : [])))
  return kept.flat()
}
