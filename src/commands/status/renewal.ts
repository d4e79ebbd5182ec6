import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { dueAt } from '../../core/memory/absence.ts'
import type { State } from '../../core/memory/state.ts'
import { place } from '../../core/ports/full-path.ts'
import type { Host } from '../../core/ports/host.ts'
import { readJobNote } from '../../core/ports/schedule.ts'
import { recentMs, shells, startsHook } from '../../core/ports/shell.ts'
import { orElse } from '../../core/words/errors.ts'
import { configHome, inHome, markOf } from '../../files/places.ts'
import { isAlive } from '../../files/process.ts'
import { readRegular } from '../../files/regular.ts'
import { holderOf } from '../../state/holder.ts'
import type { Renewing } from '../report.ts'

/** What renews tokens here, by the files that it leaves: no program is started. @param folders - of the projects that are looked at */
export function renewalOf(host: Host, state: State, folders: readonly string[]): Renewing {
  const synced = folders.filter((folder) => Object.hasOwn(state.projects, folder))
  const next = Math.min(...synced.map((folder) => dueAt(state, folder, host.now() / 1000))) * 1000
  return {
    by: [...watching(host), ...job(host), ...(isAtPrompt(host) ? (['hook'] as const) : [])],
    nextAt: Number.isFinite(next) ? new Date(Math.max(next, host.now())).toISOString() : null,
  }
}

function watching(host: Host): Renewing['by'] {
  const holder = orElse(() => holderOf(markOf('watch', host)), undefined)
  return holder !== undefined && orElse(() => isAlive(holder, holder.touchedMs), false) ? ['watch'] : []
}

/** What `schedule install` noted, while what it wrote is there; of a crontab there is no file to be seen. */
function job(host: Host): Renewing['by'] {
  const { kind, file } = readJobNote(textOf(markOf('job', host)))
  return kind === undefined || (file !== '' && !existsSync(file)) ? [] : [kind]
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
