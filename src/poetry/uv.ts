import { dirname, join } from 'node:path'
import { isTable, own, type Table } from '../core/document.ts'
import type { Rival } from '../core/variable-names.ts'
import { readText } from '../files/read.ts'
import { parseToml } from '../files/toml.ts'

/**
 * The indexes that uv knows by name in a folder, with the URLs that it sends their credentials to: `[[index]]` of uv.toml and
 * `[[tool.uv.index]]` of pyproject.toml, there and in the folders above it, where uv looks, too. A file that cannot be read has none: uv says why.
 */
export async function readUvIndexes(folder: string): Promise<readonly Rival[]> {
  const settings = await read(join(folder, 'uv.toml'))
  const project = await read(join(folder, 'pyproject.toml'))
  const here = [
    ...indexesOf(settings),
    ...indexesOf({ ...project, table: tableIn(tableIn(project.table, 'tool'), 'uv') }),
  ]
  const above = dirname(folder)
  return above === folder ? here : [...here, ...(await readUvIndexes(above))]
}

interface Read {
  readonly path: string
  readonly table: Table
}

async function read(path: string): Promise<Read> {
  try {
    return { path, table: parseToml((await readText(path)) ?? '') }
  } catch {
    return { path, table: {} }
  }
}

function indexesOf({ path, table }: Read): Rival[] {
  const indexes = own(table, 'index')
  return (Array.isArray(indexes) ? indexes : []).filter(isTable).flatMap((index) => {
    const name = own(index, 'name')
    const urls = [own(index, 'url'), own(index, 'publish-url')].filter((url) => typeof url === 'string')
    return typeof name === 'string' ? urls.map((url) => ({ name, url, where: path })) : []
  })
}

function tableIn(table: Table, key: string): Table {
  const value = own(table, key)
  return isTable(value) ? value : {}
}
