import { randomUUID } from 'node:crypto'
import type { Stats } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, readFile, readlink, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { CaSyncError, type ErrorCode } from '../core/errors.ts'
import { isAlive, ownMark } from './process.ts'

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

/** Bytes. Real files have a few thousand. */
const largest = 1024 * 1024

/** The bytes of a file; undefined when there is no such file.
 * @throws CaSyncError with `code` when it cannot be read, is no regular file, or has more than 1 MiB */
export async function readBytes(path: string, code: ErrorCode = 'FILE_UNWRITABLE'): Promise<Buffer | undefined> {
  try {
    refuseEndless(path, await stat(path), code)
    return await readFile(path)
  } catch (error) {
    if (error instanceof CaSyncError) throw error
    if (codeOf(error) === 'ENOENT') return undefined
    throw unreadable(path, error, code)
  }
}

/** A stranger's project may link one of its files to a pipe or a device, whose end never comes. */
function refuseEndless(path: string, found: Stats, code: ErrorCode): void {
  const refuse = (reason: string, hint: string) => new CaSyncError(code, `Cannot read ${path}: ${reason}.`, hint)
  if (!found.isFile() && !found.isDirectory())
    throw refuse('it is not a regular file', 'Put a file in its place, then run ca-sync again.')
  if (found.size > largest)
    throw refuse(`it has more than ${largest} bytes`, 'Make it smaller, or move it away, then run ca-sync again.')
}

/** The text of a UTF-8 file as it is (byte-order mark and line ends kept), so that it can be written back unchanged.
 * @returns undefined when there is no such file
 * @throws CaSyncError with `code` when it cannot be read, or is not UTF-8 */
export async function readText(path: string, code: ErrorCode = 'FILE_UNWRITABLE'): Promise<string | undefined> {
  const bytes = await readBytes(path, code)
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

export interface WriteOptions {
  readonly mode: number
  /** A file that is there keeps its own mode. */
  readonly keepMode?: boolean
}

/** Replaces a file in one step (temporary neighbour, fsync, rename), or creates it; a missing folder is made with mode 0700.
 * Symbolic links stay and their target is written; the owner is kept. Nothing is written when the text is there already.
 * @throws CaSyncError FILE_UNWRITABLE */
export async function writeFile(path: string, text: string | Buffer, options: WriteOptions): Promise<void> {
  try {
    const content = Buffer.isBuffer(text) ? text : Buffer.from(text)
    const target = await targetOf(path)
    if (await holds(target, content)) return
    await mkdir(dirname(target), { recursive: true, mode: 0o700 })
    await removeLeftovers(target)
    await replace(target, content, options)
  } catch (error) {
    throw unwritable(path, error)
  }
}

/** Removes a file, and what killed runs left of it. A link to it stays, and a file that is not there is no error.
 * @throws CaSyncError FILE_UNWRITABLE */
export async function removeFile(path: string): Promise<void> {
  await tidy(path)
  await rm(await targetOf(path), { force: true }).catch((error: unknown) => {
    throw unwritable(path, error)
  })
}

/** Removes what killed runs left of a file.
 * @throws CaSyncError FILE_UNWRITABLE */
export async function tidy(path: string): Promise<void> {
  try {
    await removeLeftovers(await targetOf(path))
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw unwritable(path, error)
  }
}

/** `<file>.ca-sync-<pid>-<its start>-<uuid>`: a neighbour tells by its name whether its writer still lives. */
function temporaryOf(target: string): string {
  const { pid, started } = ownMark()
  return `${target}.ca-sync-${pid}-${started}-${randomUUID()}`
}
const temporaryEnd = /^\.ca-sync-(\d+)-(\d*)-[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/

/** A run that was killed leaves its temporary neighbour, with all that the file says in it. */
async function removeLeftovers(target: string): Promise<void> {
  const name = basename(target)
  const dead = (await readdir(dirname(target))).filter(
    (one) => one.startsWith(name) && isLeftover(one.slice(name.length)),
  )
  await Promise.all(dead.map((one) => rm(join(dirname(target), one), { force: true })))
}

function isLeftover(end: string): boolean {
  const [, pid, started = ''] = temporaryEnd.exec(end) ?? []
  return pid !== undefined && !isAlive({ pid: Number(pid), started })
}

async function replace(target: string, content: Buffer, { mode, keepMode = false }: WriteOptions): Promise<void> {
  const temporary = temporaryOf(target)
  const before = await stat(target).catch(() => undefined)
  try {
    const file = await open(temporary, 'wx', before && keepMode ? 0o600 : mode)
    try {
      await file.writeFile(content)
      if (before) await keepOwner(file, before)
      if (before && keepMode) await file.chmod(before.mode & 0o7777)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, target)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/** Another user's file (root's run) stays his; who may not give files away keeps it. */
async function keepOwner(file: FileHandle, { uid, gid }: Stats): Promise<void> {
  await file.chown(uid, gid).catch(() => undefined)
}

const holds = async (path: string, content: Buffer): Promise<boolean> =>
  readFile(path).then(
    (bytes) => bytes.equals(content),
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

/** What the system said when a file was to be written, as an error with its reason and what to do about it. */
export const unwritable = (path: string, error: unknown): CaSyncError =>
  systemError('write', path, error, 'FILE_UNWRITABLE')

/** What the system said when a file was to be read. */
export const unreadable = (path: string, error: unknown, code: ErrorCode): CaSyncError =>
  systemError('read', path, error, code)

function systemError(verb: 'read' | 'write', path: string, error: unknown, code: ErrorCode): CaSyncError {
  const [reason, hint] = reasons[codeOf(error)] ?? [(error as Error).message, 'Check the file, then run ca-sync again.']
  return new CaSyncError(code, `Cannot ${verb} ${path}: ${reason}.`, hint, error)
}
