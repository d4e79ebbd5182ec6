import { closeSync, fstatSync } from 'node:fs'
import { CaSyncError, type ErrorCode } from '../core/words/errors.ts'
import { openRegular, readRegular, readWhole, unlessCode, unreadable } from './regular.ts'

/** The bytes of a file; undefined when there is no such file.
 * @throws CaSyncError with `code` when it cannot be read, is no regular file, or has more than 1 MiB */
export async function readBytes(path: string, code: ErrorCode = 'FILE_UNWRITABLE'): Promise<Buffer | undefined> {
  return readable(path, code, () => unlessCode(['ENOENT'], () => readRegular(path)))
}

/** The text of a UTF-8 file as it is (byte-order mark and line ends kept), so that it can be written back unchanged.
 * @returns undefined when there is no such file
 * @throws CaSyncError with `code` when it cannot be read, or is not UTF-8 */
export async function readText(path: string, code: ErrorCode = 'FILE_UNWRITABLE'): Promise<string | undefined> {
  const bytes = await readBytes(path, code)
  return bytes && decoded(path, bytes, code)
}

/** @throws CaSyncError with `code` */
export function decoded(path: string, bytes: Buffer, code: ErrorCode): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    const what = `${path} is not UTF-8 text.`
    throw new CaSyncError(code, what, { hint: 'Save the file as UTF-8, or move it away, then run ca-sync again.' })
  }
}

/** Milliseconds: who empties a file to write it has filled it by then. */
const settleMs = 2_000
const settlePollMs = 20
/** Counted: a clock that never goes back has to be loaded first. */
const mostLooks = settleMs / settlePollMs

/** What a file held, and when it was last written (epoch milliseconds). */
export interface FileLook {
  readonly bytes: Buffer
  readonly mtimeMs: number
}

/** @returns undefined when there is no such file @throws Unfit, or the system's error */
export const lookAt = (path: string): FileLook | undefined =>
  unlessCode(['ENOENT'], () => {
    const fd = openRegular(path)
    try {
      return { mtimeMs: fstatSync(fd).mtimeMs, bytes: readWhole(fd) }
    } finally {
      closeSync(fd)
    }
  })

/**
 * Makes something of what a file holds. Others write it by emptying and filling it, and may be at that: what is empty, or
 * nothing can be made of, is looked at again until it is as old as that never takes.
 * @throws CaSyncError with `code` when it cannot be read; what `make` throws
 */
export async function settled<T>(path: string, code: ErrorCode, make: (bytes: Buffer | undefined) => T) {
  for (let looks = 1; ; looks += 1) {
    const seen = readable(path, code, () => lookAt(path))
    const { bytes, mtimeMs = 0 } = seen ?? {}
    // The time of a file is by the system's own clock.
    const isOld = Date.now() - mtimeMs > settleMs || looks > mostLooks
    try {
      const made = make(bytes)
      if (isOld || bytes?.length !== 0) return { seen, made }
    } catch (error) {
      if (isOld) throw error
    }
    await (await import('node:timers/promises')).setTimeout(settlePollMs)
  }
}

function readable<T>(path: string, code: ErrorCode, read: () => T): T {
  try {
    return read()
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
