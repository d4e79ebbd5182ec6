import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { poetry } from '../../scripts/testbed/poetry.ts'
import { readVersion } from '../../src/poetry/version.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ca-sync-version-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const { PATH } = process.env

test.each(['2.5', '1.8'] as const)('Poetry %s', async (line) => {
  expect(await readVersion(poetry(line).python, { PATH })).toMatch(new RegExp(`^${line}\\.\\d+$`))
})

test('no folder of the user’s environment is imported from, and no AWS key gets there', async () => {
  await mkdir(join(dir, 'poetry'))
  await writeFile(join(dir, 'poetry/__init__.py'), '')
  await writeFile(
    join(dir, 'poetry/__version__.py'),
    'import os\n__version__ = "6.6.6" + os.environ["AWS_SECRET_ACCESS_KEY"]\n',
  )
  const env = { PATH, PYTHONPATH: dir, AWS_SECRET_ACCESS_KEY: 'SECRET' }
  expect(await readVersion(poetry('2.5').python, env)).toMatch(/^2\.5/)
})

test.each([
  ['no Poetry', '#!/bin/sh\nexec python3 -S "$@"\n'],
  ['other words', '#!/bin/sh\necho hello\n'],
  ['nothing but a failure', '#!/bin/sh\nexit 3\n'],
])('%s: not known', async (_, text) => {
  const python = join(dir, 'python')
  await writeFile(python, text)
  await chmod(python, 0o755)
  expect(await readVersion(python, { PATH })).toBeUndefined()
})

test('no such program: not known', async () => {
  expect(await readVersion(join(dir, 'python'), { PATH })).toBeUndefined()
})
