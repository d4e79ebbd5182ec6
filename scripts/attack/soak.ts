// soak.ts LIFE DAYS SEED: one life in fast time: the job at its minutes, on a clock that is passed in, against the emulator on the true one. Prints what it saw.
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { sync } from '../../src/commands/sync/sync.ts'
import { nothingToDo, plainState } from '../../src/state/quick.ts'
import { type Emulator, startEmulator } from '../emulator/emulator.ts'
import { pluginTable } from '../example-project.ts'
import { randomFrom } from '../random.ts'
import { jobsWith, memoryPoetry, memoryVault, silentHost } from '../testbed/memory-parts.ts'
import { day, livesOf, type Moment } from './lives.ts'

const [, , title = '', days = '', seed = ''] = process.argv
const random = randomFrom(seed)
const life = livesOf(random).find((one) => one.title === title)
if (life === undefined) throw new Error(`there is no life called ${title}`)
const minutes = Number(days) * day

const everyMinutes = 30 // the job's own pace
const begin = Date.UTC(2030, 0, 7)
let minute = 0
const trueNow = (): number => begin + minute * 60_000
const moment = (): Moment => life.at(minute)
Date.now = () => trueNow() + moment().ahead * 60_000 // the SDK signs with it, too

/** Keys that AWS takes for ten hours from nine on a day. */
const keysOf = (date: number) => ({
  accessKeyId: `AKIADAY${date}`,
  secretAccessKey: `secret of day ${date}`,
  sessionToken: `session of day ${date}`,
  expiresAt: new Date(begin + (date * day + 19 * 60) * 60_000).toISOString(),
})
const isOffice = title.startsWith('an office')
const users = isOffice ? Array.from({ length: 31 }, (_, date) => keysOf(date)) : undefined

/** What the user does at a login. */
async function logIn(home: string, date: number): Promise<void> {
  const { accessKeyId, secretAccessKey, sessionToken } = keysOf(date)
  const lines = ['[default]', `aws_access_key_id=${accessKeyId}`, `aws_secret_access_key=${secretAccessKey}`]
  await writeFile(join(home, '.aws/credentials'), [...lines, `aws_session_token=${sessionToken}`, ''].join('\n'))
}

const operations = ['GetAuthorizationToken', 'GetRepositoryEndpoint', 'GetCallerIdentity']

function reach(emulator: Emulator, reachable: boolean): void {
  emulator.faults.clear()
  if (!reachable) for (const operation of operations) emulator.faults.set(operation, { kind: 'reset' })
}

/** A run needs to be able to renew for so long before the token has to live. */
const graceMinutes = everyMinutes + 1
const canRenew = ({ awake, reachable, login }: Moment): boolean => awake && reachable && login !== undefined
const isExpected = (): boolean =>
  Array.from({ length: graceMinutes }, (_, ago) => life.at(Math.max(0, minute - ago))).every(
    (one) => canRenew(one) && one.ahead === moment().ahead,
  )

async function live(home: string): Promise<object> {
  const emulator = await startEmulator({ ...(users && { users }), now: () => new Date(trueNow()) })
  const entries = new Map<string, string>()
  const env = { ...emulator.env, HOME: home, CA_SYNC_STATE_DIR: join(home, 'state'), AWS_MAX_ATTEMPTS: '2' }
  Object.assign(process.env, env, { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' })
  if (isOffice) for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) delete process.env[name]
  const host = silentHost(home, { random, stderr: () => undefined })
  const parts = { ...memoryPoetry(entries), vault: memoryVault() }
  const unset = {
    duration: undefined,
    profile: undefined,
    project: undefined,
    refreshBefore: undefined,
    roleArn: undefined,
  }
  const given = { ...unset, share: undefined, source: undefined, store: undefined }
  const args = {
    ...given,
    local: false,
    noLocal: false,
    force: false,
    dryRun: false,
    json: false,
    quiet: true,
    verbose: false,
  }
  const run = async (all: boolean): Promise<void> => {
    const words = ['--all', '--unattended', '--quiet']
    if (all && nothingToDo(words, '/', host.now(), host, plainState(words, host)) !== undefined) return
    const machine = jobsWith(host, parts)()
    // What fails is tried again by the next run; that there is one is what counts here.
    await sync(machine, { ...args, all, unattended: all }, jobsWith(host, parts)).catch(() => undefined)
    machine.close()
  }
  const [service = ''] = [new URL(emulator.repositoryUrl('my-domain', 'dev')).host]
  const gaps: string[] = []
  let expected = 0
  let known = false
  for (let before: Moment | undefined; minute < minutes; minute += 1) {
    const now = moment()
    if (now.login !== undefined && now.login !== before?.login && isOffice) await logIn(home, now.login)
    if (now.reachable !== before?.reachable) reach(emulator, now.reachable)
    before = now
    // The first run is by hand; a job that was missed asleep is made up for when the computer is on again.
    if (now.awake && minute % everyMinutes === 0) await run(known)
    known ||= entries.size > 0
    if (!known || !isExpected()) continue
    expected += 1
    if (!emulator.isLive(entries.get(service) ?? ''))
      gaps.push(`day ${Math.floor(minute / day)}, minute ${minute % day}`)
  }
  await emulator.close()
  return { looks: expected, gaps: gaps.length, first: gaps.slice(0, 3), tokens: emulator.issuedTokens().length }
}

const home = await realpath(await mkdtemp(join(tmpdir(), 'ca-sync-soak-')))
for (const folder of ['my-app', '.aws']) await mkdir(join(home, folder))
await writeFile(join(home, 'my-app/pyproject.toml'), pluginTable({ name: 'dev' }))
process.stdout.write(`${JSON.stringify(await live(home))}\n`)
await rm(home, { recursive: true })
process.exit()
