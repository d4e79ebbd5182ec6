import { createHash } from 'node:crypto'
import type { Dirent } from 'node:fs'
import { cp, mkdir, readdir, readFile, readlink, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { checkout } from '../../scripts/testbed/checkout.ts'

export { filesHolding } from '../../scripts/testbed/files-holding.ts'

const pathOf = ({ parentPath, name }: Dirent): string => join(parentPath, name)

/** Copies the built program, without what a run beside this test may be keeping there. */
export const copyProgram = (to: string): Promise<void> =>
  cp(checkout('dist'), to, { recursive: true, filter: (path) => !path.includes('program.cache') })

/** Everything below a folder: mode and content of each file, by path. Two are equal when nothing was changed. */
export async function snapshot(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const pairs = entries.map(async (entry) => [pathOf(entry), await describe(entry)])
  return Object.fromEntries(await Promise.all(pairs))
}

async function describe(entry: Dirent): Promise<string> {
  const path = pathOf(entry)
  if (entry.isSymbolicLink()) return `-> ${await readlink(path)}`
  const mode = (await stat(path)).mode.toString(8)
  return entry.isFile()
    ? `${mode} ${createHash('sha256')
        .update(await readFile(path))
        .digest('hex')}`
    : mode
}

/** The secret parts of a token (JWE compact form: all but its header), of which no piece may be seen anywhere. */
export function pieces(token: string): string[] {
  const [, key = '', , text = ''] = token.split('.')
  if (key === '' || text === '') throw new Error('this is not a token of the emulator')
  return [key, text.slice(0, 24), text.slice(-24)]
}

/** Both of Poetry's files with something of the user's in them. */
export async function writePoetryFiles({ config }: { readonly config: string }): Promise<void> {
  await mkdir(config, { recursive: true })
  await writeFile(join(config, 'config.toml'), '[virtualenvs]\nin-project = true\n')
  await writeFile(join(config, 'auth.toml'), '[http-basic.other]\nusername = "me"\npassword = "kept"\n')
}
