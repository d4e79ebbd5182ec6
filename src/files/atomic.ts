import { randomUUID } from 'node:crypto'
import type { Stats } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, readFile, readlink, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { isAlive, ownMark } from './process.ts'
import { codeOf, unwritable } from './system-errors.ts'

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
