import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createProjects } from '../../src/poetry/projects.ts'

let root: string
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'ca-sync-projects-')))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const source =
  '[[tool.poetry.source]]\nname = "dev"\nurl = "https://my-domain-564131876131.d.codeartifact.us-east-1.amazonaws.com/pypi/dev/simple/"\n'

test.each<[string, Record<string, string>, string | undefined]>([
  ['the one above', { '.': source, 'tools/lint': '[tool.ruff]\n' }, '.'],
  ['the nearest of two', { '.': source, tools: source, 'tools/lint': '[tool.black]\n' }, 'tools'],
  ['one beyond another without sources', { '.': source, tools: '[tool.ruff]\n', 'tools/lint': '' }, '.'],
  ['none where nothing is above', { 'tools/lint': '[tool.ruff]\n' }, undefined],
  ['none where what is above cannot be read', { '.': '[', 'tools/lint': '[tool.ruff]\n' }, undefined],
])('below a project, a pyproject.toml for other tools only names %s', (_, files, above) => {
  for (const [folder, text] of Object.entries(files)) {
    const file = join(root, folder, 'pyproject.toml')
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  const lint = join(root, 'tools/lint')
  const projects = createProjects(lint)
  const [message, hint] =
    above === undefined
      ? ['names no CodeArtifact source.', 'ca-sync sources add']
      : [
          `names no CodeArtifact source, but the project above it does: ${join(root, above)}`,
          `Type: ca-sync -C ${join(root, above)}`,
        ]
  expect(() => projects.read(projects.find(undefined))).toThrow(
    expect.objectContaining({
      code: 'NO_SOURCES',
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    }),
  )
})
