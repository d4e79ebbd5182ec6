import type { Dirent } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

const pathOf = ({ parentPath, name }: Dirent): string => join(parentPath, name)

/** Files below a folder that hold any of the texts. The keyring's own store is searched too: it keeps them encrypted. */
export async function filesHolding(folder: string, texts: readonly string[]): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const found = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        // A temporary file may be gone by now.
        const content = await readFile(pathOf(entry), 'latin1').catch(() => '')
        return texts.some((text) => content.includes(text)) ? [pathOf(entry)] : []
      }),
  )
  return found.flat()
}
