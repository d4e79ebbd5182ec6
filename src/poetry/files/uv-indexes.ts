import { join } from 'node:path'
import { isTable, own } from '../../core/project/document.ts'
import { readText } from '../../files/read.ts'
import { parseToml } from '../../files/toml.ts'

/** The names of the indexes that a project declares for uv, in its pyproject.toml or the uv.toml beside it. A file that cannot be read declares none. */
export async function readUvIndexes(folder: string): Promise<ReadonlySet<string>> {
  const settings = await read(join(folder, 'uv.toml'))
  const project = await read(join(folder, 'pyproject.toml'))
  const indexes = [settings, at(at(project, 'tool'), 'uv')].flatMap((table) => at(table, 'index'))
  return new Set(indexes.map((index) => at(index, 'name')).filter((name) => typeof name === 'string'))
}

const at = (table: unknown, key: string): unknown => (isTable(table) ? own(table, key) : undefined)

async function read(path: string): Promise<unknown> {
  try {
    return parseToml((await readText(path)) ?? '')
  } catch {
    return undefined
  }
}
