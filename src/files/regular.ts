import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs'

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
