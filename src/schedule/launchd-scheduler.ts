import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { asInstalled, type Installed, type Job, type Scheduler } from '../core/ports/schedule.ts'
import { CaSyncError } from '../core/words/errors.ts'
import { makeFolder, writeFile } from '../files/atomic.ts'
import { readText } from '../files/read.ts'
import { label, launchdFile, launchdRuns, logFolder, plistName } from './launchd.ts'
import { failure, type Run } from './run.ts'

interface LaunchdOptions {
  readonly run: Run
  readonly home: string
  readonly uid: number
  /** Milliseconds. */
  readonly sleep: (ms: number) => Promise<unknown>
}

/** How long launchd may take to let go of a job, and the waits between tries to load one, in milliseconds. */
const bootoutPolls = 50
const pollMs = 100
const retryMs = [500, 1_000, 2_000]

/** launchctl's answer over ssh, where nobody is logged in at the screen: "Domain does not support specified action". */
const noDomain = 125

/** A LaunchAgent of the user. */
export function launchdScheduler({ run, home, uid, sleep }: LaunchdOptions): Scheduler {
  const domain = `gui/${uid}`
  const service = `${domain}/${label}`
  const file = join(home, 'Library', 'LaunchAgents', plistName)
  const launchctl = (...args: string[]) => run('launchctl', args)
  const isLoaded = async () => (await launchctl('print', service)).code === 0

  /** Loading too soon after unloading fails, so this waits until launchd has forgotten the job. */
  async function unload(): Promise<void> {
    await launchctl('bootout', service)
    for (let poll = 0; poll < bootoutPolls && (await isLoaded()); poll += 1) await sleep(pollMs)
  }

  /** `Bootstrap failed: 5: Input/output error` is what launchd says while it is still unloading. */
  async function load(): Promise<void> {
    const args = ['bootstrap', domain, file]
    for (const wait of [...retryMs, undefined]) {
      const ran = await launchctl(...args)
      if (ran.code === 0) return
      if (ran.code === noDomain) throw notAtScreen(domain)
      if (wait === undefined) throw failure('launchctl', args, ran)
      await sleep(wait)
    }
  }

  async function inspect(job: Job): Promise<Installed> {
    const text = await readText(file)
    const active = await isLoaded()
    if (text === undefined && !active) return { state: 'missing', active, notes: [], runs: undefined }
    const notes = active ? [] : ['launchd has not loaded the job.']
    const runs = launchdRuns(text ?? '')
    const state = text === launchdFile(asInstalled(job, runs)).text ? 'installed' : 'differs'
    return { state, active, notes, runs }
  }

  async function install(job: Job): Promise<string[]> {
    const { text } = launchdFile(job)
    if ((await readText(file)) === text && (await isLoaded())) return [file]
    makeFolder(logFolder(home))
    await writeFile(file, text, { mode: 0o644 })
    await unload()
    await launchctl('enable', service) // a job that was disabled by hand cannot be loaded
    await load()
    return [file]
  }

  async function uninstall(): Promise<boolean> {
    const there = (await readText(file)) !== undefined || (await isLoaded())
    if (there) await unload()
    await rm(file, { force: true })
    await rm(logFolder(home), { recursive: true, force: true })
    return there
  }

  return {
    kind: 'launchd',
    title: 'LaunchAgent',
    hint: 'launchd is a part of macOS; --print shows its file on any system.',
    available: async () => (await launchctl('version')).code === 0,
    render: async (job) => ({ files: [launchdFile(job)], warnings: [] }),
    inspect,
    install,
    uninstall,
  }
}

const notAtScreen = (domain: string): CaSyncError =>
  new CaSyncError(
    'SCHEDULER_FAILED',
    `launchd has no session ${domain}: nobody is logged in at the screen of this Mac.`,
    { hint: 'Log in there (ssh alone is not enough), then type: ca-sync schedule install' },
  )
