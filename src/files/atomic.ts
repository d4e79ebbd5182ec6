import { mkdir, readFile, readlink, realpath, writeFile as writeInPlace } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { CaSyncError, type ErrorCode } from '../core/errors.ts'

/** Why the system refused, by its error code, and what to do about it. */
const reasons: Record<string, readonly [reason: string, hint: string]> = {
  EACCES: ['permission denied', 'Make it and its folder accessible to your own user, then run ca-sync again.'],
  EPERM: [
    'the system does not permit it',
    'Check who owns it, and that no program has it open, then run ca-sync again.',
  ],
  EBUSY: ['another program has it open', 'Close that program, then run ca-sync again.'],
  EROFS: ['its file system is read-only', 'Choose a folder that can be written to, then run ca-sync again.'],
  ENOSPC: ['no space is left on the disk', 'Free some space, then run ca-sync again.'],
  EDQUOT: ['your disk quota is used up', 'Free some space, then run ca-sync again.'],
  EISDIR: ['a folder of that name is in the way', 'Move the folder away, then run ca-sync again.'],
  ENOTDIR: ['a file stands where its folder should be', 'Move that file away, then run ca-sync again.'],
  EEXIST: ['a file stands where its folder should be', 'Move that file away, then run ca-sync again.'],
  ELOOP: ['its symbolic links go round in a circle', 'Remove the link, then run ca-sync again.'],
}

/** The text of a UTF-8 file as it is (byte-order mark and line ends kept), so that it can be written back unchanged.
 * @returns undefined when there is no such file
 * @throws CaSyncError with `code` when it cannot be read, or is not UTF-8 */
export async function readText(path: string, code: ErrorCode = 'FILE_UNWRITABLE'): Promise<string | undefined> {
  const bytes = await readFile(path).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw systemError('read', path, error, code)
  })
  if (bytes === undefined) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new CaSyncError(
      code,
      `${path} is not UTF-8 text.`,
      'Save the file as UTF-8, or move it away, then run ca-sync again.',
    )
  }
}

/** Replaces a file in one step (temporary neighbour, fsync, rename), or creates it; a missing folder is made with mode 0700.
 * Symbolic links stay and their target is written; the owner is kept. Nothing is written when the text is there already.
 * @throws CaSyncError FILE_UNWRITABLE */
export async function writeFile(path: string, text: string, { mode }: { readonly mode: number }): Promise<void> {
  try {
    const target = await targetOf(path)
    if (await holds(target, text)) return
    await mkdir(dirname(target), { recursive: true, mode: 0o700 })
    // The library itself ignores short writes: on a full disk it would rename half a file over the old one.
    const fill = (temporary: string) => writeInPlace(temporary, text)
    await writeFileAtomic(target, '', { mode, tmpfileCreated: fill })
  } catch (error) {
    throw systemError('write', path, error, 'FILE_UNWRITABLE')
  }
}

const holds = async (path: string, text: string): Promise<boolean> =>
  readFile(path).then(
    (bytes) => bytes.equals(Buffer.from(text)),
    () => false,
  )

/** Where a path leads, also when its last link points to a file that does not exist yet. */
async function targetOf(path: string): Promise<string> {
  const missing = (error: unknown) => {
    if (!['ENOENT', 'EINVAL', 'UNKNOWN'].includes(codeOf(error))) throw error
    return undefined
  }
  const real = await realpath(path).catch(missing)
  if (real !== undefined) return real
  const link = await readlink(path).catch(missing)
  return link === undefined ? path : targetOf(resolve(await realpath(dirname(path)), link))
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? ''

function systemError(verb: 'read' | 'write', path: string, error: unknown, code: ErrorCode): CaSyncError {
  const [reason, hint] = reasons[codeOf(error)] ?? [(error as Error).message, 'Check the file, then run ca-sync again.']
  return new CaSyncError(code, `Cannot ${verb} ${path}: ${reason}.`, hint, error)
}
