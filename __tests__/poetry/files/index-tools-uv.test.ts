import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { readUvIndexes } from '../../../src/poetry/files/index-tools.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ca-sync-uv-'))
})
afterEach(() => rm(folder, { recursive: true }))

test.each<[string, string, string, string[]]>([
  ['no file', '', '', []],
  ['pyproject.toml', '[[tool.uv.index]]\nname = "a"\n[[tool.uv.index]]\nurl = "u"\n', '', ['a']],
  ['uv.toml', '', 'index = [{ name = "b", url = "u" }]\n', ['b']],
  ['both', '[[tool.uv.index]]\nname = "a"\n', '[[index]]\nname = "b"\n', ['b', 'a']],
  ['what cannot be read declares none', '[[tool.uv.index]]\nname = "a"\n', 'index = [', ['a']],
  ['nor does what is odd', '', 'index = [{ name = 1 }, { url = "u" }]\n', []],
])('%s', async (_, pyproject, settings, names) => {
  if (pyproject !== '') await writeFile(join(folder, 'pyproject.toml'), pyproject)
  if (settings !== '') await writeFile(join(folder, 'uv.toml'), settings)
  expect([...(await readUvIndexes(folder))]).toEqual(names)
})
