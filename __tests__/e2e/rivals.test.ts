// Needs Poetry and a keyring.
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { run } from '../../scripts/testbed/run.ts'
import { snapshot } from './files.ts'
import { installPoetry } from './poetry-install.ts'
import { declared, plugin, pyproject } from './pyproject.ts'
import { count, openStage, type Stage } from './stage.ts'

jest.setTimeout(180_000)

let stage: Stage
afterEach(() => stage.close())

const old = 'poetry-plugin-code-artifact'
const head = 'description = ""\nauthors = []\n'
const minted = () => count(stage.emulator, 'GetAuthorizationToken')

/** A project, and a Poetry 1.8 with the plugin whose table we read. */
async function withPlugin(...tables: readonly string[]) {
  stage = await openStage({ line: '1.8' })
  const project = await stage.makeProject('old', pyproject(head, plugin(), ...tables))
  const folder = join(stage.box.home, 'old poetry')
  const program = await installPoetry(stage, folder, { line: '1.8' })
  const python = join(folder, 'bin/python')
  const wheels = ['--no-index', '--no-deps', '--find-links', checkout('.cache/wheels')]
  expect(await run(python, ['-m', 'pip', 'install', ...wheels, old], { env: stage.env })).toMatchObject({ code: 0 })
  const env = { ...stage.env, PATH: `${join(folder, 'bin')}:${stage.env['PATH']}` }
  const remove = `'${python}' -m pip uninstall --yes ${old}`
  return {
    project,
    remove,
    caSync: (...words: string[]) => stage.caSync(words, { cwd: project, env }),
    poetry: (...words: string[]) => run(program, words, { cwd: project, env }),
    type: (line: string) => run('/bin/sh', ['-c', line], { cwd: project, env }),
  }
}

const refused = (remove: string) => ({
  code: 5,
  stderr: `error: ${old} is installed: it adds the same sources to Poetry itself, with tokens of its own. Together with ca-sync, every Poetry command would fail beside a login in auth.toml, which ca-sync writes, or a [[tool.poetry.source]] of the same name.\n  Type: ${remove}\n`,
})

describe(`${old} is still in Poetry 1.8`, () => {
  const runs = [[], ['--unattended'], ['--dry-run'], ['--store', 'plaintext'], ['sources', 'declare']]

  test('nothing is changed, Poetry goes on, and what is printed removes it', async () => {
    const { project, remove, caSync, poetry, type } = await withPlugin()
    const before = await snapshot(project)
    for (const words of runs) expect(await caSync(...words)).toMatchObject(refused(remove))
    expect(minted()).toBe(0)
    expect(existsSync(stage.config)).toBe(false)
    expect(await snapshot(project)).toEqual(before)
    expect(await poetry('--version')).toMatchObject({ code: 0 })

    expect(await type(remove)).toMatchObject({ code: 0 })
    for (const words of runs) expect(await caSync(...words)).toMatchObject({ code: 0 })
    expect(await poetry('--version')).toMatchObject({ code: 0 })
  })

  test('Poetry does not start any more: the same, and what is printed works from there', async () => {
    const old = await withPlugin()
    await mkdir(stage.config, { recursive: true })
    await writeFile(join(stage.config, 'auth.toml'), '[http-basic.dev]\nusername = "aws"\n')
    expect(await old.poetry('--version')).toMatchObject({ code: 1 })
    expect(await old.caSync()).toMatchObject(refused(old.remove))
    expect(await old.type(old.remove)).toMatchObject({ code: 0 })
    expect(await old.poetry('--version')).toMatchObject({ code: 0 })
  })

  test('exec runs what it was given, and warns where Poetry would fail', async () => {
    const old = await withPlugin()
    expect(await old.caSync('exec', '--', 'poetry', '--version')).toMatchObject({ code: 0, stderr: '' })
    await writeFile(join(old.project, 'pyproject.toml'), pyproject(head, plugin(), declared('dev', stage.url)))
    const { code, stderr } = await old.caSync('exec', '--', 'poetry', '--version')
    expect(code).toBe(1)
    expect(stderr).toContain(`warning: ${old.remove.split(' ').at(-1)} is installed`)
    expect(await old.caSync('exec', '--', 'sh', '-c', old.remove)).toMatchObject({ code: 0 })
    expect(await old.caSync('exec', '--', 'poetry', '--version')).toMatchObject({ code: 0, stderr: '' })
  })
})
