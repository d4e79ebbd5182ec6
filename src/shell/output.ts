import { constants } from 'node:fs'
import { appendFile, chmod, stat } from 'node:fs/promises'
import { win32 } from 'node:path'
import { CaSyncError } from '../core/words/errors.ts'
import { present } from '../core/words/present.ts'
import { type WriteOptions, writeFile } from '../files/atomic.ts'
import { system32 } from '../files/places.ts'
import type { Around } from '../programs/environment.ts'
import { runHelper } from '../programs/start.ts'

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
    const what = `Cannot append to ${path}: ${error.message}.`
    throw new CaSyncError('FILE_UNWRITABLE', what, { hint: 'Check that it can be written to.', cause: error })
  })
}

/** What its folder gives to others goes, and its owner (the well-known SID S-1-3-4) may do all: Windows has no modes. */
export const ownersOnly = (file: string): readonly string[] => [file, '/inheritance:r', '/grant:r', '*S-1-3-4:F']

/**
 * Writes a text that only its owner may read.
 * @returns whether that is so: a drive without permissions gives its files to everybody
 * @throws CaSyncError FILE_UNWRITABLE
 */
export async function writeOutput(path: string, text: string, around: Around): Promise<boolean> {
  if (around.platform !== 'win32') {
    await writeSecret(path, text)
    return true
  }
  const icacls = win32.join(system32(around.env), 'icacls.exe')
  let isPrivate = true
  await writeSecret(path, text, async (file) => {
    const { code } = await runHelper([icacls, ...ownersOnly(file)], around, { limitMs: 10_000 })
    isPrivate &&= code === 0
  })
  return isPrivate
}
