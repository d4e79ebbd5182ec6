import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { pluginTable } from '../../../scripts/example-project.ts'
import { type MemoryStage, openMemoryStage } from '../../scenarios/memory-stage.ts'
import { documentOf, eachOn } from '../../scenarios/stage.ts'

const stage = eachOn(openMemoryStage)
const elsewhere = '[repositories.dev]\nurl = "https://example.org/simple/"\n'
const project = ({ project }: Pick<MemoryStage, 'project'>) => join(project, 'poetry.toml')
const config = ({ config }: Pick<MemoryStage, 'config'>) => join(config, 'config.toml')

test.each([
  ["the project's poetry.toml", project],
  ['a line by hand in config.toml', config],
] as const)('no token in plain text where Poetry would send it to another host: %s', async (_, place) => {
  const path = place(stage())
  await mkdir(stage().config, { recursive: true })
  await writeFile(path, elsewhere)
  const { code, stderr, stdout } = await stage().caSync(['--store', 'plaintext', '--json'])
  expect({ code, path: await stage().read(path) }).toMatchObject({ code: 6, path: expect.stringContaining(elsewhere) })
  const [dev, qa] = JSON.parse(stdout).sources
  expect(dev).toMatchObject({ ready: false, error: { code: 'CREDENTIALS_SHADOWED' } })
  expect(qa).toMatchObject({ ready: true })
  expect(stderr).toContain(
    `dev: ${path} has dev at "example.org", where Poetry would send a token that is in plain text.`,
  )
  expect(stderr).toContain(`Remove [repositories.dev] from ${path}, or type: ca-sync --store keyring`)
  expect(await stage().read(join(stage().config, 'auth.toml'))).not.toContain('dev')
})

test.each([
  ['the same repository', ['--store', 'plaintext'], (url: string) => `[repositories.dev]\nurl = "${url}"\n`],
  ['another host, from the keyring', [], () => elsewhere],
] as const)('is no leak: %s', async (_, words, text) => {
  await writeFile(project(stage()), text(stage().url))
  expect((await stage().caSync(words)).code).toBe(0)
})

describe('another project with a source of that name for another domain', () => {
  const other = async () => {
    const text = `[project]\nname = "other"\nversion = "1"\n${pluginTable({ name: 'dev', domain: 'other', repository: 'lib' })}`
    return { cwd: await stage().makeProject('other', text) }
  }
  const auth = () => stage().read(join(stage().config, 'auth.toml'))

  test.each([
    ['with lines in config.toml', [], ['--store', 'plaintext']],
    ['with lines of their own', ['--local'], ['--store', 'plaintext', '--local']],
    ['of which the new one alone has lines of its own', [], ['--store', 'plaintext', '--local']],
  ] as const)('gets no token of this one: %s', async (_, first, words) => {
    expect((await stage().caSync(first)).code).toBe(0)
    const { code, stderr } = await stage().caSync(words, await other())
    expect({ code, stderr }).toEqual({
      code: 5,
      stderr: expect.stringContaining(`${stage().project} has dev at "my-domain-564131876131.d.codeartifact`),
    })
    expect(stderr).toContain('ca-sync --store keyring')
    expect(await auth()).not.toContain('password')
    await stage().letPass(9)
    expect((await stage().caSync(['--all', '--unattended'])).code).toBe(0)
    expect(await auth()).not.toContain('password')
  })

  test('does not follow it into plain text', async () => {
    const place = await other()
    expect((await stage().caSync(['--store', 'plaintext'], place)).code).toBe(0)
    expect(await stage().caSync([])).toMatchObject({ code: 0, stderr: expect.not.stringContaining('in plain text') })
    expect(await auth()).not.toContain('password')
  })

  test('does not matter once it has no such source', async () => {
    const place = await other()
    expect((await stage().caSync([], place)).code).toBe(0)
    await writeFile(join(place.cwd, 'pyproject.toml'), '[project]\nname = "other"\nversion = "1"\n')
    expect((await stage().caSync(['--store', 'plaintext'])).code).toBe(0)
  })
})

describe('a token in plain text that Poetry would now send to another host', () => {
  const auth = () => stage().read(join(stage().config, 'auth.toml'))
  const one = (url: string) =>
    `[project]\nname = "one"\nversion = "1"\n${pluginTable({ name: 'dev' })}\n[[tool.poetry.source]]\nname = "dev"\nurl = "${url}"\n`

  test.each([
    ['by a line in config.toml', ['-C', ''], config, elsewhere, 5],
    ['by a line in config.toml, seen by a job', ['--all', '--unattended'], config, elsewhere, 5],
    ['by a line in poetry.toml', ['-C', ''], project, elsewhere, 5],
    ['by its own declaration', ['-C', ''], undefined, '', 3],
    ['by its own declaration, seen by a job', ['--all', '--unattended'], undefined, '', 3],
  ] as const)('is taken out of auth.toml, and nothing else: %s', async (_, words, place, line, code) => {
    const { url } = stage()
    const cwd = await stage().makeProject('one', one(`${url}simple/`))
    await mkdir(stage().config, { recursive: true })
    const theirs = '[http-basic.theirs]\nusername = "kim"\npassword = "kept"\n'
    await writeFile(join(stage().config, 'auth.toml'), theirs)
    expect((await stage().caSync(['--store', 'plaintext'], { cwd })).code).toBe(0)
    const token = stage().tokens().at(-1) ?? '-'
    expect(await auth()).toContain(token)
    if (place === undefined) await writeFile(join(cwd, 'pyproject.toml'), one('https://example.org/simple/'))
    else await writeFile(place({ ...stage(), project: cwd }), line)

    const [first] = words[0] === '-C' ? [[]] : [words]
    const dry = await stage().caSync([...first, '-n'], { cwd })
    expect({ code: dry.code, auth: await auth() }).toEqual({ code, auth: expect.stringContaining(token) })
    const told = `The token of dev would be taken out of ${join(stage().config, 'auth.toml')}.`
    expect(dry.stderr).toContain(told)
    expect(documentOf(await stage().caSync([...first, '-n', '--json'], { cwd })).warnings).toContain(told)
    const ran = await stage().caSync(first, { cwd })
    expect({ code: ran.code, auth: await auth() }).toEqual({ code, auth: expect.not.stringContaining(token) })
    expect(await auth()).toContain(theirs)
    expect(ran.stderr).toContain(`The token of dev was taken out of ${join(stage().config, 'auth.toml')}`)
    expect((await stage().caSync([], { cwd })).stderr).not.toContain('was taken out')
    await expectNotPlain(cwd)
  })

  test.each([['deleted by hand'], ['in a file that is gone']])('%s: none is said to be there', async (how) => {
    const cwd = await stage().makeProject('one', one(`${stage().url}simple/`))
    expect((await stage().caSync(['--store', 'plaintext'], { cwd })).code).toBe(0)
    expect((await stage().caSync(['status'], { cwd })).stderr).toContain('The token of dev is in plain text in')
    await writeFile(
      join(stage().config, 'auth.toml'),
      how === 'deleted by hand' ? '[http-basic.dev]\nusername = "aws"\n' : '',
    )
    await expectNotPlain(cwd)
    expect(await stage().caSync(['doctor', '--offline'], { cwd })).toMatchObject({ code: 6 })
  })

  async function expectNotPlain(cwd: string): Promise<void> {
    const [status, json] = [
      await stage().caSync(['status'], { cwd }),
      await stage().caSync(['status', '--json'], { cwd }),
    ]
    expect(status.stdout + status.stderr).not.toMatch(/of dev is in plain text|, in plain text$/m)
    expect(documentOf(json).warnings).toEqual([])
    expect((await stage().caSync(['status', '--all'], { cwd })).stderr).not.toContain('of dev is in plain text')
    expect((await stage().caSync(['doctor', '--offline'], { cwd })).stdout).not.toContain('of dev is in plain text')
  }

  test.each([
    [['-n'], 'would be'],
    [[], 'was'],
  ])('is told of beside what is done for others: %j', async (words, does) => {
    expect((await stage().caSync(['--store', 'plaintext'])).code).toBe(0)
    await writeFile(project(stage()), elsewhere)
    const ran = await stage().caSync([...words, '--json'])
    expect(ran.code).toBe(6)
    const { warnings, sources } = documentOf(ran)
    expect(warnings).toContain(`The token of dev ${does} taken out of ${join(stage().config, 'auth.toml')}.`)
    expect(sources[0]).toMatchObject({ name: 'dev', error: { code: 'CREDENTIALS_SHADOWED' } })
  })

  test('a password of the user stays: it is not ours', async () => {
    await mkdir(stage().config, { recursive: true })
    const theirs = '[http-basic.dev]\nusername = "aws"\npassword = "kept"\n'
    await writeFile(join(stage().config, 'auth.toml'), theirs)
    const cwd = await stage().makeProject('one', one('https://example.org/simple/'))
    expect((await stage().caSync(['--store', 'plaintext'], { cwd })).code).toBe(3)
    expect(await auth()).toBe(theirs)
  })
})

test('lines of its own that --no-local takes out of poetry.toml are in the dry run, and in no other', async () => {
  const file = project(stage())
  const told = `The lines of ca-sync in ${file} would be taken out.`
  const dry = async (...words: string[]) => {
    const [text, json] = [await stage().caSync(['-n', ...words]), await stage().caSync(['-n', '--json', ...words])]
    expect([text.code, json.code]).toEqual([0, 0])
    return [text.stderr.includes(told), documentOf(json).warnings.includes(told)]
  }
  expect(await dry('--no-local')).toEqual([false, false])
  expect((await stage().caSync(['--local'])).code).toBe(0)
  const before = await stage().read(file)
  expect(await dry()).toEqual([false, false])
  expect(await dry('--no-local')).toEqual([true, true])
  expect(await stage().read(file)).toBe(before)
  expect((await stage().caSync(['--no-local'])).code).toBe(0)
  expect(
    await stage()
      .read(file)
      .catch(() => ''),
  ).not.toContain('repositories.dev')
  expect(await dry('--no-local')).toEqual([false, false])
})
