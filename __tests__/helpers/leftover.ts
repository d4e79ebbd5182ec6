import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'

/** The name of what a writer of a file leaves that is killed at it. */
export const leftoverOf = (file: string): string =>
  `${file}.ca-sync-${spawnSync(process.execPath, ['-e', '']).pid}-1-${randomUUID()}`
