import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readSources } from '../../../src/core/project/sources.ts'
import { CaSyncError } from '../../../src/core/words/errors.ts'
import { readPyproject } from '../../../src/poetry/files/pyproject.ts'
import { badPyprojects } from './bad-pyprojects.ts'

let path: string
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'ca-sync-')), 'pyproject.toml')
})
afterEach(() => rmSync(join(path, '..'), { recursive: true }))

function errorOf(content: string | Uint8Array): unknown {
  writeFileSync(path, content)
  try {
    return readSources(readPyproject(path).document, path)
  } catch (error) {
    return error
  }
}

test.each(badPyprojects)('$title', ({ content, code, says }) => {
  const error = errorOf(content)
  expect(error).toBeInstanceOf(CaSyncError)
  const { message, hint } = error as CaSyncError
  expect(error).toMatchObject({ code, exitCode: 3 })
  for (const part of [path, ...says]) expect(`${message}\n${hint}`).toContain(part)
  expect(message).toMatch(/^[^\p{C}]{1,600}[.?]$/u)
  expect(hint.replaceAll('\n', '')).toMatch(/^[^\p{C}]{1,600}$/u)
  expect(message + hint).not.toContain('hunter2')
})

test('the titles are all different', () => {
  expect(new Set(badPyprojects.map(({ title }) => title)).size).toBe(badPyprojects.length)
})
