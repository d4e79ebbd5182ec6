import { utimes, writeFile } from 'node:fs/promises'

/** Makes a file as it lies on a disk: what is empty or broken in it is so for good, and nobody is at it. */
export async function putOld(path: string, content: string | Buffer): Promise<void> {
  await writeFile(path, content)
  await utimes(path, 1_000_000, 1_000_000)
}
