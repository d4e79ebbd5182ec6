import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs'
import { sep } from 'node:path'
import { CaSyncError, type ErrorCode } from '../core/words/errors.ts'

/** Bytes. Real files have a few thousand; parsing a stranger's gigabyte would take minutes. */
const usualBytes = 1024 * 1024

/** Why what is there cannot serve as a file. The message goes on from the file's name. */
export class Unfit extends Error {
  readonly code: 'EISDIR' | 'NOT_REGULAR' | 'TOO_LARGE' | 'READ_ONLY'
  constructor(code: Unfit['code'], message: string) {
    super(message)
    this.code = code
  }
}

/** @throws Unfit */
export function requireRegular(found: Stats): void {
  if (found.isFile()) return
  if (found.isDirectory()) throw new Unfit('EISDIR', 'is a folder')
  const others = [found.isFIFO() && 'a pipe', found.isSocket() && 'a socket', 'a device']
  throw new Unfit('NOT_REGULAR', `is not a regular file but ${others.find((kind) => kind !== false)}`)
}

/** Opens a file to read it, and never waits: a pipe put in its place may have no other end, a device has none.
 * @throws Unfit, or the system's error */
export function openRegular(path: string): number {
  requireRegular(statSync(path)) // before it is opened: that alone starts some devices
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK) // on Windows there is no such flag, and no such pipe
  try {
    requireRegular(fstatSync(fd))
    return fd
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

/** All bytes of an open file, from its start. @param limit - the most bytes @throws Unfit, or the system's error */
export function readWhole(fd: number, limit = usualBytes): Buffer {
  const chunks: Buffer[] = []
  for (let at = 0; ; ) {
    const chunk = Buffer.alloc(64 * 1024)
    const count = readSync(fd, chunk, 0, chunk.length, at)
    if (count === 0) return Buffer.concat(chunks)
    chunks.push(chunk.subarray(0, count))
    at += count
    if (at > limit) throw new Unfit('TOO_LARGE', `has more than ${limit} bytes`)
  }
}

/** The bytes of a file, without ever waiting. @param limit - the most bytes @throws Unfit, or the system's error */
export function readRegular(path: string, limit = usualBytes): Buffer {
  const fd = openRegular(path)
  try {
    return readWhole(fd, limit)
  } finally {
    closeSync(fd)
  }
}

/** Why the system refused, by its error code, and what to do about it. */
const reasons: Record<string, readonly [reason: string, hint: string]> = {
  EACCES: ['permission denied', 'Make it and its folder accessible to your own user, then run ca-sync again.'],
  EPERM: [
    'the system does not permit it',
    'Check who owns it, and that no program has it open, then run ca-sync again.',
  ],
  EBUSY: ['another program has it open', 'Close that program, then run ca-sync again.'],
  EROFS: [
    'its file system is read-only',
    'Make it writable, or name another folder (for the state: CA_SYNC_STATE_DIR), then run ca-sync again. `ca-sync exec -- poetry …` needs no file.',
  ],
  ENOSPC: ['no space is left on the disk', 'Free some space, then run ca-sync again.'],
  EDQUOT: ['your disk quota is used up', 'Free some space, then run ca-sync again.'],
  EISDIR: ['a folder of that name is in the way', 'Move the folder away, then run ca-sync again.'],
  ENOTEMPTY: ['a folder of that name is in the way', 'Move the folder away, then run ca-sync again.'],
  ENOENT: [
    'it is not there, or its folder is a link that leads nowhere',
    'Make what the link leads to, or remove the link, then run ca-sync again.',
  ],
  ENOTDIR: ['a file stands where its folder should be', 'Move that file away, then run ca-sync again.'],
  EEXIST: ['a file stands where its folder should be', 'Move that file away, then run ca-sync again.'],
  EIO: ['the disk cannot be read or written there', 'Check the disk, then run ca-sync again.'],
  EMFILE: ['too many files are open', 'Let programs open more of them (ulimit -n), then run ca-sync again.'],
  ELOOP: ['its symbolic links go round in a circle', 'Remove the link, then run ca-sync again.'],
}

export const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? ''

/** What a look gives; undefined where the system answers with one of these codes. */
export function unlessCode<T>(codes: readonly string[], look: () => T): T | undefined {
  try {
    return look()
  } catch (error) {
    if (!codes.includes(codeOf(error))) throw error
    return undefined
  }
}

/** What the system said when a file was to be written, as an error with its reason and what to do about it. */
export const unwritable = (path: string, error: unknown): CaSyncError =>
  systemError('write', path, error, 'FILE_UNWRITABLE')

export const unreadable = (path: string, error: unknown, code: ErrorCode): CaSyncError =>
  systemError('read', path, error, code)

function systemError(verb: 'read' | 'write', path: string, error: unknown, code: ErrorCode): CaSyncError {
  if (error instanceof CaSyncError) return error
  const [reason, hint] = reasons[codeOf(error)] ?? otherwise(error as Error)
  return new CaSyncError(code, `Cannot ${verb} ${path}: ${reason}.`, { hint, cause: error })
}

const unfitAdvice: Record<Exclude<Unfit['code'], 'EISDIR'>, string> = {
  NOT_REGULAR: 'Put a file in its place',
  TOO_LARGE: 'Make it smaller, or move it away',
  READ_ONLY: 'Make it writable',
}

function otherwise(error: Error): readonly [reason: string, hint: string] {
  if (!(error instanceof Unfit) || error.code === 'EISDIR')
    return [error.message.replace(/, \w+ '.*/s, ''), 'Check the file, then run ca-sync again.']
  return [`it ${error.message}`, `${unfitAdvice[error.code]}, then run ca-sync again.`]
}

const refusals = ['EPERM', 'EACCES', 'EBUSY']

/** Milliseconds; 2 s together. */
const waits = [10, 20, 50, 120, 200, 300, 400, 400, 500]

/**
 * Moves or removes a file. Windows refuses that while another program (a virus scanner, an indexer, an editor) has it open, which
 * mostly takes a moment.
 */
export function patiently<T>(act: () => T, isWindows = sep === '\\'): T {
  for (const wait of isWindows ? waits : []) {
    try {
      return act()
    } catch (error) {
      if (!refusals.includes(codeOf(error))) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, wait)
    }
  }
  return act()
}
