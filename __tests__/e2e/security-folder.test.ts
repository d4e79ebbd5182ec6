import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { type RunResult, run } from '../../scripts/testbed/run.ts'
import { asRoot, type Machine, openMachine } from '../schedule/machine.ts'
import { copyProgram } from './files.ts'
import { type Planted, plant } from './planted.ts'
import { openStage, type Stage } from './stage.ts'

jest.setTimeout(300_000)

let stage: Stage
let machine: Machine
let planted: Planted
beforeAll(async () => {
  stage = await openStage()
  machine = await openMachine('cron', stage.box)
  planted = await plant(stage.project, join(stage.box.dir, 'it-ran'))
})
afterAll(async () => {
  await machine?.close()
  await stage.close()
})

beforeEach(() => rm(join(stage.box.dir, 'it-ran'), { force: true }))

type Variables = Readonly<Record<string, string | undefined>>

/** By full paths: what starts ca-sync itself is not ca-sync's to choose. */
const caSync = (words: readonly string[], variables: Variables) =>
  machine.run(process.execPath, [checkout('dist/main.cjs'), ...words], {
    env: { ...stage.env, ...variables },
    cwd: stage.project,
  })

/** Every command, the one that forgets all last. */
const commands: readonly (readonly string[])[] = [
  ...[['--help'], ['--version'], ['completion'], ['hook', 'bash'], ['hook', 'powershell']],
  ...[['sync', '--force'], [], ['--all'], ['--all', '--unattended', '--quiet'], ['status'], ['sources'], ['doctor']],
  ...[['exec', '--', 'true'], ['exec', '--for', 'uv', '--', 'true'], ['env'], ['policy'], ['sources', 'declare']],
  ...[
    ['hook', 'install', 'bash', 'zsh', 'fish'],
    ['hook', 'install', 'powershell'],
    ['hook', 'uninstall'],
  ],
  ...[
    ['schedule', 'install', '--print'],
    ['schedule', 'install'],
    ['schedule', 'status'],
    ['schedule', 'uninstall'],
  ],
  ...['systemd', 'launchd', 'windows'].map((kind) => ['schedule', 'status', '--using', kind]),
  ...[['logout'], ['sync'], ['logout', '--all']],
]

/** What the project holds, but for what `sources declare` is asked to write. */
async function held(): Promise<Map<string, string>> {
  const files = new Map(await planted.files())
  files.delete(join(stage.project, 'pyproject.toml'))
  return files
}

async function leavesAlone(words: readonly string[], variables: Variables): Promise<RunResult> {
  const result = await caSync(words, variables)
  const told = /stranger|bug in ca-sync/.exec(result.stdout + result.stderr)?.[0]
  expect({ words, ran: await planted.ran(), told }).toEqual({ words, ran: '' })
  return result
}

const first = (...folders: string[]): Variables => ({ PATH: [...folders, stage.env['PATH']].join(delimiter) })
const relative = (at: string): Variables => ({
  ...Object.fromEntries(['CONFIG', 'STATE', 'DATA', 'CACHE'].map((name) => [`XDG_${name}_HOME`, at])),
  ...{ XDG_RUNTIME_DIR: at, ZDOTDIR: at, NETRC: `${at}/.netrc`, PYTHONUSERBASE: at, POETRY_HOME: at, PIPX_HOME: at },
  ...{ UV_TOOL_DIR: at, PYENV_ROOT: at, BASH_ENV: `${at}/creds`, APPDATA: at, LOCALAPPDATA: at, USERPROFILE: at },
  CA_SYNC_STATE_DIR: at,
})
const unset = (names: readonly string[]): Variables => Object.fromEntries(names.map((name) => [name, undefined]))
const good = () => stage.env['PATH'] ?? ''
const ofTheIssue = { XDG_CONFIG_HOME: '.config', XDG_STATE_HOME: '.local/state' }
const xdg = ['XDG_CONFIG_HOME', 'XDG_STATE_HOME', 'XDG_DATA_HOME', 'XDG_CACHE_HOME']

/** Runs a program on Node, and stops it once it has printed something. */
const untilItTalks = `
const child = require('node:child_process').spawn(process.execPath, process.argv.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] })
child.stdout.on('data', (text) => (process.stdout.write(text), child.kill('SIGTERM')))`

test('watch, too, until it is stopped', async () => {
  const words = ['-e', untilItTalks, checkout('dist/main.cjs'), 'watch', '--json']
  const env = { ...stage.env, ...relative('.'), ...first('.', '', 'bin'), HOME: '' }
  const { stdout } = await machine.run(process.execPath, words, { env, cwd: stage.project })
  expect(stdout).toContain('"event"')
  expect(await planted.ran()).toBe('')
})

test('the traps work', async () => {
  await machine.run('/bin/sh', ['-c', 'true() { env true; }; true; systemctl --version'], {
    env: first('.'),
    cwd: stage.project,
  })
  expect(await planted.ran()).toContain('systemctl')
})

describe.each<[string, () => Variables]>([
  ['every kind of relative PATH', () => first('.', '', 'bin', './node_modules/.bin')],
  ['places in the folder', () => relative('.')],
  ['places and a home below the folder', () => ({ ...relative('home'), HOME: 'home' })],
  ['a home that is the folder, and what the issue was about', () => ({ HOME: '.', ...ofTheIssue })],
  ['no HOME', () => ({ HOME: undefined, USERPROFILE: '.', ...unset(xdg) })],
  ['everything empty, and no PATH', () => ({ ...relative(''), HOME: '', PATH: undefined })],
])('%s', (_, variables) => {
  test('nothing of the project is run, believed or written', async () => {
    const before = await held()
    for (const words of commands) await leavesAlone(words, variables())
    expect(await held()).toEqual(before)
  })
})

test.each<[string, () => string, number]>([
  ['.', () => `.:${good()}`, 0],
  ['./', () => `./:${good()}`, 0],
  ['nothing at the start', () => `:${good()}`, 0],
  ['nothing in the middle', () => `/nowhere::${good()}`, 0],
  ['nothing at the end', () => '/nowhere:', 127],
  ['. at the end', () => '/nowhere:.', 127],
  ['bin', () => `bin:${good()}`, 0],
  ['./node_modules/.bin', () => `./node_modules/.bin:${good()}`, 0],
  ['node_modules/../bin', () => `node_modules/../bin:${good()}`, 0],
  ['nothing else', () => '.', 0],
  ['an empty text', () => '', 0],
])('PATH with %s', async (_, path, code) => {
  await leavesAlone(['schedule', 'status'], { PATH: path() })
  expect(await leavesAlone(['exec', '--', 'true'], { PATH: path() })).toMatchObject({ code })
})

test('the command of exec has the folder and the environment of its caller, word for word', async () => {
  const odd = { ...relative('.'), HOME: '', PATH: `.::${stage.env['PATH']}`, LD_LIBRARY_PATH: '/l:' }
  const { code, stdout } = await caSync(['exec', '--', '/usr/bin/env', '-0'], odd)
  const pairs = stdout.split('\0').map((pair) => pair.split(/=(.*)/s).slice(0, 2))
  expect({ code, ...Object.fromEntries(pairs) }).toMatchObject({ code: 0, ...odd })
  expect(await caSync(['exec', '--', '/bin/pwd'], odd)).toMatchObject({ code: 0, stdout: `${stage.project}\n` })
  expect(await caSync(['exec', '--', './creds'], {})).toMatchObject({ code: 0 })
  expect(await planted.ran()).toBe('credential_process\n')
})

test.each(['aws creds', 'bin/aws creds', './creds', 'sh -c true'])(
  "the user's own credential_process = %s is not looked for in the folder",
  async (command) => {
    const config = join(stage.box.home, '.aws/config')
    await mkdir(dirname(config), { recursive: true })
    await writeFile(config, `[profile mine]\nregion = us-east-1\ncredential_process = ${command}\n`)
    const { code } = await leavesAlone(['--force', '--profile', 'mine'], first('.', 'bin'))
    expect(code).toBe(4)
  },
)

test('a version manager and its interpreter are not those of the folder', async () => {
  const bin = join(stage.box.dir, 'manager')
  await mkdir(bin)
  const answer = join(stage.env['PATH']?.split(delimiter)[1] ?? '', 'poetry')
  await writeFile(join(bin, 'pyenv'), `#!/usr/bin/env bash\necho "${answer}"\n`, { mode: 0o755 })
  await writeFile(join(bin, 'poetry'), '#!/usr/bin/env bash\nexec pyenv exec "$program" "$@"\n', { mode: 0o755 })
  const variables = { PATH: ['.', bin, '', '/usr/bin', '/bin'].join(delimiter) }
  const { stdout } = await leavesAlone(['doctor', '--json'], variables)
  expect(stdout).toContain(join(bin, 'poetry'))
})

test.each([
  ['AWS_CONFIG_FILE', 'config'],
  ['AWS_CONFIG_FILE', '.aws/config'],
  ['AWS_SHARED_CREDENTIALS_FILE', './credentials'],
  ['AWS_CA_BUNDLE', 'ca.pem'],
  ['AWS_WEB_IDENTITY_TOKEN_FILE', 'token'],
  ['AWS_LOGIN_CACHE_DIRECTORY', '~/cache'],
])('%s=%s names the credentials of whom? It is refused', async (name, value) => {
  const variables = { [name]: value, AWS_PROFILE: 'stranger', CA_SYNC_POETRY: undefined }
  const { code, stderr } = await caSync(['--force'], variables)
  expect({ code, stderr, ran: await planted.ran() }).toEqual({
    code: 4,
    stderr: expect.stringContaining(`${name} is ${value}, which would be another one in each folder.`),
    ran: '',
  })
})

test.each(['sync', 'status', 'exec -- true', 'logout'])(
  'POETRY_CONFIG_DIR=home, which Poetry would take from any folder, is refused by %s',
  async (line) => {
    const { code, stdout, stderr } = await leavesAlone(line.split(' '), { POETRY_CONFIG_DIR: 'home' })
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(stderr).toMatch(/^error: POETRY_CONFIG_DIR is home, .*\n {2}Set it to a full path, or unset it\.\n$/)
  },
)

test('a place that is ignored is named to a person, and to nobody else', async () => {
  const variables = { CA_SYNC_STATE_DIR: 'state', XDG_CONFIG_HOME: '~/.config', XDG_CACHE_HOME: '.cache' }
  const { stderr } = await caSync(['sources'], variables)
  expect(stderr.match(/^warning: \w+ is \S+,/gm)?.sort()).toEqual([
    'warning: CA_SYNC_STATE_DIR is state,',
    'warning: XDG_CONFIG_HOME is ~/.config,',
  ])
  expect(await caSync(['--all', '--unattended', '--quiet'], variables)).toMatchObject({ stderr: '' })
})

describe('a user who has no home', () => {
  let program: string
  // Where root's home is closed to others, so is a checkout in it.
  beforeAll(async () => {
    program = await mkdtemp(join(tmpdir(), 'ca-sync-program-'))
    await copyProgram(program)
    await chmod(program, 0o755)
  })
  afterAll(() => rm(program, { recursive: true }))

  /** A number that the list of users does not know. */
  const nobody = async (words: readonly string[], variables: Variables = {}) => {
    const [command = '', ...args] = [
      ...asRoot,
      ...['setpriv', '--reuid=54321', '--regid=54321', '--clear-groups', 'env', '-i', 'PATH=/usr/bin:/bin'],
      ...Object.entries(variables).map(([name, value]) => `${name}=${value}`),
      ...[process.execPath, join(program, 'main.cjs'), ...words],
    ]
    return run(command, args, { env: { PATH: process.env['PATH'] }, cwd: '/' })
  }

  test.each([
    ...['sync', '--all', '--all --unattended --quiet', 'status', 'doctor', 'exec -- true', 'env', 'watch', 'policy'],
    ...['schedule status', 'schedule install --print', 'hook install bash', 'hook uninstall', 'sources'],
    ...['sources declare', 'logout', 'logout --all'],
  ])('%s says so in one line', async (line) => {
    for (const variables of [{}, { HOME: '' }, { HOME: '.' }]) {
      const { code, stdout, stderr } = await nobody(line.split(' '), variables)
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
      expect(stderr).toMatch(/^error: You have no home folder: .*\n {2}Type: export HOME=\/path\/to\/it\n$/)
    }
  })

  test.each(['--help', '--version', 'completion', 'hook bash', 'hook fish', 'hook powershell'])(
    '%s needs none',
    async (line) => {
      const { code, stdout } = await nobody(line.split(' '), { SHELL: '/bin/bash' })
      expect({ code, says: stdout !== '' }).toEqual({ code: 0, says: true })
    },
  )
})
