import { constants } from 'node:fs'
import { appendFile, chmod, stat } from 'node:fs/promises'
import { CaSyncError } from '../core/words/errors.ts'
import { present } from '../core/words/present.ts'
import { type WriteOptions, writeFile } from './atomic.ts'

/**
 * Writes a text that only its owner may read, in one step.
 * @throws CaSyncError FILE_UNWRITABLE, also for what is no file: replacing /dev/null would break the machine
 */
export async function writeSecret(path: string, text: string, protect?: WriteOptions['protect']): Promise<void> {
  const found = await stat(path).catch(() => undefined)
  if (found !== undefined && !found.isFile())
    throw new CaSyncError('FILE_UNWRITABLE', `${path} is not a file.`, { hint: 'Name a file: --output FILE' })
  await writeFile(path, text, present({ mode: 0o600, protect }))
  // A file that had the same text before keeps its mode.
  await chmod(path, 0o600)
  await protect?.(path)
}

// A pipe that nobody reads is an error, and not waited for.
const flag = constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY | constants.O_NONBLOCK

/** @throws CaSyncError FILE_UNWRITABLE */
export async function append(path: string, text: string): Promise<void> {
  await appendFile(path, text, { mode: 0o600, flag }).catch((error: Error) => {
    throw new CaSyncError('FILE_UNWRITABLE', `Cannot append to ${path}: ${error.message}.`, {
      hint: 'Check that it can be written to.',
      cause: error,
    })
  })
}
