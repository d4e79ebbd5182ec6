import { type Stats, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { CaSyncError } from '../../core/words/errors.ts'
import { printable } from '../../core/words/quote.ts'

/**
 * The path of the nearest pyproject.toml, from a folder upwards, as Poetry looks for it. It may be unreadable or no file:
 * reading it says so. Throws CaSyncError PROJECT_NOT_FOUND.
 */
export function findPyproject(folder: string): string {
  const start = resolve(folder)
  if (stat(start)?.isDirectory() !== true)
    throw new CaSyncError('PROJECT_NOT_FOUND', `${printable(start)} is not a folder.`, {
      hint: 'Name the folder of a Poetry project: ca-sync -C DIR',
    })
  for (let here = start; ; here = dirname(here)) {
    const candidate = join(here, 'pyproject.toml')
    if (stat(candidate) !== undefined) return candidate
    if (here === dirname(here)) break
  }
  throw new CaSyncError(
    'PROJECT_NOT_FOUND',
    `There is no pyproject.toml in ${printable(start)} or in a folder above it.`,
    { hint: 'Go to your Poetry project, or name its folder: ca-sync -C DIR' },
  )
}

/** What is there, or undefined for nothing. A folder that may not be searched counts as nothing, as for Poetry. */
function stat(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}
