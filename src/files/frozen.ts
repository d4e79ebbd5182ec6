import { accessSync, constants, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { targetOf } from './atomic.ts'

/**
 * Whether a file is not for us to write: its owner made it, or the folder that it really lies in, read-only (a link into the store of
 * home-manager or chezmoi), or they are somebody else's. By their modes: root, too, may be told so.
 */
export function isFrozen(path: string): boolean {
  try {
    const target = targetOf(path)
    return mayNot(target) || mayNot(nearest(dirname(target)))
  } catch {
    return false // what is wrong with it, who writes it says
  }
}

/** The nearest folder upwards that is there. */
function nearest(folder: string): string {
  const isThere = statSync(folder, { throwIfNoEntry: false }) !== undefined
  return isThere || dirname(folder) === folder ? folder : nearest(dirname(folder))
}

function mayNot(place: string): boolean {
  const found = statSync(place, { throwIfNoEntry: false })
  if (found === undefined) return false
  if ((found.mode & 0o200) === 0) return true
  try {
    accessSync(place, constants.W_OK)
    return false
  } catch {
    return true
  }
}
