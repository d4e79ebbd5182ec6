import { win32 } from 'node:path'
import { system32 } from '../files/places.ts'
import { writeSecret } from '../files/secret.ts'
import type { Around } from '../programs/environment.ts'
import { runHelper } from '../programs/start.ts'

/** What its folder gives to others goes, and its owner (the well-known SID S-1-3-4) may do all: Windows has no modes. */
export const ownersOnly = (file: string): readonly string[] => [file, '/inheritance:r', '/grant:r', '*S-1-3-4:F']

/**
 * Writes a text that only its owner may read.
 * @returns whether that is so: a drive without permissions gives its files to everybody
 * @throws CaSyncError FILE_UNWRITABLE
 */
export async function writeOutput(path: string, text: string, around: Around): Promise<boolean> {
  if (around.platform !== 'win32') {
    await writeSecret(path, text)
    return true
  }
  const icacls = win32.join(system32(around.env), 'icacls.exe')
  let isPrivate = true
  await writeSecret(path, text, async (file) => {
    const { code } = await runHelper([icacls, ...ownersOnly(file)], around, { limitMs: 10_000 })
    isPrivate &&= code === 0
  })
  return isPrivate
}
