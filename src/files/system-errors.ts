import { CaSyncError, type ErrorCode } from '../core/words/errors.ts'
import { Unfit } from './regular.ts'

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
  ENOTEMPTY: ['a folder of that name is in the way', 'Move the folder away, then run ca-sync again.'],
  ENOTDIR: ['a file stands where its folder should be', 'Move that file away, then run ca-sync again.'],
  EEXIST: ['a file stands where its folder should be', 'Move that file away, then run ca-sync again.'],
  EIO: ['the disk cannot be read or written there', 'Check the disk, then run ca-sync again.'],
  EMFILE: ['too many files are open', 'Let programs open more of them (ulimit -n), then run ca-sync again.'],
  ELOOP: ['its symbolic links go round in a circle', 'Remove the link, then run ca-sync again.'],
}

export const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? ''

/** What the system said when a file was to be written, as an error with its reason and what to do about it. */
export const unwritable = (path: string, error: unknown): CaSyncError =>
  systemError('write', path, error, 'FILE_UNWRITABLE')

/** What the system said when a file was to be read. */
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
    return [error.message, 'Check the file, then run ca-sync again.']
  return [`it ${error.message}`, `${unfitAdvice[error.code]}, then run ca-sync again.`]
}
