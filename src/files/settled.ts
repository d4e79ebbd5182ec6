import { closeSync, fstatSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ErrorCode } from '../core/words/errors.ts'
import { decoded } from './read.ts'
import { openRegular, readWhole } from './regular.ts'
import { codeOf, unreadable } from './system-errors.ts'

/** Milliseconds: who empties a file to write it has filled it by then. */
const settleMs = 2_000
const settlePollMs = 20

/** What a file held, and when it was last written (epoch milliseconds). */
export interface Look {
  readonly bytes: Buffer
  readonly mtimeMs: number
}

/** @returns undefined when there is no such file @throws Unfit, or the system's error */
export function lookAt(path: string): Look | undefined {
  try {
    const fd = openRegular(path)
    try {
      return { mtimeMs: fstatSync(fd).mtimeMs, bytes: readWhole(fd) }
    } finally {
      closeSync(fd)
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/**
 * Makes something of what a file holds. Others write it by emptying and filling it, and may be at that: what is empty, or
 * nothing can be made of, is looked at again until it is as old as that never takes.
 * @throws CaSyncError with `code` when it cannot be read; what `make` throws
 */
export async function settled<T>(
  path: string,
  code: ErrorCode,
  make: (bytes: Buffer | undefined) => T,
): Promise<{ readonly seen: Look | undefined; readonly made: T }> {
  for (const deadline = performance.now() + settleMs; ; await sleep(settlePollMs)) {
    const seen = lookNow(path, code)
    const { bytes, mtimeMs = 0 } = seen ?? {}
    // The time of a file is by the system's own clock.
    const isOld = Date.now() - mtimeMs > settleMs || performance.now() > deadline
    try {
      const made = make(bytes)
      if (isOld || bytes?.length !== 0) return { seen, made }
    } catch (error) {
      if (isOld) throw error
    }
  }
}

function lookNow(path: string, code: ErrorCode): Look | undefined {
  try {
    return lookAt(path)
  } catch (error) {
    throw unreadable(path, error, code)
  }
}

/** Makes something of the text of a UTF-8 file that others write, too; undefined is no file.
 * @throws CaSyncError with `code`, or what `make` throws */
export async function readSettled<T>(path: string, code: ErrorCode, make: (text?: string) => T): Promise<T> {
  const { made } = await settled(path, code, (bytes) => make(bytes && decoded(path, bytes, code)))
  return made
}
