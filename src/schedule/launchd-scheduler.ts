import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { asInstalled, notInstalled, type ScheduleFile, type Scheduler } from '../core/ports/schedule.ts'
import { CaSyncError } from '../core/words/errors.ts'
import { makeFolder, writeFile } from '../files/atomic.ts'
import { readText } from '../files/read.ts'
import { labels, launchdFiles, launchdRuns, logFolder, plistOf } from './launchd.ts'
import { type Run, runFailure } from './run.ts'

interface LaunchdOptions {
  readonly run: Run
  readonly home: string
  readonly uid: number
  /** Milliseconds. */
  readonly sleep: (ms: number) => Promise<unknown>
}

/** How long launchd may take to let go of a job, and the waits between tries to load one, in milliseconds. */
const bootoutPolls = 50
const launchdPollMs = 100
const retryMs = [500, 1_000, 2_000, 3_000, 4_000]

/** launchctl's answer over ssh, where nobody is logged in at the screen: "Domain does not support specified action". */
const noDomain = 125

/** What launchd and its folder know of our agents. */
function openAgents({ run, home, uid, sleep }: LaunchdOptions) {
  const domain = `gui/${uid}`
  const fileOf = (name: string) => join(home, 'Library', 'LaunchAgents', name)
  const launchctl = (...args: string[]) => run('launchctl', args)
  const isLoaded = async (label: string) => (await launchctl('print', `${domain}/${label}`)).code === 0

  /** Loading too soon after unloading fails, so this waits until launchd has forgotten the job. */
  async function unload(label: string): Promise<void> {
    await launchctl('bootout', `${domain}/${label}`)
    for (let poll = 0; poll < bootoutPolls && (await isLoaded(label)); poll += 1) await sleep(launchdPollMs)
  }

  /** `Bootstrap failed: 5: Input/output error` is what launchd says while it is still unloading. */
  async function load(label: string): Promise<void> {
    const args = ['bootstrap', domain, fileOf(plistOf(label))]
    for (const wait of [...retryMs, undefined]) {
      const ran = await launchctl(...args)
      if (ran.code === 0) return
      if (ran.code === noDomain) throw notAtScreen(domain)
      if (wait === undefined) throw runFailure('launchctl', args, ran)
      await sleep(wait)
    }
  }

  const look = (wanted: readonly ScheduleFile[]) =>
    Promise.all(
      labels.map(async (label) => {
        const text = await readText(fileOf(plistOf(label)))
        const wants = wanted.find(({ name }) => name === plistOf(label))?.text
        return { label, text, wants, active: await isLoaded(label) }
      }),
    )

  async function start(label: string, text: string): Promise<void> {
    makeFolder(logFolder(home))
    await writeFile(fileOf(plistOf(label)), text, { mode: 0o644 })
    await launchctl('enable', `${domain}/${label}`) // a job that was disabled by hand cannot be loaded
    await load(label)
  }

  async function stop({ label, text, active }: { label: string; text: string | undefined; active: boolean }) {
    if (text !== undefined || active) await unload(label)
    await rm(fileOf(plistOf(label)), { force: true })
  }

  return { launchctl, fileOf, look, start, stop }
}

export function launchdScheduler(options: LaunchdOptions): Scheduler {
  const { launchctl, fileOf, look, start, stop } = openAgents(options)
  return {
    kind: 'launchd',
    title: 'LaunchAgent',
    hint: 'launchd is a part of macOS; --print shows its file on any system.',
    available: async () => (await launchctl('version')).code === 0,
    render: async (job) => ({ files: launchdFiles(job), warnings: [] }),
    async inspect(job) {
      const runs = launchdRuns((await readText(fileOf(plistOf(labels[0])))) ?? '')
      const agents = await look(launchdFiles(asInstalled(job, runs)))
      const there = agents.filter(({ text, active }) => text !== undefined || active)
      const idle = agents.filter(({ wants, active }) => wants !== undefined && !active)
      if (there.length === 0) return notInstalled
      const notes = idle.map(({ label }) => `launchd has not loaded the job ${label}.`)
      const same = agents.every(({ text, wants }) => text === wants)
      return { state: same ? 'installed' : 'differs', active: idle.length === 0, notes, runs }
    },
    async install(job) {
      const agents = await look(launchdFiles(job))
      for (const agent of agents) {
        const { label, text, wants, active } = agent
        if (text === wants && active === (wants !== undefined)) continue
        await stop(agent)
        if (wants !== undefined) await start(label, wants)
      }
      return agents.filter(({ wants }) => wants !== undefined).map(({ label }) => fileOf(plistOf(label)))
    },
    async uninstall() {
      const there = (await look([])).filter(({ text, active }) => text !== undefined || active)
      for (const agent of there) await stop(agent)
      await rm(logFolder(options.home), { recursive: true, force: true })
      return there.length > 0
    },
  }
}

function notAtScreen(domain: string): CaSyncError {
  const what = `launchd has no session ${domain}: nobody is logged in at the screen of this Mac.`
  const hint = 'Log in there (ssh alone is not enough), then type: ca-sync schedule install'
  return new CaSyncError('SCHEDULER_FAILED', what, { hint })
}
