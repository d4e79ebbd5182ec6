import { readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { State } from '../../src/core/memory/state.ts'
import type { Box } from './box.ts'
import { makeProject } from './project.ts'

/**
 * Copies a project that was synced as often as asked, each as if it had been synced, too: without the minutes that this would take.
 * @param state - the state folder
 */
export async function copyProject(box: Box, state: string, folder: string, copies: number): Promise<string[]> {
  const text = await readFile(join(folder, 'pyproject.toml'), 'utf8')
  const names = Array.from({ length: copies }, (_, index) => `${basename(folder)}-${index + 1}`)
  const folders: string[] = []
  for (const name of names) folders.push(await makeProject(box, name, text))
  const file = join(state, 'state.json')
  const before: State = JSON.parse(await readFile(file, 'utf8'))
  const copied = Object.fromEntries(folders.map((one) => [one, before.projects[folder]]))
  await writeFile(file, JSON.stringify({ ...before, projects: { ...before.projects, ...copied } }))
  return folders
}
