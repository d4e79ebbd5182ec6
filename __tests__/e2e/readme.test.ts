import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { stripVTControlCharacters } from 'node:util'
import { type JsonMap, parse } from '@iarna/toml'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { cleanEnv } from '../../scripts/testbed/clean-env.ts'
import { run } from '../../scripts/testbed/run.ts'
import { seenOnTerminal } from '../../scripts/testbed/terminal.ts'
import { blocksOf, page } from './readme.ts'
import { openStage, type Stage } from './stage.ts'

jest.setTimeout(240_000)

/** The block that starts with a command, as a pattern: `…` stands for anything, alone on a line for any lines. */
function shown(command: string): RegExp {
  const block = blocksOf('console').find((text) => text.startsWith(`$ ${command}\n`)) ?? 'no such block'
  const lines = block.trimEnd().split('\n').slice(1)
  const pattern = lines.map((line) => (line === '…' ? '[^]*?' : `${literal(line).replaceAll('…', '.*')}\\n`)).join('')
  return new RegExp(`^${pattern}$`)
}

const literal = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
  await stage.caSync([])
})
afterAll(() => stage.close())

test('the demo prints what the README shows', async () => {
  const env = cleanEnv(process.env, stage.box.home, process.execPath)
  const demo = await run(process.execPath, ['scripts/run.mjs', 'scripts/demo.ts'], { env, timeoutMs: 200_000 })
  expect(demo).toMatchObject({ code: 0 })
  // Where it took over half a minute.
  expect(demo.stdout.replaceAll('11 h 59 min', '12 h')).toMatch(shown('./scripts/demo'))
})

test('status prints what the README shows', async () => {
  // The demo took its time, and of 12 h not half a minute may be gone.
  await stage.caSync(['--force'])
  const { text } = await seenOnTerminal(['ca-sync', 'status'], { env: stage.env, cwd: stage.project, columns: 80 })
  expect(stripVTControlCharacters(text)).toMatch(shown('ca-sync status'))
})

test('policy prints what the README shows', async () => {
  expect((await stage.caSync(['policy', '--access', 'read'])).stdout).toMatch(shown('ca-sync policy --access read'))
})

test('doctor prints what the README shows', async () => {
  const env = { ...stage.env, POETRY_HTTP_BASIC_DEV_PASSWORD: 'secret' }
  expect((await stage.caSync(['doctor'], { env })).stdout).toMatch(shown('ca-sync doctor'))
})

test('sources prints what the README shows', async () => {
  expect((await stage.caSync(['sources'])).stdout).toMatch(shown('ca-sync sources'))
})

test("the commands of the first step write the README's project", async () => {
  const commands = blocksOf('sh').find((text) => text.includes('ca-sync sources declare')) ?? 'no such block'
  const folder = await stage.makeProject('first-step', '[tool.poetry]\nname = "x"\n')
  const env = { ...stage.env, AWS_ENDPOINT_URL_CODEARTIFACT: undefined, AWS_ENDPOINT_URL_STS: undefined }
  const keyless = { ...env, AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined }
  expect(await run('sh', ['-ec', commands], { env: keyless, cwd: folder })).toMatchObject({ code: 0, stderr: '' })
  const [project = ''] = blocksOf('toml')
  const written = parse(await stage.read(join(folder, 'pyproject.toml')))
  expect(written).toEqual({ tool: { ...(parse(project)['tool'] as JsonMap), poetry: expect.anything() } })
  expect((written['tool'] as never)['poetry']['source']).toEqual((parse(project)['tool'] as never)['poetry']['source'])
})

test('the JSON document has the keys that the README shows', async () => {
  const [block = '{}'] = blocksOf('json', page('json'))
  const [meant, real] = [JSON.parse(block), JSON.parse((await stage.caSync(['--json', '--force'])).stdout)]
  expect(Object.keys(real)).toEqual(Object.keys(meant))
  expect(Object.keys(real.sources[0])).toEqual(Object.keys(meant.sources[0]))
})

test("the README's projects and settings are read", async () => {
  const [project = ''] = blocksOf('toml')
  const [settings = ''] = blocksOf('toml', page('configuration'))
  const folder = await stage.makeProject('readme', project)
  await mkdir(join(stage.box.home, '.config/ca-sync'), { recursive: true })
  await writeFile(join(stage.box.home, '.config/ca-sync/config.toml'), settings)
  const { stderr } = await stage.caSync(['status', '--json'], { cwd: folder })
  expect(stderr).toBe('')
})

test('the option table and --help name the same options', async () => {
  const { stdout } = await stage.caSync(['--help'])
  const inHelp = [...stdout.matchAll(/--([a-z-]+)/g)].map(([, name]) => name)
  const table = page('configuration')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
  const inTable = table.flatMap((line) =>
    [...(line.split('|')[1] ?? '').matchAll(/--([a-z-]+)/g)].map(([, name]) => name),
  )
  expect(new Set(inTable)).toEqual(new Set(inHelp.filter((name) => name !== 'help' && name !== 'version')))
})

test('logout prints what the README shows', async () => {
  await stage.caSync([])
  expect((await stage.caSync(['logout'])).stdout).toMatch(shown('ca-sync logout'))
})
