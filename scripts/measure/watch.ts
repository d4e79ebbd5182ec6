// How much memory `watch` holds over 10,000 rotations, on a clock that jumps to the next one, against the emulator in a process of
// its own. Poetry and the vault are kept in memory: each rotation of theirs is a child process that ends.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { watch } from '../../src/commands/watch/watch.ts'
import { startEmulator } from '../emulator/emulator.ts'
import { pluginTable } from '../example-project.ts'
import { jobsWith, memoryPoetry, memoryVault, silentHost } from '../testbed/memory-parts.ts'

const rotations = 10_000
const looks = [1_000, 2_000, 4_000, 6_000, 8_000, rotations]
/** The most that may be added from the first look to the last, in megabytes: Node itself still warms up, and rss shows it. */
const most = { rss: 16, heap: 4 }
/** Longer than half of a token's life, the least that AWS gives. */
const jumpMs = 500_000
const tokenSeconds = 900

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** A clock of two processes: the real one, and how far it has jumped, in a file. */
function openClock(file: string) {
  const real = Date.now
  const now = (): number => real() + Number(readFileSync(file, 'utf8'))
  return { now, jump: () => writeFileSync(file, String(now() - real() + jumpMs)) }
}

async function serve(clockFile: string): Promise<void> {
  const { now } = openClock(clockFile)
  const emulator = await startEmulator({ tokenSeconds, now: () => new Date(now()) })
  process.send?.(emulator.env)
  setInterval(() => emulator.clearCalls(), 100)
  await once(process, 'disconnect')
  process.exit()
}

const megabytes = (bytes: number): number => Math.round((bytes / 1024 / 1024) * 10) / 10

type Memory = Readonly<Record<keyof typeof most, number>>

/** Memory in use, in megabytes, once everything that nobody holds is gone. */
function memory(): Memory {
  collect()
  const { rss, heapUsed } = process.memoryUsage()
  return { rss: megabytes(rss), heap: megabytes(heapUsed) }
}

async function measure(home: string, clock: ReturnType<typeof openClock>): Promise<readonly Memory[]> {
  const stopping = new AbortController()
  const found: Memory[] = []
  let done = 0
  const onEvent = (line: string): void => {
    if (JSON.parse(line).event !== 'renewed') throw new Error(`a rotation failed: ${line}`)
    done += 1
    clock.jump()
    if (looks.includes(done)) {
      const now = memory()
      found.push(now)
      process.stdout.write(`      ${done} rotations: rss ${now.rss} MB, heap ${now.heap} MB\n`)
    }
    if (done === rotations) stopping.abort()
  }
  const host = silentHost(home, { argv: ['watch', '--json'], whenStopped: () => stopping.signal, stdout: onEvent })
  const open = jobsWith(host, { ...memoryPoetry(), vault: memoryVault() })
  await watch(open(), { json: true, quiet: false, verbose: false }, open)
  return found
}

function report(kind: keyof typeof most, growth: number): void {
  const good = growth <= most[kind]
  const what = `watch, from ${looks[0]} to ${rotations} rotations: ${kind} grew by ${growth.toFixed(1)} MB`
  process.stdout.write(`${good ? 'ok  ' : 'MORE'}  ${what} (at most ${most[kind]})\n`)
  if (!good) process.exitCode = 1
}

async function bench(): Promise<void> {
  const home = await realpath(await mkdtemp(join(tmpdir(), 'ca-sync-bench-')))
  const clockFile = join(home, 'clock')
  await writeFile(clockFile, '0')
  await mkdir(join(home, 'my-app'))
  await writeFile(join(home, 'my-app/pyproject.toml'), pluginTable({ name: 'dev' }))
  const emulator = fork(process.argv[1] ?? '', ['emulator', clockFile])
  try {
    const [env] = await once(emulator, 'message')
    Object.assign(process.env, env, { HOME: home, CA_SYNC_STATE_DIR: join(home, 'state') })
    process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true'
    const clock = openClock(clockFile)
    Date.now = clock.now // the SDK signs with it
    const found = await measure(home, clock)
    for (const kind of ['rss', 'heap'] as const) report(kind, (found.at(-1)?.[kind] ?? 0) - (found[0]?.[kind] ?? 0))
  } finally {
    emulator.disconnect()
    await rm(home, { recursive: true })
  }
}

const [, , role, clockFile = ''] = process.argv
await (role === 'emulator' ? serve(clockFile) : bench())
