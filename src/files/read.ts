import { CaSyncError, type ErrorCode } from '../core/words/errors.ts'
import { readRegular } from './regular.ts'
import { codeOf, unreadable } from './system-errors.ts'

/** The bytes of a file; undefined when there is no such file.
 * @throws CaSyncError with `code` when it cannot be read, is no regular file, or has more than 1 MiB */
export async function readBytes(path: string, code: ErrorCode = 'FILE_UNWRITABLE'): Promise<Buffer | undefined> {
  try {
    return readRegular(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw unreadable(path, error, code)
  }
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
    throw new CaSyncError(code, `${path} is not UTF-8 text.`, {
      hint: 'Save the file as UTF-8, or move it away, then run ca-sync again.',
    })
  }
}
