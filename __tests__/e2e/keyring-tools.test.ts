import { rm } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { type RunResult, run } from '../../scripts/testbed/run.ts'
import { lookUpUrls } from '../../src/core/plan/target.ts'
import { age } from './aging.ts'
import { minted, ours, services } from './keyring.ts'
import { plugin, pyproject } from './pyproject.ts'
import { blocksOf, page } from './readme.ts'
import { domain, library, openStage, type Stage } from './stage.ts'

jest.setTimeout(240_000)

// pip, uv and twine of PyPI, with a `keyring` of their own: scripts/setup.sh installs them.
const tools = checkout('.cache/tools/bin')
const [withoutUrls = '', withUrls = ''] = blocksOf('sh', page('pip-uv-twine'))
const lines = (block: string): string[] => block.trimEnd().split('\n')

let stage: Stage
afterEach(() => stage.close())

async function open(): Promise<void> {
  stage = await openStage()
  stage.emulator.addPackage({ domain, repository: 'dev', name: library, version: '1.2.3' })
}

/** Runs a line of the README: with the emulator's host, and our package. */
async function type(line: string): Promise<RunResult> {
  const { box, project, url } = stage
  const here = line
    .replaceAll(/https:\/\/(aws@)?my-domain[^/]*/g, (_, user = '') => `http://${user}${new URL(url).host}`)
    .replace(/my-lib$/, library)
  const places = { PIP_TARGET: join(box.dir, 'pip'), VIRTUAL_ENV: join(box.dir, 'venv'), UV_NO_CACHE: '1' }
  // twine, when nothing else knows the password, would ask a terminal.
  const env = { ...stage.env, ...places, TWINE_NON_INTERACTIVE: '1', PATH: [tools, stage.env['PATH']].join(delimiter) }
  return run('sh', ['-c', here], { env, cwd: project, timeoutMs: 120_000 })
}

/** A new version of the project in dist/. */
async function build(): Promise<void> {
  await rm(join(stage.project, 'dist'), { recursive: true, force: true })
  await stage.poetry(['version', 'patch'])
  expect(await stage.poetry(['build'])).toMatchObject({ code: 0 })
}

const uploads = () =>
  stage.emulator.requests.filter(({ method }) => method === 'POST').map(({ user, status }) => [user, status])

test("the README's lines for pip and uv work with the entry of the host", async () => {
  await open()
  await run(join(tools, 'python'), ['-m', 'venv', join(stage.box.dir, 'venv')], { env: stage.box.env })
  expect(await stage.caSync([])).toMatchObject({ code: 0 })
  expect(await services(stage)).toEqual(ours(stage))
  await build()

  expect(lines(withoutUrls).map((line) => line.split(' ')[0])).toEqual(['pip', 'uv', 'uv'])
  for (const line of lines(withoutUrls)) expect({ line, ...(await type(line)) }).toMatchObject({ code: 0 })
  expect(uploads()).toEqual([
    ['aws', 200],
    ['aws', 200],
  ])
  expect(stage.emulator.issuedTokens()).toHaveLength(1)
})

describe('sync --share url', () => {
  const urls = (): string[] => [...lookUpUrls(stage.url)]
  const shared = (): string[] => [...ours(stage), ...urls()].sort()
  const [share = '', upload = ''] = lines(withUrls)

  test("is what the README's line for twine needs", async () => {
    await open()
    expect(await stage.caSync([])).toMatchObject({ code: 0 })
    await build()
    expect(await type(upload)).toMatchObject({ code: 1, stdout: expect.stringContaining('Credential not found') })
    expect(await type(share)).toMatchObject({ code: 0, stderr: '' })
    expect(await type(upload)).toMatchObject({ code: 0 })
    expect(uploads()).toEqual([
      ['aws', 200],
      ['aws', 200],
    ])
    expect(minted(stage)).toBe(1)
  })

  test('is remembered, renewed, and undone', async () => {
    await open()
    const nothing = { code: 0, stdout: expect.stringMatching(/^Nothing to do/), stderr: '' }
    expect(await stage.caSync(['--share', 'url'])).toMatchObject({ code: 0, stderr: '' })
    expect(await services(stage)).toEqual(shared())
    expect(await stage.caSync([])).toMatchObject(nothing)
    expect(await stage.caSync(['--share', 'url'])).toMatchObject(nothing)
    expect(await stage.caSync(['status'])).toMatchObject({ code: 0 })

    await age(stage, 7)
    expect(await stage.caSync(['--all', '--unattended'])).toMatchObject({ code: 0, stderr: '' })
    expect(minted(stage)).toBe(2)
    await build()
    expect(await type(upload)).toMatchObject({ code: 0 })

    expect(await stage.caSync(['--share', 'host'])).toMatchObject({ code: 0, stderr: '' })
    expect(await services(stage)).toEqual(ours(stage))
    expect(await stage.caSync([])).toMatchObject(nothing)
    expect(minted(stage)).toBe(2)
  })

  test('of one project stays when another that has the repository is synced', async () => {
    await open()
    const other = await stage.makeProject('other', pyproject(plugin({ name: 'mine' })))
    expect(await stage.caSync(['--share', 'url'])).toMatchObject({ code: 0 })
    expect(await stage.caSync(['--force'], { cwd: other })).toMatchObject({ code: 0 })
    expect(await services(stage)).toEqual(shared())
    expect(await stage.caSync([])).toMatchObject({ code: 0, stderr: '' })
    expect(await stage.caSync(['--share', 'host'])).toMatchObject({ code: 0 })
    expect(await services(stage)).toEqual(ours(stage))
    expect(await stage.caSync([], { cwd: other })).toMatchObject({ code: 0 })
    expect(minted(stage)).toBe(2)
  })

  test('takes over a stale entry under a URL, which pip would use', async () => {
    await open()
    const stale = `${stage.url}simple/`
    await run(join(tools, 'keyring'), ['set', stale, 'aws'], { env: stage.env, input: 'stale' })
    expect(await services(stage)).toEqual([stale])
    expect(await stage.caSync([])).toMatchObject({ code: 0 })
    expect(await services(stage)).toEqual(ours(stage))
  })
})
