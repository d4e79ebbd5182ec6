import { statSync } from 'node:fs'

/** Whether a path is a socket of this user (undefined on Windows): another user's bus must never get a token. */
export function isOwnSocket(path: string, uid: number | undefined): boolean {
  try {
    const stats = statSync(path)
    return stats.isSocket() && stats.uid === uid
  } catch {
    return false // not there, or (after `su`) in a folder that is another user's
  }
}
