import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { dueAt } from '../../core/memory/absence.ts'
import type { State } from '../../core/memory/state.ts'
import { place } from '../../core/ports/full-path.ts'
import type { Host } from '../../core/ports/host.ts'
import { type JobNote, nextRun, readJobNote } from '../../core/ports/schedule.ts'
import { recentMs, shells, startsHook } from '../../core/ports/shell.ts'
import { type Complaint, inFull } from '../../core/words/errors.ts'
import { orElse } from '../../core/words/or-else.ts'
import { configHome, inHome, markOf } from '../../files/places.ts'
import { isAlive } from '../../files/process.ts'
import { readRegular } from '../../files/regular.ts'
import { holderOf } from '../../state/holder.ts'
import type { Renewing } from '../report.ts'

/**
 * What renews tokens here, by the files that it leaves; only a crontab has to be asked for. Warnings are of what would renew them, but is stopped.
 * @param folders - of the projects that are looked at
 * @param whyStopped - why no cron daemon starts a job; undefined where one does
 */
export async function renewalOf(host: Host, state: State, folders: readonly string[], whyStopped = askForCron) {
  const synced = folders.filter((folder) => Object.hasOwn(state.projects, folder))
  const due = Math.max(host.now(), Math.min(...synced.map((folder) => dueAt(state, folder, host.now() / 1000))) * 1000)
  const { kind, minute, second, stopped } = await job(host, whyStopped)
  const [watch, hook] = [watching(host), isAtPrompt(host) ? (['hook'] as const) : []]
  // A job looks at its minutes only; a watch is there when it is due, and so may be a prompt.
  const isJobAlone = kind !== undefined && watch.length + hook.length === 0
  const next = isJobAlone && minute !== undefined ? nextRun(minute, due - 1, second) : due
  const renewal: Renewing = {
    by: [...watch, ...(kind === undefined ? [] : [kind]), ...hook],
    nextAt: synced.length > 0 ? new Date(next).toISOString() : null,
    ...(stopped !== undefined && { stopped: ['cron'] }),
  }
  return { renewal, warnings: stopped ? [inFull(stopped)] : [] }
}

function watching(host: Host): Renewing['by'] {
  const holder = orElse(() => holderOf(markOf('watch', host)), undefined)
  return holder !== undefined && orElse(() => isAlive(holder, holder.touchedMs), false) ? ['watch'] : []
}

/** What `schedule install` noted, while what it wrote is there. */
async function job(host: Host, whyStopped: typeof askForCron): Promise<Partial<JobNote> & { stopped?: Complaint }> {
  const note = readJobNote(textOf(markOf('job', host)))
  if (note.file !== '') return existsSync(note.file) ? note : {}
  const isHeld = note.kind === 'cron' ? await isInCrontab(host) : undefined
  const stopped = isHeld ? await whyStopped(host) : undefined
  if (stopped !== undefined) return { stopped }
  return isHeld === false ? {} : note
}

const askForCron = async (host: Host): Promise<Complaint | undefined> =>
  (await import('../../schedule/cron-daemon.ts')).stoppedCron(host)

async function isInCrontab(host: Host): Promise<boolean | undefined> {
  const { runner } = await import('../../schedule/run.ts')
  const { holdsJob } = await import('../../schedule/cron-scheduler.ts')
  return holdsJob(runner(host, 1_000))
}

/** By the trace that a hook leaves in each new shell, or by the usual start-up files: one that was just installed has left none yet. */
function isAtPrompt(host: Host): boolean {
  const traces = shells.map((shell) => statSync(markOf(`hook-${shell}`, host), { throwIfNoEntry: false }))
  const profiles = ['PowerShell', 'WindowsPowerShell'].map((name) =>
    inHome(host, 'Documents', name, 'Microsoft.PowerShell_profile.ps1'),
  )
  const files = [
    inHome(host, '.bashrc'),
    join(place(host.env, 'ZDOTDIR', host.platform) ?? inHome(host), '.zshrc'),
    join(configHome(host), 'fish', 'conf.d', 'ca-sync.fish'),
    ...(host.platform === 'win32' ? profiles : []),
  ]
  const isRecent = (ranAt = 0) => host.now() - ranAt < recentMs
  return traces.some((trace) => isRecent(trace?.mtimeMs)) || files.some((file) => startsHook.test(textOf(file)))
}

const textOf = (file: string): string => orElse(() => readRegular(file).toString('latin1'), '')
