import { accessSync, constants, lstatSync, realpathSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { dirname, sep } from 'node:path'
import { orElse } from '../core/words/or-else.ts'
import { targetOf } from './atomic.ts'
import { codeOf, patiently, unwritable } from './regular.ts'

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

/**
 * Whether a file is not for us to write: its owner made it, or the folder that it really lies in, read-only (a link into the store of
 * home-manager or chezmoi), or they are somebody else's. By their modes: root, too, may be told so.
 */
export const isFrozen = (path: string): boolean =>
  orElse(() => {
    const target = targetOf(path)
    return mayNot(target) || mayNot(nearest(dirname(target)))
  }, false) // what is wrong with it, who writes it says

/** The nearest folder upwards that is there. */
function nearest(folder: string): string {
  const isThere = statSync(folder, { throwIfNoEntry: false }) !== undefined
  return isThere || dirname(folder) === folder ? folder : nearest(dirname(folder))
}

function mayNot(place: string): boolean {
  const found = statSync(place, { throwIfNoEntry: false })
  if (found === undefined) return false
  return (found.mode & 0o200) === 0 || !mayWrite(place)
}

export const mayWrite = (place: string): boolean => orElse(() => accessSync(place, constants.W_OK) === undefined, false)
