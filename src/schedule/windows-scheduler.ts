import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { asInstalled, type Installed, type Job, type Scheduler } from '../core/ports/schedule.ts'
import { must, type Run } from './run.ts'
import { decodeTask, encodeTask, nobodySid, sidIn, taskFile, windowsFile, windowsRuns } from './windows.ts'

interface WindowsOptions {
  readonly run: Run
  /** The state folder: Task Scheduler's own copy of a task is rewritten by it, so ours is what can be compared. */
  readonly folder: string
}

/** A task of Windows' Task Scheduler. Its answers are in the user's language: only exit codes are looked at. */
export function windowsScheduler({ run, folder }: WindowsOptions): Scheduler {
  const file = join(folder, taskFile)
  const schtasks = (...args: string[]) => must(run, 'schtasks', args)
  const sid = async () => sidIn((await run('whoami', ['/user', '/fo', 'csv', '/nh'])).stdout.toString('latin1'))
  // Tasks of all users share one set of names.
  const task = async () => `\\ca-sync-${(await sid()) ?? nobodySid}`
  const exists = async () => (await run('schtasks', ['/Query', '/TN', await task()])).code === 0
  const text = async (job: Job) => windowsFile(job, (await sid()) ?? nobodySid).text
  const written = () => readFile(file).then(decodeTask, () => undefined)

  async function inspect(job: Job): Promise<Installed> {
    const [active, found] = [await exists(), await written()]
    if (!active && found === undefined) return { state: 'missing', active, notes: [], runs: undefined }
    const notes = active ? [] : ['Task Scheduler does not know the task.']
    const runs = windowsRuns(found ?? '')
    const state = found === (await text(asInstalled(job, runs))) ? 'installed' : 'differs'
    return { state, active, notes, runs }
  }

  async function install(job: Job): Promise<string[]> {
    await mkdir(folder, { recursive: true })
    await writeFile(file, encodeTask(await text(job)), { mode: 0o600 })
    await schtasks('/Create', '/TN', await task(), '/XML', file, '/F')
    return [file]
  }

  async function uninstall(): Promise<boolean> {
    const there = await exists()
    if (there) await schtasks('/Delete', '/TN', await task(), '/F')
    await rm(file, { force: true })
    return there
  }

  async function render(job: Job) {
    const own = await sid()
    const unknown = `Put your own SID (whoami /user) in the place of ${nobodySid}.`
    return {
      files: [windowsFile(job, own ?? nobodySid)],
      warnings: [...(own === undefined ? [unknown] : []), ...unrecorded(job)],
    }
  }

  return {
    kind: 'windows',
    title: 'scheduled task',
    hint: 'Task Scheduler is a part of Windows; --print shows its file on any system.',
    available: async () => (await sid()) !== undefined,
    render,
    inspect,
    install,
    uninstall,
  }
}

/** A task cannot hold variables; it gets those that are set for the user. */
function unrecorded({ env }: Job): string[] {
  const names = Object.keys(env).filter((name) => name !== 'PATH' && name !== 'HOME')
  if (names.length === 0) return []
  return [`A task sees the variables of your user only. Set these for good (setx NAME VALUE): ${names.join(', ')}.`]
}
