import { readFileSync } from 'node:fs'

/** A process of this machine. `started` tells it from a later one with the same pid (Linux: /proc/PID/stat, field 22). */
export interface ProcessMark {
  readonly pid: number
  readonly started: string
}

/** The start time of a process in clock ticks; empty where there is no /proc. */
export function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

export function isAlive({ pid, started }: ProcessMark): boolean {
  if (!(pid > 0)) return false // an empty file, as a power failure may leave it
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  return startOf(pid) === started
}

export const ownMark = (): ProcessMark => ({ pid: process.pid, started: startOf(process.pid) })
