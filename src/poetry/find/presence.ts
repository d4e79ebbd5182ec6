import { type Stats, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Presence } from '../../core/memory/absence.ts'
import { codeOf } from '../../files/system-errors.ts'

/** What is there; undefined for nothing, and `hidden` where the system does not let us look. */
function statOf(path: string): Stats | 'hidden' | undefined {
  try {
    return statSync(path)
  } catch (error) {
    return ['ENOENT', 'ENOTDIR'].includes(codeOf(error)) ? undefined : 'hidden'
  }
}

/** @param folder - of a project, as its full path */
export function presenceOf(folder: string): Presence {
  const found = statOf(join(folder, 'pyproject.toml'))
  if (found !== undefined) return found === 'hidden' ? 'unseen' : 'there'
  const above = statOf(dirname(folder))
  return above !== undefined && above !== 'hidden' && above.isDirectory() ? 'gone' : 'unseen'
}
