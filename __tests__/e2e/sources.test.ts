import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { keyless } from './people.ts'
import { both, declared, plugin, pyproject } from './pyproject.ts'
import { openStage, type Stage } from './stage.ts'

jest.setTimeout(120_000)

const real = 'https://my-domain-564131876131.d.codeartifact.us-east-1.amazonaws.com/pypi/prod/'
let stage: Stage
let cwd: string
beforeEach(async () => {
  stage = await openStage()
  cwd = await stage.makeProject(
    'app',
    pyproject(both(stage.url), plugin({ name: 'qa', repository: 'qa' }), declared('prod', `${real}simple/`)),
  )
})
afterEach(() => stage.close())

const sources = (words: readonly string[] = [], call = {}) => stage.caSync(['sources', ...words], { cwd, ...call })
const trimmed = (text: string) => text.replace(/ +$/gm, '')
const table = (publish: readonly string[]) =>
  [
    'NAME  REPOSITORY                  FROM                    INSTALL           PUBLISH',
    `dev   my-domain/dev (us-east-1)   the plugin's table      yes, explicit     ${publish[0]}`,
    `qa    my-domain/qa (us-east-1)    the plugin's table      no: not declared  ${publish[1]}`,
    `prod  my-domain/prod (us-east-1)  [[tool.poetry.source]]  yes, explicit     ${publish[2]}`,
    '',
  ].join('\n')
const not = 'no: type ca-sync'

test('before and after a sync of some', async () => {
  const before = await sources()
  expect({ ...before, stdout: trimmed(before.stdout) }).toMatchObject({
    code: 0,
    stdout: table([not, not, not]),
    stderr: '',
  })
  await stage.caSync(['-s', 'dev', '-s', 'qa'], { cwd })
  expect(trimmed((await sources()).stdout)).toBe(table(['yes', 'yes', not]))
})

test('another URL of the same name in config.toml is not right', async () => {
  await stage.caSync(['-s', 'dev'], { cwd })
  await writeFile(join(stage.config, 'config.toml'), '[repositories.dev]\nurl = "https://other.example/"\n')
  expect(trimmed((await sources()).stdout)).toBe(table([not, not, not]))
})

test('one JSON document', async () => {
  await stage.caSync(['-s', 'qa'], { cwd })
  const common = { domain: 'my-domain', owner: '564131876131', region: 'us-east-1' }
  const { code, stdout, stderr } = await sources(['--json'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(JSON.parse(stdout)).toEqual({
    schemaVersion: 1,
    sources: [
      {
        ...{ name: 'dev', ...common, repository: 'dev', url: stage.url, origin: 'plugin' },
        ...{ declared: true, priority: 'explicit', ready: false, install: true, publish: false },
      },
      {
        ...{ name: 'qa', ...common, repository: 'qa', url: stage.emulator.repositoryUrl('my-domain', 'qa') },
        ...{ origin: 'plugin', declared: false, priority: null, ready: true, install: false, publish: true },
      },
      {
        ...{ name: 'prod', ...common, repository: 'prod', url: real, origin: 'poetry' },
        ...{ declared: true, priority: 'explicit', ready: false, install: true, publish: false },
      },
    ],
    warnings: [],
    error: null,
  })
})

test('needs no AWS, no Poetry and no keyring', async () => {
  const { emulator, box } = stage
  await emulator.close()
  box.stopKeyring()
  const env = { ...keyless(stage), PATH: [join(box.dir, 'bin'), box.env['PATH']].join(':') }
  expect(await sources([], { env })).toMatchObject({ code: 0, stderr: '' })
})

test('--source, --quiet, -C', async () => {
  expect((await sources(['-s', 'qa'])).stdout.split('\n')).toHaveLength(3)
  expect(await sources(['-q'])).toMatchObject({ code: 0, stdout: '', stderr: '' })
  expect((await sources(['-C', cwd], { cwd: '/' })).stdout).toBe((await sources()).stdout)
  expect(await sources(['-s', 'nobody'])).toMatchObject({ code: 3, stdout: '' })
})

test.each([
  ['priority = "explicit"', '', 'primary'],
  ['priority = "explicit"', 'secondary = true', 'secondary'],
  ['priority = "explicit"', 'default = true', 'default'],
])('%s replaced by "%s" is the priority %s', async (before, after, priority) => {
  const path = join(cwd, 'pyproject.toml')
  await writeFile(path, (await stage.read(path)).replaceAll(before, after))
  const [dev] = JSON.parse((await sources(['--json'])).stdout).sources
  expect(dev.priority).toBe(priority)
})

test('warnings of the project', async () => {
  const path = join(cwd, 'pyproject.toml')
  await writeFile(path, `${await stage.read(path)}${plugin({ name: 'odd' })}colour = "red"\n`)
  const warned = expect.stringContaining('unknown key "colour" is ignored')
  expect(await sources()).toMatchObject({ code: 0, stderr: warned })
  expect(JSON.parse((await sources(['--json'])).stdout).warnings).toEqual([warned])
})
