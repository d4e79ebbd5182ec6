import { statSync } from 'node:fs'

/** A file's size, times and inode as one text; `-` when it cannot be looked at. */
export function fileStamp(path: string): string {
  try {
    const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
    return stat === undefined ? '-' : `${stat.size} ${stat.mtimeNs} ${stat.ctimeNs} ${stat.ino}`
  } catch {
    return '-'
  }
}

/** Remembers what was read of a file, a failure too, while the file stays as it is. */
export function whileSame<T>(read: (path: string) => T): (path: string) => T {
  const known = new Map<string, { readonly stamp: string; readonly value: T }>()
  return (path) => {
    const stamp = fileStamp(path)
    const found = known.get(path)
    if (found?.stamp === stamp) return found.value
    const value = read(path)
    known.set(path, { stamp, value })
    return value
  }
}
