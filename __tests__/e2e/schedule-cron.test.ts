import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { until } from '../helpers/until.ts'
import { type Machine, openMachine } from '../schedule/machine.ts'
import { age } from './aging.ts'
import { keyless, user, writeProfiles } from './people.ts'
import { count, openStage, type Stage } from './stage.ts'

jest.setTimeout(400_000)

const alice = user('alice')

let stage: Stage
let machine: Machine
beforeEach(async () => {
  stage = await openStage({ emulator: { users: [alice] } })
  await writeProfiles(stage, { alice })
  machine = await openMachine('cron', stage.box)
})
afterEach(async () => {
  await machine?.close()
  await stage.close()
})

const caSync = (...words: string[]) => machine.run('ca-sync', words, { env: keyless(stage), cwd: stage.project })
const crontab = (text: string) => machine.run('crontab', ['-'], { input: text })
const shown = () => machine.run('crontab', ['-l'])
const status = async () => {
  const { code, stdout } = await caSync('schedule', 'status', '--json')
  return { code, ...JSON.parse(stdout).schedule }
}

test('where no systemd answers, a real cron daemon renews a token, with its bare environment', async () => {
  expect(await caSync('--profile', 'alice')).toMatchObject({ code: 0 })
  expect(await caSync('schedule', 'install')).toMatchObject({ code: 0, stdout: expect.stringContaining('a cron job') })
  expect(await status()).toMatchObject({ code: 0, using: 'cron', state: 'installed', active: true })
  await age(stage, 7)

  const { stdout } = await shown()
  expect(stdout).not.toContain(alice.secretAccessKey)
  await crontab(stdout.replace(/^\d+,\d+ /m, '* '))
  // Up to a minute until cron starts the job, and up to another until its own second.
  await until(() => count(stage.emulator, 'GetAuthorizationToken') === 2, { limitMs: 300_000 })
  const ready = async () => (await caSync('status')).code === 0
  await until(ready)
  const last = stage.emulator.issuedTokens().at(-1)
  expect((await stage.box.items()).map(({ secret }) => secret)).toContain(last)
  expect(await status()).toMatchObject({ code: 6, state: 'differs' })
})

test('logout --all leaves the job, and says so', async () => {
  expect(await caSync('schedule', 'install', '--using', 'cron')).toMatchObject({ code: 0 })
  expect(await caSync('logout', '--all')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/\nWhat renews tokens stays installed\. .* ca-sync schedule uninstall\n$/),
  })
})

test.each([
  ['nothing', undefined],
  ['lines of the user', 'MAILTO=me\n# mine \xe9\n1 2 * * * true \\%\n\n'],
])('a crontab with %s is as it was after install, install and uninstall', async (_, before) => {
  if (before !== undefined) expect(await crontab(before)).toMatchObject({ code: 0 })
  const old = await shown()

  expect(await caSync('schedule', 'install', '--using', 'cron')).toMatchObject({ code: 0 })
  const once = await shown()
  expect(once.stdout.startsWith(old.stdout)).toBe(true)
  expect(once.stdout.slice(old.stdout.length)).toMatch(
    /^# >>> ca-sync schedule >>>.*\n\d+,\d+ \* .* --all --unattended --quiet\n# <<< .*\n$/,
  )
  expect(await caSync('schedule', 'install')).toMatchObject({ code: 0 })
  expect(await shown()).toEqual(once)

  expect(await caSync('schedule', 'uninstall')).toMatchObject({ code: 0, stdout: 'Uninstalled: the cron job.\n' })
  expect(await shown()).toEqual(old)
  expect(await caSync('schedule', 'uninstall')).toMatchObject({ code: 0, stdout: 'Nothing to uninstall.\n' })
  expect(await shown()).toEqual(old)
})
