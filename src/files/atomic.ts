import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { orElse } from '../core/words/or-else.ts'
import { isAlive, ownMark } from './process.ts'
import { codeOf, patiently, readRegular, requireRegular, unlessCode, unwritable } from './regular.ts'

export interface WriteOptions {
  /** Of a new file, less what the umask takes; its owner may always read and write it. */
  readonly mode: number
  readonly keepMode?: boolean
  /** Keeps others from a file in which nothing is yet. */
  readonly protect?: (file: string) => Promise<void>
}

/** Replaces a file in one step (temporary neighbour, fsync, rename), or creates it; a missing folder is made with mode 0700.
 * Symbolic links stay and their target is written; the owner is kept. Nothing is written when the text is there already.
 * @throws CaSyncError FILE_UNWRITABLE, also where a pipe, socket or device is in its place */
export async function writeFile(path: string, text: string | Buffer, options: WriteOptions): Promise<void> {
  try {
    const content = Buffer.isBuffer(text) ? text : Buffer.from(text)
    const target = targetOf(path)
    if (holds(target, content)) return
    removeLeftovers(target)
    await replace(target, content, options, (temporary) => patiently(() => renameSync(temporary, target)))
  } catch (error) {
    throw unwritable(path, error)
  }
}

/** Removes a file, and what killed runs left of it. A link to it stays, and a file that is not there is no error.
 * @throws CaSyncError FILE_UNWRITABLE */
export async function removeFile(path: string): Promise<void> {
  try {
    const target = targetOf(path)
    removeLeftovers(target)
    if (regularAt(target) !== undefined) patiently(() => rmSync(target, { force: true }))
  } catch (error) {
    throw unwritable(path, error)
  }
}

/** Where a path leads, also when its last link points to a file that does not exist yet. */
export function targetOf(path: string): string {
  const real = unlessCode(noLink, () => realpathSync.native(path))
  if (real !== undefined) return real
  const link = unlessCode(noLink, () => readlinkSync(path))
  return link === undefined ? path : targetOf(resolve(realpathSync.native(dirname(path)), link))
}

const noLink = ['ENOENT', 'EINVAL', 'UNKNOWN']

/** What is there; undefined for nothing. @throws Unfit for what is no file, and must not be replaced by one */
function regularAt(target: string): Stats | undefined {
  const found = statSync(target, { throwIfNoEntry: false })
  if (found !== undefined) requireRegular(found)
  return found
}

/** `<file>.ca-sync-<pid>-<its start>-<uuid>`: a neighbour tells by its name whether its writer still lives. */
export function temporaryOf(target: string): string {
  const { pid, started } = ownMark()
  return `${target}.ca-sync-${pid}-${started}-${crypto.randomUUID()}`
}
const temporaryEnd = /^\.ca-sync-(\d+)-(\d*)-[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/

/** Removes a temporary file of this run; what stays, the next run removes: what it was for is done, or has failed for a reason of its own. */
export const discard = (temporary: string): void => orElse(() => rmSync(temporary, { force: true }), undefined)

/** Removes, as far as it can, what killed runs left of a file; why it cannot, who writes the file says. */
export const tidy = (path: string): void => orElse(() => removeLeftovers(targetOf(path)), undefined)

/** A run that was killed leaves its temporary neighbour, with all that the file says in it. */
export function removeLeftovers(target: string): void {
  const name = basename(target)
  for (const one of namesIn(dirname(target)).filter((each) => each.startsWith(`${name}.ca-sync-`))) {
    const path = join(dirname(target), one)
    if (isLeftover(path, one.slice(name.length))) rmSync(path, { force: true })
  }
}

/** None where it is not there, or not to be looked into. */
const namesIn = (folder: string): readonly string[] => orElse(() => readdirSync(folder), [])

function isLeftover(path: string, end: string): boolean {
  const [, pid, started = ''] = temporaryEnd.exec(end) ?? []
  if (pid === undefined) return false
  const touched = statSync(path, { throwIfNoEntry: false })?.mtimeMs
  return touched !== undefined && !isAlive({ pid: Number(pid), started }, touched)
}

/**
 * Makes a temporary neighbour of a file, whole and on the disk.
 * @param put - puts it in the file's place
 * @throws Unfit, or the system's error
 */
export async function replace<T>(target: string, bytes: Buffer, options: WriteOptions, put: (temporary: string) => T) {
  const before = regularAt(target)
  makeFolder(dirname(target))
  const temporary = temporaryOf(target)
  try {
    await fillFile(temporary, bytes, options, before)
    return put(temporary)
  } finally {
    discard(temporary)
  }
}

/** Makes a folder, and those above it, for their owner only, whatever the umask is. */
export function makeFolder(path: string): void {
  if (existsSync(path)) return
  if (dirname(path) !== path) makeFolder(dirname(path))
  try {
    // Node's own way for all of a path never ends where a system says of a folder that is there that it is not (/proc, an automounter).
    mkdirSync(path, 0o700)
    chmodSync(path, 0o700)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error // another run made it
  }
}

async function fillFile(temporary: string, content: Buffer, options: WriteOptions, before?: Stats): Promise<void> {
  const kept = options.keepMode ? before?.mode : undefined
  const { open } = await import('node:fs/promises') // which a run that writes nothing need not load
  const file = await open(temporary, 'wx', kept === undefined ? options.mode : 0o600)
  try {
    await options.protect?.(temporary)
    await file.writeFile(content)
    // Another user's file (root's run) stays his; who may not give files away keeps it.
    if (before) await file.chown(before.uid, before.gid).catch(() => undefined)
    await file.chmod((kept ?? (await file.stat()).mode | 0o600) & 0o7777)
    await file.sync()
  } finally {
    await file.close()
  }
}

const holds = (path: string, content: Buffer): boolean =>
  orElse(() => readRegular(path, content.length).equals(content), false)
