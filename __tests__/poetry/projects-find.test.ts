import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findPyproject } from '../../src/poetry/projects.ts'

let root: string
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'ca-sync-')))
  mkdirSync(join(root, 'project', 'src', 'deep'), { recursive: true })
  writeFileSync(join(root, 'project', 'pyproject.toml'), '')
})
afterEach(() => rmSync(root, { recursive: true }))

test.each(['project', 'project/src', 'project/src/deep', 'project/src/../src/'])('from %s', (folder) => {
  expect(findPyproject(join(root, folder))).toBe(join(root, 'project', 'pyproject.toml'))
})

test('the nearest one', () => {
  writeFileSync(join(root, 'project', 'src', 'pyproject.toml'), '')
  expect(findPyproject(join(root, 'project', 'src', 'deep'))).toBe(join(root, 'project', 'src', 'pyproject.toml'))
})

test.each([
  ['', 'There is no pyproject.toml in '],
  ['nowhere', ' is not a folder.'],
  ['project/pyproject.toml', ' is not a folder.'],
  ['project/pyproject.toml/x', ' is not a folder.'],
])('not from %j', (folder, message) => {
  expect(() => findPyproject(join(root, folder))).toThrow(
    expect.objectContaining({
      code: 'PROJECT_NOT_FOUND',
      message: expect.stringContaining(message),
      hint: expect.stringContaining('ca-sync -C DIR'),
    }),
  )
})
