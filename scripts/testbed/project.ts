import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Box } from './box.ts'

/** Makes a project, with a package that can be built, in the home of a box; gives its folder. */
export async function makeProject({ home }: Pick<Box, 'home'>, name: string, pyproject: string): Promise<string> {
  const folder = join(home, name)
  const module = join(folder, name.replaceAll('-', '_'))
  await mkdir(module, { recursive: true })
  await writeFile(join(folder, 'pyproject.toml'), pyproject)
  await writeFile(join(module, '__init__.py'), '')
  return folder
}
