// Needs Poetry.
import { execFileSync } from 'node:child_process'
import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { poetry } from '../../../scripts/testbed/poetry.ts'
import { poetryTable } from '../../../src/core/project/declarations.ts'
import { pluginTable } from '../../../src/core/project/plugin-sources.ts'
import { type ArrayPath, editPyproject } from '../../../src/poetry/files/pyproject-edit.ts'
import { putOld } from '../../helpers/old-file.ts'

let dir: string
let path: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ca-sync-pyproject-'))
  path = join(dir, 'pyproject.toml')
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const entry = { name: 'dev', url: 'https://x.example/simple/' }
const lines = '[[tool.poetry.source]]\nname = "dev"\nurl = "https://x.example/simple/"\n'
const add = async (array: ArrayPath = poetryTable) => (await editPyproject(path, [{ array, entries: [entry] }]))()
const read = () => readFile(path, 'utf8')

test.each([
  ['nothing about Poetry', '[project]\nname = "x"\n'],
  ['a byte-order mark', '\ufeff[project]\nname = "x"\n'],
  ['CRLF, no newline at the end', '[project]\r\nname = "x"'],
  ['dotted keys', '[tool]\npoetry.name = "x" # mine\n'],
  ['odd layout', '  [ tool . "poetry" ]\n\tname="x"\n\n\n\n# end'],
  ['text that a parser writes otherwise', "a = 0x1F\nb = '''\nc'''\nd = [1,\n  2, # two\n]\n"],
])('%s: the rest stays to the byte', async (_, before) => {
  await writeFile(path, before)
  await add()
  const after = await read()
  expect(after.startsWith(before)).toBe(true)
  expect(after.slice(before.length).replaceAll('\r\n', '\n').trimStart()).toBe(lines)
})

test('nothing is written before it is asked for', async () => {
  await writeFile(path, 'a = 1\n')
  await editPyproject(path, [{ array: poetryTable, entries: [entry] }])
  expect(await read()).toBe('a = 1\n')
})

test.each([
  ['another source', '[project]\nname = "y"\n\n[[tool.poetry.source]]\nname = "qa"\n', true],
  ['what leaves no room for ours', '[tool.poetry]\nsource = []\n', false],
])('%s, which Poetry or an editor writes before us, stays', async (_, text, hasRoom) => {
  await writeFile(path, '[project]\nname = "x"\n')
  const write = await editPyproject(path, [{ array: poetryTable, entries: [entry] }])
  await putOld(path, text)
  if (hasRoom) await write()
  else await expect(write()).rejects.toMatchObject({ code: 'PYPROJECT_INVALID' })
  expect(await read()).toBe(hasRoom ? `${text}\n${lines}` : text)
})

test.each([
  ['an inline array', '[tool.poetry]\nsource = [{ name = "a", url = "b" }]\n', poetryTable],
  ['an empty inline array', '[tool.poetry]\nsource = []\n', poetryTable],
  ['an inline table above it', '[tool]\npoetry = { name = "x" }\n', poetryTable],
  ['a table of that name', '[tool.poetry.source]\na = 1\n', poetryTable],
  ['a value of that name', '[tool.poetry]\nsource = "x"\n', poetryTable],
  ["the plugin's, inline", '[tool.poetry-plugin-code-artifact]\nsources = [{ name = "a" }]\n', pluginTable],
] as const)('%s: refused with what to add by hand, and the file is as it was', async (_, text, array) => {
  await putOld(path, text)
  await expect(add(array)).rejects.toMatchObject({
    code: 'PYPROJECT_INVALID',
    message: expect.stringContaining(`${path}: no table can be added to ${array.join('.')}`),
    hint: expect.stringContaining(lines.trimEnd().replace('tool.poetry.source', array.join('.'))),
  })
  expect(await read()).toBe(text)
})

test('the mode of the file, and a link to it, stay', async () => {
  const target = join(dir, 'real.toml')
  await writeFile(target, 'a = 1\n')
  await chmod(target, 0o640)
  await symlink('real.toml', path)
  await add()
  expect(await readFile(target, 'utf8')).toBe(`a = 1\n\n${lines}`)
  expect((await stat(target)).mode & 0o777).toBe(0o640)
  expect((await readdir(dir)).sort()).toEqual(['pyproject.toml', 'real.toml'])
})

test.each(['2.5', '1.8'] as const)('Poetry %s reads it, in every form that is extended', async (line) => {
  const script = `
import sys
from pathlib import Path
from poetry.toml import TOMLFile
print(TOMLFile(Path(sys.argv[1])).read()["tool"]["poetry"]["source"][-1]["name"])`
  for (const text of [
    '[tool]\npoetry.name = "x"\n',
    '[tool.poetry]\nname = "x"',
    '[[tool.poetry.source]]\nname = "a"\r\n',
  ]) {
    await writeFile(path, text)
    await add()
    expect(execFileSync(poetry(line).python, ['-c', script, path], { encoding: 'utf8' })).toBe('dev\n')
  }
})
