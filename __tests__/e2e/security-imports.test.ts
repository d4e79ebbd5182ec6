import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { poetry } from '../../scripts/testbed/poetry.ts'
import { run } from '../../scripts/testbed/run.ts'
import { openStage, type Stage } from './stage.ts'

jest.setTimeout(120_000)

let stage: Stage
let marker: string
beforeAll(async () => {
  stage = await openStage()
  marker = join(stage.box.dir, 'it-ran')
  for (const [path, content] of Object.entries(trap(marker))) await put(path, content)
})
afterAll(() => stage.close())

/** A project of somebody who hopes that his files are taken for the ones that ca-sync and Poetry's Python mean. */
function trap(file: string): Record<string, string> {
  const python = `open(${JSON.stringify(file)}, "a").write(__name__ + "\\n")\n`
  const node = `require("fs").appendFileSync(${JSON.stringify(file)}, __filename)\n`
  const modules = [
    'keyring',
    'poetry',
    'json',
    'os',
    'site',
    'queue',
    'sitecustomize',
    'usercustomize',
    'secretstorage',
  ]
  return {
    ...Object.fromEntries(modules.map((name) => [`${name}.py`, python])),
    'keyring/__init__.py': python,
    'trap-1.0.dist-info/METADATA': 'Metadata-Version: 2.1\nName: trap\nVersion: 1.0\n',
    'trap-1.0.dist-info/entry_points.txt': '[keyring.backends]\ntrap = keyring\n',
    'keyringrc.cfg': '[backend]\ndefault-keyring = keyring.Keyring\nkeyring-path = .\n',
    poetry: `#!/bin/sh\necho poetry >>'${file}'\n`,
    python: `#!/bin/sh\necho python >>'${file}'\n`,
    'node_modules/keytar/package.json': '{"name":"keytar","main":"index.js"}',
    'node_modules/keytar/index.js': node,
    'vault.cjs': node,
    'program.cjs': node,
  }
}

async function put(path: string, content: string): Promise<void> {
  const file = join(stage.project, path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, content)
  await chmod(file, 0o755)
}

/** Who of the trap has been run. */
const caught = (): Promise<string> => readFile(marker, 'utf8').catch(() => '')

const pathWith = (first: string): string => [first, stage.env['PATH']].join(delimiter)

test.each([
  ['as it is', () => ({})],
  ['PYTHONPATH=.', () => ({ PYTHONPATH: '.' })],
  ['PYTHONPATH=<project>', () => ({ PYTHONPATH: stage.project })],
  ['PYTHONUSERBASE and PYTHONSTARTUP', () => ({ PYTHONUSERBASE: stage.project, PYTHONSTARTUP: 'json.py' })],
  ['NODE_PATH=<project>', () => ({ NODE_PATH: join(stage.project, 'node_modules') })],
  ["PATH with ''", () => ({ PATH: pathWith('') })],
  ["PATH with '.'", () => ({ PATH: pathWith('.') })],
])('nothing of the project is run: %s', async (_, variables) => {
  expect(await stage.caSync(['--force'], { env: { ...stage.env, ...variables() } })).toMatchObject({ code: 0 })
  expect(await caught()).toBe('')
})

test('the trap works: Python in that folder does import it', async () => {
  const options = { env: { ...stage.env, PYTHONPATH: '.' }, cwd: stage.project }
  await run(poetry('2.5').python, ['-c', 'import keyring'], options)
  expect(await caught()).toContain('keyring')
})
