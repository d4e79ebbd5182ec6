import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readSources } from '../../../src/core/project/sources.ts'
import { readPyproject } from '../../../src/poetry/files/pyproject.ts'

let path: string
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'ca-sync-')), 'pyproject.toml')
})
afterEach(() => rmSync(join(path, '..'), { recursive: true }))

const readme = ['dev', 'qa', 'prod']
  .map(
    (name) => `[[tool.poetry-plugin-code-artifact.sources]]
name="${name}"  # The name of the repositroy in poetry
aws-codeartefact-domain="my-domain"   # The AWS CodeArtifact domain.
aws-codeartefact-owner="564131876131" # The AWS CodeArtifact domain owner.
aws-codeartefact-region="us-east-1"   # The AWS CodeArtifact region.
aws-codeartefact-repository="dev"     # The AWS CodeArtifact repository name.
`,
  )
  .join('\n')

test.each([
  ['LF', readme],
  ['CRLF', readme.replaceAll('\n', '\r\n')],
  ['a byte order mark', `\ufeff${readme}`],
  ['a byte order mark and CRLF', `\ufeff${readme.replaceAll('\n', '\r\n')}`],
  ['CRLF after a line-end escape', `[project]\r\ndescription = """a \\\r\n  b"""\r\n${readme}`],
  ['keys of every object', `constructor = 1\n[__proto__]\npolluted = 1\n${readme}`],
])('reads %s', (_, text) => {
  writeFileSync(path, text)
  const { sources, warnings } = readSources(readPyproject(path).document, path)
  expect([sources.map(({ name }) => name), warnings]).toEqual([['dev', 'qa', 'prod'], []])
  expect({}).not.toHaveProperty('polluted')
})

test.each([
  ['on the first line', 'name = dev', 'line 1, column 8', '\n  name = dev'],
  ['after CRLF', 'a = 1\r\n\tb = = 2\r\n', 'line 2, column 6', '\n  b = = 2'],
  ['at the end', 'a = 1\nb = [', 'line 2, column 6', '\n  b = ['],
  ['in a password', 'my_password = hunter2', 'line 1, column 15', ''],
  ['in a URL with a login', 'url = "https://me:hunter2@x', 'line 1, column 29', ''],
  ['in a very long line', `a = ${'['.repeat(200)}`, 'line 1, column 205', ''],
  ['by a stray sign', '<p>', 'line 1, column 1', '\n  <p>'],
])('a mistake %s is given by line and column, in one sentence, with the line', (_, text, where, shown) => {
  writeFileSync(path, text)
  expect(() => readPyproject(path)).toThrow(
    expect.objectContaining({
      code: 'PYPROJECT_INVALID',
      exitCode: 3,
      message: expect.stringMatching(`^${path} is not valid TOML: ${where}: [^\n]+\\.$`),
      hint: `Correct it at ${where}.${shown}`,
    }),
  )
})

test.each([
  ['a folder', () => mkdirSync(path), 'is a folder'],
  ['nothing', () => undefined, 'cannot be read (ENOENT)'],
  ['a pipe that nobody writes to', () => execFileSync('mkfifo', [path]), 'is not a regular file but a pipe'],
  ['more than 1 MiB', () => writeFileSync(path, '#'.repeat(1024 * 1024 + 1)), 'has more than 1048576 bytes'],
])('%s is refused', (_, make, problem) => {
  make()
  expect(() => readPyproject(path)).toThrow(
    expect.objectContaining({ code: 'PYPROJECT_INVALID', message: expect.stringContaining(`${path} ${problem}`) }),
  )
})
