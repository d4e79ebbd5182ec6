import { accessSync, constants, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { orElse } from '../core/words/or-else.ts'
import { targetOf } from './atomic.ts'

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

/** Whether the system lets us. */
export const mayWrite = (place: string): boolean => orElse(() => accessSync(place, constants.W_OK) === undefined, false)
