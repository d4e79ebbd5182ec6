import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { launchdFiles } from '../../src/schedule/launchd.ts'
import { launchdScheduler } from '../../src/schedule/launchd-scheduler.ts'
import { callsOf, fakeTool, runnerWith } from './fake-tool.ts'
import { job } from './jobs.ts'

let dir: string
const waits: number[] = []
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ca-sync-launchd-'))
  waits.length = 0
})
afterEach(() => rm(dir, { recursive: true, force: true }))

/**
 * Stands in for macOS' launchctl, with the faults that only a Mac in a bad moment has: `bootout` lets go of the job `slow` questions
 * later, and `bootstrap` fails `faults` times with `code`.
 */
const fakeLaunchctl = ({ slow = 0, faults = 0, code = 5 } = {}): Promise<void> =>
  fakeTool(
    dir,
    'launchctl',
    `name=\${2##*/}; [ "$1" != bootstrap ] || { name=\${3##*/}; name=\${name%.plist}; }
case $1 in
  version) ;;
  print)
    [ -e "loaded.$name" ] || exit 113
    [ -e "leaving.$name" ] || exit 0
    n=$(cat "leaving.$name"); [ "$n" -gt 0 ] && { echo $((n - 1)) >"leaving.$name"; exit 0; }
    rm "loaded.$name" "leaving.$name"; exit 113 ;;
  bootout) [ -e "loaded.$name" ] || { echo 'Boot-out failed: 3: No such process' >&2; exit 3; }; echo ${slow} >"leaving.$name" ;;
  enable) ;;
  bootstrap)
    n=$(cat faults 2>/dev/null || echo ${faults})
    if [ "$n" -gt 0 ]; then echo $((n - 1)) >faults; echo 'Bootstrap failed: 5: Input/output error' >&2; exit ${code}; fi
    [ ! -e "loaded.$name" ] || { echo 'Bootstrap failed: 5: Input/output error' >&2; exit 5; }
    [ -f "$3" ] && touch "loaded.$name" ;;
esac
`,
  )

const scheduler = () =>
  launchdScheduler({
    run: runnerWith(dir),
    home: dir,
    uid: 501,
    sleep: async (ms) => waits.push(ms),
  })
const mine = () => job({ home: dir, watch: undefined })
const plist = () => join(dir, 'Library/LaunchAgents/local.ca-sync.plist')
const calls = () => callsOf(dir)
const count = async (verb: string) => (await calls()).filter((call) => call.startsWith(`${verb} `)).length

test('install writes the agent and loads it; a second time does nothing; uninstall leaves nothing', async () => {
  await fakeLaunchctl()
  expect(await scheduler().inspect(mine())).toMatchObject({ state: 'missing', active: false })
  expect(await scheduler().install(mine())).toEqual([plist()])
  expect(await readFile(plist(), 'utf8')).toBe(launchdFiles(mine())[0]?.text)
  expect((await stat(plist())).mode & 0o777).toBe(0o644)
  expect((await stat(join(dir, 'Library/Logs/ca-sync'))).isDirectory()).toBe(true)
  expect((await calls()).slice(-2)).toEqual(['enable gui/501/local.ca-sync', `bootstrap gui/501 ${plist()}`])
  expect(await scheduler().inspect(mine())).toMatchObject({ state: 'installed', active: true })

  await scheduler().install(mine())
  expect(await count('bootstrap')).toBe(1)
  expect(await scheduler().inspect({ ...mine(), minute: 8 })).toMatchObject({ state: 'differs', active: true })

  expect(await scheduler().uninstall()).toBe(true)
  expect(await scheduler().inspect(mine())).toMatchObject({ state: 'missing', active: false })
  expect(await scheduler().uninstall()).toBe(false)
})

test('the agent for `aws login` comes and goes with its cache', async () => {
  await fakeLaunchctl()
  const agents = join(dir, 'Library/LaunchAgents')
  const logins = { ...mine(), loginCache: join(dir, '.aws/login/cache') }
  await scheduler().install(mine())
  expect(await scheduler().inspect(logins)).toMatchObject({ state: 'differs', active: false })
  expect(await scheduler().install(logins)).toEqual([plist(), join(agents, 'local.ca-sync.login.plist')])
  expect(await scheduler().inspect(logins)).toMatchObject({ state: 'installed', active: true })
  await scheduler().install(mine())
  expect(await readdir(agents)).toEqual(['local.ca-sync.plist'])
  await scheduler().install(logins)
  expect(await scheduler().uninstall()).toBe(true)
  expect(await readdir(agents)).toEqual([])
})

test('a change waits until launchd has let go of the old job, and tries again through the race', async () => {
  await fakeLaunchctl({ slow: 3, faults: 2 })
  await scheduler().install(mine())
  expect(waits).toEqual([500, 1_000])
  await scheduler().install({ ...mine(), minute: 8 })
  expect(waits.slice(2)).toEqual([100, 100, 100])
  expect(await scheduler().inspect({ ...mine(), minute: 8 })).toMatchObject({ state: 'installed', active: true })
})

test.each([
  ['that goes on failing', { faults: 9 }, 6, 'Bootstrap failed: 5'],
  ['without a session at the screen', { faults: 9, code: 125 }, 1, 'nobody is logged in at the screen'],
])('a launchd %s is an error', async (_, faults, tries, message) => {
  await fakeLaunchctl(faults)
  await expect(scheduler().install(mine())).rejects.toMatchObject({
    code: 'SCHEDULER_FAILED',
    message: expect.stringContaining(message),
  })
  expect(await count('bootstrap')).toBe(tries)
})

test('there is no launchd here', async () => {
  expect(await scheduler().available()).toBe(false)
})
