import { mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { run } from '../../scripts/testbed/run.ts'
import { openTerminal } from '../helpers/terminal.ts'
import { filesHolding, pieces } from './files.ts'
import { declared, plugin, pyproject } from './pyproject.ts'
import { count, domain, library, openStage, type Stage } from './stage.ts'

jest.setTimeout(240_000)

let stage: Stage
beforeEach(async () => {
  stage = await openStage({ keyring: 'no-bus' })
})
afterEach(() => stage.close())

const minted = () => count(stage.emulator, 'GetAuthorizationToken')
const token = () => stage.emulator.issuedTokens().at(-1) ?? '-'
const names = ['DEV', 'QA', 'PROD']
const variables = (value: string) =>
  Object.fromEntries(
    names.flatMap((name) => [
      [`POETRY_HTTP_BASIC_${name}_USERNAME`, 'aws'],
      [`POETRY_HTTP_BASIC_${name}_PASSWORD`, value],
    ]),
  )

test.each([
  ['sh', ['sh', '-c'], 'eval "$(ca-sync env)"'],
  ['bash', ['bash', '-c'], 'eval "$(ca-sync env)"'],
  ['zsh', ['zsh', '-c'], 'eval "$(ca-sync env)"'],
  ['fish', ['fish', '-c'], 'ca-sync env --format fish | source'],
  ['a dotenv file', ['sh', '-c'], 'ca-sync env --format dotenv -o .env; set -a; . ./.env'],
] as const)('serves plain Poetry in %s', async (_, [shell, option], load) => {
  stage.emulator.addPackage({ domain, repository: 'dev', name: library, version: '1.2.3' })
  const line = `${load}\npoetry add ${library} --source dev -q && poetry build -q && poetry publish -r dev -q`
  const result = await run(shell, [option, line], { env: stage.env, cwd: stage.project, timeoutMs: 120_000 })
  expect(result).toMatchObject({ code: 0, stderr: '' })
  const uploads = stage.emulator.requests.filter(({ method }) => method === 'POST')
  expect(uploads.map(({ path, user, status }) => [path, user, status])).toEqual([
    ['/pypi/dev/', 'aws', 200],
    ['/pypi/dev/', 'aws', 200],
  ])
})

test('--format json has the variables', async () => {
  const { code, stdout, stderr } = await stage.caSync(['env', '--format', 'json'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(JSON.parse(stdout)).toEqual(variables(token()))
  expect(await filesHolding(stage.box.dir, pieces(token()))).toEqual([])
})

test('and so it has beside the entries that sync and poetry config write', async () => {
  const auth = '[http-basic.dev]\nusername = "aws"\n\n[certificates.other]\ncert = "/other.pem"\n'
  await mkdir(stage.config, { recursive: true })
  await writeFile(join(stage.config, 'auth.toml'), auth)
  expect(await stage.caSync(['env', '--format', 'json'])).toMatchObject({ code: 0, stderr: '' })
})

test('--source names some of the sources', async () => {
  const { stdout } = await stage.caSync(['env', '--format', 'json', '-s', 'qa'])
  expect(Object.keys(JSON.parse(stdout))).toEqual(['POETRY_HTTP_BASIC_QA_USERNAME', 'POETRY_HTTP_BASIC_QA_PASSWORD'])
})

test('only a file of its owner holds what --output was given', async () => {
  const file = join(stage.project, 'out/.env')
  expect(await stage.caSync(['env', '--format', 'dotenv', '--output', 'out/.env'])).toMatchObject({
    code: 0,
    stdout: '',
    stderr: '',
  })
  expect(await readFile(file, 'utf8')).toContain(`POETRY_HTTP_BASIC_DEV_PASSWORD=${token()}\n`)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await filesHolding(stage.box.dir, pieces(token()))).toEqual([file])

  await symlink('/dev/null', join(stage.project, 'null'))
  const refused = await stage.caSync(['env', '--output', 'null'])
  expect(refused).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('is not a file') })
})

describe('names', () => {
  test('two sources that are one variable', async () => {
    const cwd = await stage.makeProject('twins', pyproject(plugin({ name: 'my-dev' }), plugin({ name: 'my_dev' })))
    const { code, stderr } = await stage.caSync(['env'], { cwd })
    expect(code).toBe(3)
    expect(stderr).toMatch(/my-dev and my_dev are the same name .*POETRY_HTTP_BASIC_MY_DEV_PASSWORD/)
    expect(await stage.caSync(['env', '-s', 'my-dev'], { cwd })).toMatchObject({ code: 0 })
  })

  const evil = 'http://127.0.0.1:9/simple/'
  const named = plugin({ name: 'my-dev' })
  test.each([
    ['a source of the same variable', pyproject(named, declared('my_dev', evil)), '', '127.0.0.1:9'],
    ['a source of the same name', pyproject(named, declared('my-dev', evil)), '', '127.0.0.1:9'],
    ['poetry.toml, in capitals', pyproject(named), `[repositories.MY-DEV]\nurl = "${evil}"\n`, '127.0.0.1:9'],
    ['poetry.toml, by name', pyproject(named), `[repositories.my-dev]\nurl = "${evil}"\n`, '127.0.0.1:9'],
    ['poetry.toml, quoted', pyproject(named), '[x]\ny = "a{http-basic.my-dev.password}"\n', '{http-basic…}'],
    [
      'poetry.toml, quoted otherwise',
      pyproject(named),
      'x.y = ["\\u007bHTTP.basic_my.dev.password}"]\n',
      '{http-basic…}',
    ],
    ['poetry.toml, as a whole', pyproject(named), 'n = 9007199254740993\nx = "{http-basic}"\n', '{http-basic…}'],
  ])('a stranger cannot have the token sent elsewhere: %s', async (_, text, local, says) => {
    const cwd = await stage.makeProject('stranger', text)
    if (local !== '') await writeFile(join(cwd, 'poetry.toml'), local)
    const { code, stdout, stderr } = await stage.caSync(['env'], { cwd })
    expect({ code, stdout }).toEqual({ code: expect.any(Number), stdout: '' })
    expect([3, 5]).toContain(code)
    expect(stderr).toContain(says)
    expect(minted()).toBe(0)
  })

  test('what else poetry.toml has in braces is none of ours', async () => {
    await writeFile(join(stage.project, 'poetry.toml'), '[virtualenvs]\npath = "{cache-dir}/http/{x}basic"\n')
    expect(await stage.caSync(['env'])).toMatchObject({ code: 0 })
  })
})

describe('a terminal', () => {
  const open = async () => {
    const rc = join(stage.box.dir, 'rc')
    await writeFile(
      rc,
      "PS1='@@$?@@ '; PS2=; unset HISTFILE\nbind 'set enable-bracketed-paste off' 2>/dev/null\ngo() { ca-sync env; }\n",
    )
    const terminal = openTerminal(['bash', '--rcfile', rc, '-i'], stage.env, stage.project)
    await terminal.start()
    return terminal
  }

  test('gets no token, and is told why', async () => {
    const terminal = await open()
    const { printed, code } = await terminal.enter('go')
    expect(code).toBe(2)
    expect(printed).toMatch(/^error: Nothing was printed: stdout is a terminal/)
    expect(printed).toMatch(/Type: eval "\$\(ca-sync env\)"/)
    expect(minted()).toBe(0)
    await terminal.leave('exit')
  })

  test.each([
    ['--show prints them', 'ca-sync env --show -s dev | cat; ca-sync env --show -s dev >/dev/tty', 2],
    ['is no obstacle to eval', 'eval "$(ca-sync env -s dev)"; echo "$POETRY_HTTP_BASIC_DEV_PASSWORD"', 1],
  ])('%s', async (_, line, times) => {
    const terminal = await open()
    const { printed, code } = await terminal.enter(line)
    expect(code).toBe(0)
    expect(printed.replaceAll('\n', '').match(/eyJ[\w.-]+/g)).toHaveLength(times)
    await terminal.leave('exit')
  })
})

describe('GitHub Actions', () => {
  test('masks the tokens in its log, and leaves the variables for the next steps', async () => {
    const file = join(stage.box.dir, 'github-env')
    await writeFile(file, 'BEFORE=1\n')
    const env = { ...stage.env, GITHUB_ENV: file }
    const { code, stdout, stderr } = await stage.caSync(['env', '--format', 'github', '-s', 'dev'], { env })
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `::add-mask::${token()}\n`, stderr: '' })
    expect(await readFile(file, 'utf8')).toBe(
      [
        'BEFORE=1',
        'POETRY_HTTP_BASIC_DEV_USERNAME<<END_OF_CA_SYNC_VALUE',
        'aws',
        'END_OF_CA_SYNC_VALUE',
        'POETRY_HTTP_BASIC_DEV_PASSWORD<<END_OF_CA_SYNC_VALUE',
        token(),
        'END_OF_CA_SYNC_VALUE',
        '',
      ].join('\n'),
    )
  })

  test.each([
    ['elsewhere', ['env', '--format', 'github'], {}, '$GITHUB_ENV is not set'],
    ['with --output', ['env', '--format', 'github', '-o', 'x'], { GITHUB_ENV: '/dev/full' }, 'takes no --output'],
  ])('%s', async (_, words, more, says) => {
    const result = await stage.caSync(words, { env: { ...stage.env, ...more } })
    expect(result).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(says) })
    expect(minted()).toBe(0)
  })
})

test.each(['env', 'status'])('%s to a disk that is full says so', async (command) => {
  expect(
    await run('sh', ['-c', `ca-sync ${command} >/dev/full`], { env: stage.env, cwd: stage.project }),
  ).toMatchObject({
    code: 1,
    stderr: 'error: Cannot write the output: no space left on the disk.\n',
  })
})

test('an error shows no token', async () => {
  const { code, stdout, stderr } = await stage.caSync(['env', '--format', 'github', '--verbose'], {
    env: { ...stage.env, GITHUB_ENV: '/dev/full' },
  })
  expect(code).toBe(3)
  expect(stdout).toBe(`::add-mask::${token()}\n`)
  expect(stderr).toMatch(/^error: Cannot append to \/dev\/full/m)
  expect(pieces(token()).filter((piece) => stderr.includes(piece))).toEqual([])
})
