import { fstatSync, readFileSync, statSync } from 'node:fs'
import { orElse } from '../core/words/or-else.ts'

/** A process of this machine. `started` tells it from a later one with the same pid (Linux: /proc/PID/stat, field 22). */
export interface ProcessMark {
  readonly pid: number
  readonly started: string
}

/** What /proc/PID/stat has from its third field on, behind a name that may have blanks; nothing where there is no /proc. */
function procFields(pid: number | 'self'): readonly string[] {
  const stat = orElse(() => readFileSync(`/proc/${pid}/stat`, 'utf8'), undefined)
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? []
}

/** The start time of a process in clock ticks; empty where there is no /proc. */
export const startOf = (pid: number): string => procFields(pid)[19] ?? ''

/** Linux tells (proc(5): `pgrp` and `tpgid`), also where all three streams are redirected; elsewhere nobody knows. */
export function isInForeground(): boolean | undefined {
  const [, , group, , , foreground] = procFields('self')
  return group === undefined ? undefined : group === foreground
}

/** Only a device may be a terminal, and /dev/null is none. @throws the system's error */
export function mayBeTerminal(fd: number): boolean {
  const found = fstatSync(fd)
  return found.isCharacterDevice() && found.rdev !== statSync('/dev/null', { throwIfNoEntry: false })?.rdev
}

/** Milliseconds in which whoever lives touches what it holds, where no start times are to be had. */
const silenceMs = 60_000

/** Whether a process that has a mark's pid is the mark's. @param idleMs - since what it holds was touched */
export const isSame = (before: string, now: string, idleMs: number): boolean =>
  before === now && (now !== '' || Math.abs(idleMs) < silenceMs)

/** @param touchedMs - epoch milliseconds: when the file that has the mark was last written */
export function isAlive({ pid, started }: ProcessMark, touchedMs: number): boolean {
  if (!(pid > 0)) return false // an empty file, as a power failure may leave it
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  return isSame(started, startOf(pid), Date.now() - touchedMs)
}

export const ownMark = (): ProcessMark => ({ pid: process.pid, started: startOf(process.pid) })

/** Ends a process group, if there is still one. @param leader - the pid of its first process */
export const endGroup = (leader: number): void => void orElse(() => process.kill(-leader, 'SIGKILL'), undefined)

/** Has something done when this program ends by itself or by Ctrl-C; gives what takes that back. */
export function atEnd(act: () => void): () => void {
  process.once('exit', act)
  return () => void process.removeListener('exit', act)
}
