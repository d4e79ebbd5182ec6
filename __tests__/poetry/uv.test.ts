import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { readUvIndexes } from '../../src/poetry/uv.ts'

let top: string
let project: string
beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'ca-sync-uv-'))
  project = join(top, 'packages/app')
  await mkdir(project, { recursive: true })
})
afterEach(() => rm(top, { recursive: true }))

test('indexes of the project and of the folders above it', async () => {
  await writeFile(
    join(project, 'pyproject.toml'),
    '[[tool.uv.index]]\nname = "dev"\nurl = "https://a/simple/"\npublish-url = "https://b/"\n[[tool.uv.index]]\nurl = "https://no-name/"\n',
  )
  await writeFile(join(top, 'uv.toml'), '[[index]]\nname = "top"\nurl = "https://c/"\n')
  expect(await readUvIndexes(project)).toEqual([
    { name: 'dev', url: 'https://a/simple/', where: join(project, 'pyproject.toml') },
    { name: 'dev', url: 'https://b/', where: join(project, 'pyproject.toml') },
    { name: 'top', url: 'https://c/', where: join(top, 'uv.toml') },
  ])
})

test.each([
  ['nothing there', undefined],
  ['no TOML', '['],
  ['no table', 'tool = 1'],
  ['no list', '[tool.uv]\nindex = "x"'],
  ['no tables in the list', '[tool.uv]\nindex = ["x"]'],
  ['a name that is none', '[[tool.uv.index]]\nname = 1\nurl = "https://a/"'],
])('%s', async (_, text) => {
  if (text !== undefined) await writeFile(join(project, 'pyproject.toml'), text)
  expect(await readUvIndexes(project)).toEqual([])
})
