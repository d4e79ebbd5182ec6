import {
  closeSync,
  fchmodSync,
  futimesSync,
  linkSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { CaSyncError, type ErrorCode } from '../core/words/errors.ts'
import { orElse } from '../core/words/or-else.ts'
import { discard, removeLeftovers, replace, targetOf, temporaryOf, type WriteOptions } from './atomic.ts'
import { mayWrite } from './place.ts'
import { decoded, type FileLook, lookAt, settled } from './read.ts'
import { patiently, Unfit, unlessCode, unwritable } from './regular.ts'

interface EditOptions extends WriteOptions {
  /** Of the error where the file cannot be read. */
  readonly code?: ErrorCode
}

/** What a file holds, made into what it shall hold; undefined is no file. It is asked again where somebody else wrote the file meanwhile. */
type Rewrite = (before: Buffer | undefined) => Buffer | undefined

export type Edited = 'same' | 'written' | 'removed'

const most = 50

/**
 * Edits a file that others write, too, and lose nothing of theirs: what was read is compared with what is there right before
 * it is replaced, and the edit starts over if it differs. Links, owner, folder and mode are as with `writeFile`; what killed
 * runs left of the file goes; a file that its owner made read-only is left alone.
 * @throws CaSyncError FILE_UNWRITABLE, or `code`; what the edit throws
 */
export async function editFile(path: string, edit: Rewrite, options: EditOptions): Promise<Edited> {
  for (let tries = 0; tries < most; tries += 1) {
    const done = await attempt(path, edit, options)
    if (done !== undefined) return done
  }
  const problem = `Cannot write ${path}: another program (Poetry, or an editor) writes it again and again.`
  throw new CaSyncError('FILE_UNWRITABLE', problem, { hint: 'Wait until that is done, then run ca-sync again.' })
}

/** The same for a UTF-8 text. No file reads as an empty one, and stays none where nothing is made of it. */
export function editText(
  path: string,
  edit: (before: string) => string | undefined,
  options: EditOptions & { readonly code: ErrorCode },
): Promise<Edited> {
  const ofBytes: Rewrite = (bytes) => {
    const after = edit(bytes === undefined ? '' : decoded(path, bytes, options.code))
    return after === undefined || (after === '' && bytes === undefined) ? undefined : Buffer.from(after)
  }
  return editFile(path, ofBytes, options)
}

/** Undefined where somebody else wrote the file meanwhile. */
async function attempt(path: string, edit: Rewrite, options: EditOptions): Promise<Edited | undefined> {
  const { seen, made: after } = await settled(path, options.code ?? 'FILE_UNWRITABLE', edit)
  try {
    const target = targetOf(path)
    removeLeftovers(target)
    if (seen === undefined ? after === undefined : after?.equals(seen.bytes)) return 'same'
    requireWritable(target)
    const swapped = (swap: () => void) => exchange(path, target, seen, swap)
    if (after === undefined) return swapped(() => patiently(() => rmSync(target))) ? 'removed' : undefined
    const put = (temporary: string) => swapped(() => patiently(() => renameSync(temporary, target)))
    return (await replace(target, after, options, put)) ? 'written' : undefined
  } catch (error) {
    throw unwritable(path, error)
  }
}

/** By the modes of the file and its folder: root, too, may be told so. Who is not let in hears it from the system. */
function requireWritable(target: string): void {
  for (const place of [target, dirname(target)]) {
    const { mode } = statSync(place, { throwIfNoEntry: false }) ?? { mode: 0o200 }
    if ((mode & 0o200) === 0 && (place === target || mayWrite(place))) throw new Unfit('READ_ONLY', 'is read-only')
  }
}

/**
 * Swaps a file for another if it is as it was seen. It keeps a second name meanwhile: who opened it at the last moment writes
 * into it later, so it is looked at once more, and gets its place back.
 * @param target - where the path leads
 * @param before - what the file was like; undefined where there was none
 * @param swap - puts the new file in the old one's place, or takes the old one away
 * @returns whether the swap was made, and stays
 */
function exchange(path: string, target: string, before: FileLook | undefined, swap: () => void): boolean {
  const seen = before ?? placeholder(target)
  const pinned = pin(target)
  const isAsSeen = () => sameLook(lookAt(pinned ?? target), seen)
  try {
    if (!isAsSeen() || !isStill(path, target, pinned)) return false
    swap()
    if (pinned === undefined || isAsSeen()) return true
    patiently(() => renameSync(pinned, target))
    return false
  } catch (error) {
    if (before === undefined) discard(target)
    throw error
  } finally {
    if (pinned !== undefined) discard(pinned)
  }
}

/** Holds the place of a new file. It is as old as can be, so that it shows when somebody empties it to write it. */
const placeholder = (target: string): FileLook | undefined =>
  unlessCode(['EEXIST'], () => {
    const fd = openSync(target, 'wx', 0o600)
    fchmodSync(fd, 0o600) // whatever the umask is
    futimesSync(fd, 0, 0)
    closeSync(fd)
    return lookAt(target)
  })

/** A second name of a file; undefined where the file system has no such thing. */
function pin(target: string): string | undefined {
  const name = temporaryOf(target)
  return orElse(() => linkSync(target, name) ?? name, undefined)
}

const sameLook = (one: FileLook | undefined, other: FileLook | undefined): boolean =>
  one !== undefined && other !== undefined && one.mtimeMs === other.mtimeMs && one.bytes.equals(other.bytes)

const isStill = (path: string, target: string, pinned = target): boolean =>
  targetOf(path) === target && lstatSync(target, { throwIfNoEntry: false })?.ino === lstatSync(pinned).ino
