import { writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { run } from '../../scripts/testbed/run.ts'
import { checksOf, doctor, typeAndLook } from './doctor-lab.ts'
import { both, plugin, pyproject } from './pyproject.ts'
import { domain, library, openStage, type Stage } from './stage.ts'

jest.setTimeout(240_000)

const bin = checkout('.cache/tools/bin')

let stage: Stage
let env: Record<string, string | undefined>
beforeEach(async () => {
  stage = await openStage()
  env = {
    ...stage.env,
    PATH: [bin, stage.env['PATH']].join(delimiter),
    PIP_FIND_LINKS: undefined,
    PIP_NO_CACHE_DIR: '1',
  }
  stage.emulator.addPackage({ domain, repository: 'dev', name: library, version: '1.2.3' })
})
afterEach(() => stage.close())

const cooldowns = (checks: ReturnType<typeof checksOf>) => checks.filter(({ check }) => check === 'cooldown')

test('Poetry: the rule does not hold, doctor says so, and what it says to type is taken for an answer', async () => {
  const project = await stage.makeProject('app', pyproject(both(stage.url)))
  expect(await stage.caSync([], { cwd: project })).toMatchObject({ code: 0 })
  expect(await stage.poetry(['config', 'solver.min-release-age', '3650'], { cwd: project })).toMatchObject({ code: 0 })
  expect(await stage.poetry(['add', library, '--source', 'dev'], { cwd: project })).toMatchObject({ code: 0 })
  const patient = { stage, project, env }
  const [found] = cooldowns(checksOf(await doctor(patient)))
  expect(found).toMatchObject({
    status: 'warning',
    source: null,
    message: expect.stringContaining('does not hold for dev'),
  })
  expect(found?.fix).toBe('poetry config solver.min-release-age-exclude-source dev')
  expect(cooldowns(checksOf(await typeAndLook(patient, found?.fix ?? '')))).toEqual([])
})

test('sources declare says it when a source is declared', async () => {
  const cwd = await stage.makeProject('declares', pyproject(plugin()))
  await writeFile(join(cwd, 'poetry.toml'), '[solver]\nmin-release-age = 7\n')
  const { code, stderr } = await stage.caSync(['sources', 'declare'], { cwd })
  expect(code).toBe(0)
  expect(stderr).toContain('solver.min-release-age = 7')
  expect(stderr).toContain('poetry config --local solver.min-release-age-exclude-source dev')
})

const underExec = (cwd: string, tool: string, words: readonly string[], more: Record<string, string> = {}) =>
  stage.caSync(['exec', '--for', tool, '--', ...words], { env: { ...env, ...more }, cwd, timeoutMs: 120_000 })

test('uv finds nothing under exec, which says why, and each way out works', async () => {
  const settings = '[tool.uv]\nexclude-newer = "2020-01-01"\n'
  const index = `[[tool.uv.index]]\nname = "dev"\nurl = "${stage.url}simple/"\nexclude-newer = false\n`
  const cwd = await stage.makeProject('cooled', `${pyproject(plugin())}\n${settings}${index}`)
  const venv = join(stage.box.dir, 'venv')
  await run(join(bin, 'uv'), ['venv', '--quiet', venv], { env })
  const install = ['uv', 'pip', 'install', '-p', venv, '--no-cache', library]
  const failed = await underExec(cwd, 'uv', install)
  expect(failed.code).not.toBe(0)
  expect(failed.stderr).toContain(
    `warning: exclude-newer = "2020-01-01" (${join(cwd, 'pyproject.toml')}) hides every package of dev from uv`,
  )
  expect(await underExec(cwd, 'uv', install, { UV_EXCLUDE_NEWER: 'false' })).toMatchObject({ code: 0 })
  await run(join(bin, 'uv'), ['pip', 'uninstall', '-p', venv, library], { env })
  const named = settings.replace('"2020-01-01"\n', `"2020-01-01"\nexclude-newer-package = { ${library} = false }\n`)
  await writeFile(join(cwd, 'pyproject.toml'), `${pyproject(plugin())}\n${named}`)
  expect(await underExec(cwd, 'uv', install)).toMatchObject({ code: 0 })
})

test('pip refuses under exec, which says why', async () => {
  const cwd = await stage.makeProject('cooled', pyproject(plugin()))
  const words = ['pip', 'download', '--dest', stage.box.dir, library]
  const failed = await underExec(cwd, 'pip', words, { PIP_UPLOADED_PRIOR_TO: 'P3D' })
  expect(failed.code).not.toBe(0)
  expect(failed.stderr).toContain(
    'uploaded-prior-to = P3D (PIP_UPLOADED_PRIOR_TO) makes pip refuse every package of dev',
  )
  expect(await underExec(cwd, 'pip', words)).toMatchObject({ code: 0 })
})
