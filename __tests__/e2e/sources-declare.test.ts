import { chmod, mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { keyless } from './people.ts'
import { installPoetry, writeProgram } from './poetry-install.ts'
import { both, declared, plugin, pyproject } from './pyproject.ts'
import { domain, library, openStage, type Stage, type StageOptions } from './stage.ts'

jest.setTimeout(240_000)

let stage: Stage
let cwd: string
let path: string
afterEach(() => stage.close())

async function open(text: (url: string) => string, options: StageOptions = {}): Promise<void> {
  stage = await openStage(options)
  cwd = await stage.makeProject('my-app', text(stage.url))
  path = join(cwd, 'pyproject.toml')
}

const declare = (words: readonly string[] = [], call = {}) =>
  stage.caSync(['sources', 'declare', ...words], { cwd, ...call })
const table = (name: string, url: string, priority = 'priority = "explicit"\n') =>
  `[[tool.poetry.source]]\nname = "${name}"\nurl = "${url}simple/"\n${priority}`
const confusion = /^warning: With supplemental Poetry asks PyPI first: .* Safe is --priority explicit, or primary .*\n$/
const own = 'https://my-domain-564131876131.d.codeartifact.us-east-1.amazonaws.com/pypi/dev/'

/** A project that both lines of Poetry find nothing wrong with, but for what 2.x deprecates. */
const whole = (url: string): string => `[tool.poetry]
name = "my-app"
version = "0.1.0"
description = "An example"
authors = ["Somebody <somebody@example.com>"]

[tool.poetry.dependencies]
python = ">=3.9"

# our repositories
${plugin({ name: 'dev' })}${url === '' ? '' : plugin({ name: 'qa' })}`

describe.each(['2.5', '1.8'] as const)('Poetry %s', (line) => {
  test('check is as clean as before, and add --source works after ca-sync', async () => {
    await open(whole, { line })
    stage.emulator.addPackage({ domain, repository: 'dev', name: library, version: '1.2.3' })
    const before = await stage.read(path)
    const check = async () => {
      const { code, stdout, stderr } = await stage.poetry(['check'], { cwd })
      return { code, stdout, stderr }
    }
    const clean = await check()

    const { code, stdout, stderr } = await declare()
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: `Declared dev, qa in ${path}, as explicit.\n`,
      stderr: '',
    })
    const after = await stage.read(path)
    expect(after).toBe(`${before}\n${table('dev', stage.url)}\n${table('qa', stage.url)}`)
    expect(await check()).toEqual(clean)

    expect(await stage.caSync([], { cwd })).toMatchObject({ code: 0, stderr: '' })
    expect(await stage.poetry(['add', library, '--source', 'dev'], { cwd })).toMatchObject({ code: 0 })
    expect(await stage.read(join(cwd, 'poetry.lock'))).toContain('reference = "dev"')
  })

  test('a lock file of before: the command that refreshes it makes Poetry content', async () => {
    await open(whole, { line })
    expect(await stage.poetry(['lock'], { cwd })).toMatchObject({ code: 0 })
    const { stdout } = await declare(['--priority', 'explicit'])
    expect(await stage.poetry(['check', '--lock'], { cwd })).toMatchObject({ code: 1 })
    const command = /^poetry\.lock no longer matches pyproject\.toml; type: poetry (.*)$/m.exec(stdout)?.[1] ?? ''
    expect(command).toBe(line === '2.5' ? 'lock' : 'lock --no-update')
    await stage.caSync([], { cwd })
    expect(await stage.poetry(command.split(' '), { cwd })).toMatchObject({ code: 0 })
    expect(await stage.poetry(['check', '--lock'], { cwd })).toMatchObject({ code: 0 })
  })

  test('--priority supplemental, with a warning', async () => {
    await open(whole, { line })
    expect((await declare(['--priority', 'supplemental'])).stderr).toMatch(confusion)
    expect(await stage.read(path)).toContain(table('dev', stage.url, 'priority = "supplemental"\n'))
  })

  test.each(['primary', 'explicit'])('--priority %s, without a warning', async (priority) => {
    await open(whole, { line })
    expect(await declare(['--priority', priority])).toMatchObject({ code: 0, stderr: '' })
    expect(await stage.read(path)).toContain(table('dev', stage.url, `priority = "${priority}"\n`))
    expect((await stage.poetry(['source', 'show'], { cwd })).stdout).toMatch(new RegExp(`dev(.|\\n)*${priority}`))
  })
})

describe('priorities that not every Poetry has', () => {
  test('default in 2.5 is refused, and nothing is written', async () => {
    await open(whole)
    expect(await declare(['--priority', 'default'])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(
        /^error: Poetry 2\.5\.\d+ has no priority default\.\n {2}Choose one of: primary, supplemental, explicit\./,
      ),
    })
    expect(await stage.read(path)).toBe(whole(stage.url))
  })

  test('default in 1.8', async () => {
    await open(whole, { line: '1.8' })
    expect(await declare(['--priority', 'default'])).toMatchObject({ code: 0, stderr: '' })
    expect(await stage.read(path)).toContain('priority = "default"\n')
  })

  test('Poetry 1.4 has flags', async () => {
    await open(whole)
    const env = { ...stage.env, CA_SYNC_POETRY: await oldPoetry() }
    expect(await declare(['--priority', 'explicit'], { env })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Poetry 1.4.2 has no priority explicit (Poetry 1.5 and newer has).'),
    })
    expect(await declare([], { env })).toMatchObject({ code: 0 })
    expect(await stage.read(path)).toContain(table('dev', stage.url, 'secondary = true\n'))
  })

  test.each([
    ['there is no Poetry', undefined],
    ['Poetry does not say its version', '#!/bin/sh\nexit 3\n'],
  ])('%s: as 1.5 and newer write it', async (_, python) => {
    await open(whole)
    const named = python === undefined ? undefined : await writeProgram(join(stage.box.dir, 'x/python3'), python)
    const PATH = [join(stage.box.dir, 'bin'), stage.box.env['PATH']].join(delimiter)
    expect(await declare([], { env: { ...stage.env, PATH, CA_SYNC_POETRY: named } })).toMatchObject({ code: 0 })
    expect(await stage.read(path)).toContain(table('dev', stage.url))
  })

  /** A Poetry that says so. */
  async function oldPoetry(): Promise<string> {
    const first = join(stage.box.dir, 'first')
    await mkdir(join(first, 'poetry'), { recursive: true })
    await writeFile(join(first, 'poetry/__version__.py'), '__version__ = "1.4.2"\n')
    await writeFile(join(first, 'poetry/locations.py'), 'CONFIG_DIR = "/nowhere"\n')
    return installPoetry(stage, join(stage.box.dir, 'old'), { first })
  }
})

describe('the URL', () => {
  test('a keyring is not needed, nor a sync before', async () => {
    await open(whole, { keyring: 'no-bus' })
    expect(await declare()).toMatchObject({ code: 0 })
    expect(await stage.read(path)).toContain(table('dev', stage.url))
  })

  test('after a sync, nobody is asked', async () => {
    await open(whole)
    await stage.caSync([], { cwd })
    stage.emulator.clearCalls()
    expect(await declare()).toMatchObject({ code: 0 })
    expect(stage.emulator.calls).toEqual([])
    expect(await stage.read(path)).toContain(table('dev', stage.url))
    expect(await stage.caSync([], { cwd })).toMatchObject({
      stdout: expect.stringMatching(/^Nothing to do/),
      stderr: '',
    })
  })

  /** AWS's own endpoint, and nobody to be there as. */
  const loggedOut = () => ({
    ...keyless(stage),
    AWS_ENDPOINT_URL_CODEARTIFACT: undefined,
    AWS_ENDPOINT_URL_STS: undefined,
  })

  test('without a login, by the rule for hosts', async () => {
    await open(() => whole(''))
    const { code, stderr } = await declare([], { env: loggedOut() })
    expect(code).toBe(0)
    expect(stderr).toBe('')
    expect(await stage.read(path)).toContain(table('dev', own))
  })

  test('without a login and an owner: AWS has to be asked', async () => {
    await open(() => pyproject(plugin({ owner: null })))
    expect(await declare([], { env: loggedOut() })).toMatchObject({
      code: 4,
      stdout: '',
      stderr: expect.stringMatching(/^error: dev: /),
    })
    expect(await stage.read(path)).toBe(pyproject(plugin({ owner: null })))
  })

  test('without a login at an endpoint of its own: no rule tells', async () => {
    await open(whole)
    expect(await declare([], { env: keyless(stage) })).toMatchObject({ code: 4, stdout: '' })
    expect(await stage.read(path)).toBe(whole(stage.url))
  })

  test('a repository that AWS does not have is not declared', async () => {
    await open(() => pyproject(plugin({ repository: 'nowhere' })))
    expect(await declare()).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('dev: Repository nowhere does not exist'),
    })
    expect(await stage.read(path)).not.toContain('tool.poetry.source')
  })
})

describe('what is written', () => {
  test('a second run changes nothing', async () => {
    await open(whole)
    await declare()
    const before = await stat(path, { bigint: true })
    const { stdout, stderr } = await declare()
    expect({ stdout, stderr }).toEqual({
      stdout: `Nothing to declare: ${path} has a [[tool.poetry.source]] for dev, qa.\n`,
      stderr: '',
    })
    expect((await stat(path, { bigint: true })).ctimeNs).toBe(before.ctimeNs)
  })

  test('--dry-run prints the tables and changes nothing', async () => {
    await open(whole)
    const { code, stdout } = await declare(['-n'])
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${table('dev', stage.url)}\n${table('qa', stage.url)}` })
    expect(await stage.read(path)).toBe(whole(stage.url))
  })

  test('only the source that was asked for, below those that are there, in CRLF, with the mode kept', async () => {
    const crlf = (text: string) => text.replaceAll('\n', '\r\n')
    const above = (url: string) => pyproject(plugin({ name: 'qa' }), plugin({ name: 'prod' }), both(url))
    const rest = '\n[tool.other] # mine\na = 1'
    await open((url) => crlf(above(url) + rest))
    await chmod(path, 0o664)
    expect(await declare(['-s', 'qa', '--priority', 'explicit'])).toMatchObject({ code: 0, stderr: '' })
    const added = `\n${declared('qa', `${stage.url}simple/`)}`
    expect(await stage.read(path)).toBe(crlf(above(stage.url) + added + rest))
    expect((await stat(path)).mode & 0o777).toBe(0o664)
  })

  test('two at once declare each source once', async () => {
    await open(whole)
    const runs = await Promise.all([declare(), declare(), declare()])
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0])
    expect((await stage.read(path)).match(/\[\[tool\.poetry\.source\]\]/g)).toHaveLength(2)
  })

  test('an inline array: refused with the tables to add', async () => {
    const text = `${pyproject('source = [{ name = "x", url = "https://x.example/simple/" }]', '', plugin())}`
    await open(() => text)
    const { code, stdout, stderr } = await declare(['--priority', 'explicit'])
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(stderr).toContain(`  \n  [[tool.poetry.source]]\n  name = "dev"\n  url = "${stage.url}simple/"\n`)
    expect(await stage.read(path)).toBe(text)
  })

  test('no project, no source', async () => {
    await open(() => '[project]\nname = "x"\n')
    expect(await declare()).toMatchObject({ code: 3, stderr: expect.stringContaining('ca-sync sources add') })
    await rm(path)
    expect(await declare()).toMatchObject({ code: 3, stderr: expect.stringContaining('There is no pyproject.toml') })
    await writeFile(path, 'a = \n')
    expect(await declare()).toMatchObject({ code: 3, stderr: expect.stringContaining('is not valid TOML') })
  })
})
