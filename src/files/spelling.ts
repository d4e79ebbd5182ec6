import { realpathSync } from 'node:fs'
import { sep } from 'node:path'

const upper = (path: string): string => path.replace(/^[a-z]:/, (drive) => drive.toUpperCase())

/**
 * One spelling for one folder of Windows, which takes a name in any case, and a short one (`PROGRA~1`) for a long one.
 * @param path - in full, its links followed
 * @param native - what the system calls it: a mapped drive (`Z:`) is then the server's folder, which cmd.exe cannot work in
 */
export function respelled(path: string, native: string): string {
  const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase()
  if (same(path.slice(0, 2), native.slice(0, 2))) return upper(native)
  const rest = path.slice(2)
  const end = native.slice(native.length - rest.length)
  return upper(same(rest, end) ? path.slice(0, 2) + end : path)
}

/** The real path of a folder, as its disk spells it: macOS, too, takes any case. */
export function realFolder(path: string): string {
  const native = realpathSync.native(path)
  return sep === '\\' ? respelled(realpathSync(path), native) : native
}
