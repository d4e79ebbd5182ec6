import { lstatSync, realpathSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { sep } from 'node:path'
import { orElse } from '../core/words/or-else.ts'
import { patiently } from './patience.ts'
import { codeOf, unwritable } from './system-errors.ts'

/** Whether a regular file is there, or a link to one. */
export const isFile = (path: string): boolean => orElse(() => statSync(path).isFile(), false)

const realPathOf = (path: string): string => orElse(() => realpathSync(path), path)

/** Whether a path leads into a folder, links followed. */
export const isInside = (path: string, folder: string): boolean =>
  `${realPathOf(path)}${sep}`.startsWith(`${realPathOf(folder)}${sep}`)

/** Removes what stands in a place that is ours alone, whatever it is.
 * @throws CaSyncError FILE_UNWRITABLE, also for a folder with something in it */
export function free(path: string): void {
  try {
    if (lstatSync(path).isDirectory()) rmdirSync(path)
    else patiently(() => rmSync(path))
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw unwritable(path, error)
  }
}
