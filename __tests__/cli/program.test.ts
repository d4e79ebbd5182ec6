import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import type { Command } from '../../src/cli/command.ts'
import { commands } from '../../src/cli/commands.ts'
import { run } from '../../src/cli/program.ts'
import { typed as readLine } from '../../src/cli/typed.ts'

const home = mkdtempSync(join(tmpdir(), 'ca-sync-cli-'))
afterAll(() => rmSync(home, { recursive: true }))

/** A command line, in an empty home, with no program to start. */
async function typed(argv: readonly string[], more: NodeJS.ProcessEnv = {}, columns = 80) {
  const env = { HOME: home, PATH: '', ...more }
  const out = { stdout: '', stderr: '' }
  const code = await run({
    argv,
    env,
    envAsGiven: env,
    ignored: {},
    platform: 'linux',
    home,
    cwd: home,
    uid: 1000,
    pid: 1,
    nodePath: process.execPath,
    programDir: home,
    version: '0',
    docs: 'https://docs.example',
    width: () => columns,
    isTerminal: false,
    isShown: false,
    canAsk: false,
    isInForeground: () => false,
    readLine: async () => undefined,
    now: () => 0,
    random: () => 0,
    whenStopped: () => AbortSignal.abort(),
    onSignal: () => undefined,
    stdout: (text) => {
      out.stdout += text
    },
    reveal: () => undefined,
    control: () => undefined,
    stderr: (text) => {
      out.stderr += text
    },
  })
  return { code, ...out }
}

// What is asked of help is the help of the program.
const all: [words: readonly string[], command: Command][] = commands
  .filter(({ name }) => name !== 'help')
  .flatMap((command) => [
    [[command.name], command],
    ...(command.actions ?? []).map((action): [string[], Command] => [[command.name, action.name], action]),
  ])

const unwrapped = (text: string): string => text.replaceAll(/\s+/g, ' ')

describe.each([60, 80, 120])('at %i columns', (columns) => {
  test.each(all)(
    'the help of %j has each of its options, and no line is wider',
    async (words, { describe, options }) => {
      const { code, stdout, stderr } = await typed([...words, '--help'], {}, columns)
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      for (const [name, option] of Object.entries(options)) {
        expect(stdout).toMatch(new RegExp(`^ +(?:-\\w, )?--${name}\\b`, 'm'))
        expect(unwrapped(stdout)).toContain(option.describe)
      }
      expect(stdout.split('\n').filter((line) => line.length > columns)).toEqual([])
      expect(stdout).not.toMatch(/\[(?:boolean|string|array|default)/)
      expect(await typed(['help', ...words], {}, columns)).toEqual({ code, stdout, stderr })
      const top = await typed(['--help'], {}, columns)
      if (words.length === 1) expect(unwrapped(top.stdout)).toContain(describe)
      expect(top.stdout.split('\n').filter((line) => line.length > columns)).toEqual([])
      // One screen.
      expect(top.stdout.split('\n').length).toBeLessThanOrEqual(columns < 80 ? 45 : 40)
    },
  )
})

test('each command has examples that its own parser takes', async () => {
  for (const [words, { examples }] of all)
    for (const [line] of examples) {
      const [program, ...argv] = (line.match(/ca-sync[^)|"]*/)?.[0] ?? line).trim().split(' ')
      expect({ words, program, asks: (await readLine(argv, commands)).asks }).toEqual({
        words,
        program: 'ca-sync',
        asks: 'run',
      })
    }
})

// What was typed; the message; what to type.
test.each([
  ['stauts', 'There is no command "stauts". Did you mean status?', 'ca-sync status --help'],
  ['comp', 'There is no command "comp". Did you mean completion?', 'ca-sync completion --help'],
  ['frobnicate', 'There is no command "frobnicate".', 'ca-sync --help'],
  ['--sorce x', 'There is no option --sorce. Did you mean --source?', 'ca-sync --help'],
  ['status --sorce x', 'There is no option --sorce. Did you mean --source?', 'ca-sync status --help'],
  ['status --forse', 'There is no option --forse. Did you mean --force?', 'ca-sync status --help'],
  ['-force', 'There is no option -force. Did you mean --force?', 'ca-sync --help'],
  ['-x', 'There is no option -x.', 'ca-sync --help'],
  ['--x', 'There is no option --x.', 'ca-sync --help'],
  ['-verbos', 'There is no option -verbos. Did you mean --verbose?', 'ca-sync --help'],
  ['-sdev', 'There is no option -sdev. Did you mean -s dev?', 'ca-sync --help'],
  ['status -Cvendor', 'There is no option -Cvendor. Did you mean -C vendor?', 'ca-sync status --help'],
  ['-C.', 'There is no option -C.. Did you mean -C .?', 'ca-sync --help'],
  ['-C..', 'There is no option -C... Did you mean -C ..?', 'ca-sync --help'],
  ['status -C./x', 'There is no option -C./x. Did you mean -C ./x?', 'ca-sync status --help'],
  ['-status', 'There is no option -status. Did you mean status?', 'ca-sync --help'],
  ['--doctor', 'There is no option --doctor. Did you mean doctor?', 'ca-sync --help'],
  ['-C../x', 'There is no option -C../x. Did you mean -C ../x?', 'ca-sync --help'],
  ['-sdev --nope', 'There is no option -sdev. Did you mean -s dev?', 'ca-sync --help'],
  ['--profile -vx', 'There is no option -vx.', 'ca-sync --help'],
  ['-dev', 'There is no option -dev.', 'ca-sync --help'],
  ['-vs=1 -xv', 'There is no option -xv.', 'ca-sync --help'],
  ['-nsv', 'There is no option -nsv.', 'ca-sync --help'],
  ['-sq', 'There is no option -sq.', 'ca-sync --help'],
  ['-Cq', 'There is no option -Cq.', 'ca-sync --help'],
  ['-n5', 'There is no option -n5.', 'ca-sync --help'],
  ['-Cmy_app', 'There is no option -Cmy_app. Did you mean -C my_app?', 'ca-sync --help'],
  ['exec -Cmy_app -- true', 'There is no option -Cmy_app. Did you mean -C my_app?', 'ca-sync exec --help'],
  ['exec -Cvendor -- true', 'There is no option -Cvendor. Did you mean -C vendor?', 'ca-sync exec --help'],
  ['exec --profile -- true', 'The option --profile needs a value: --profile NAME.', 'ca-sync exec --help'],
  ['status -sdev_1', 'There is no option -sdev_1. Did you mean -s dev_1?', 'ca-sync status --help'],
  ['-n_', 'There is no option -n_.', 'ca-sync --help'],
  ['-_5', 'There is no option -_5.', 'ca-sync --help'],
  ['-_', 'There is no option -_.', 'ca-sync --help'],
  ['--_=status', 'There is no option --_=status.', 'ca-sync --help'],
  ['doctor -force', 'There is no option -force. Did you mean --force?', 'ca-sync doctor --help'],
  ['exec poetry --version', 'The command to run stands after --.', 'ca-sync exec -- poetry'],
  ['exec -q poetry -V', 'The command to run stands after --.', 'ca-sync exec -- poetry'],
  ['exec poetry add x -v', 'The command to run stands after --.', 'ca-sync exec -- poetry add x'],
  ['-v stauts', 'There is no command "stauts". Did you mean status?', 'ca-sync status --help'],
  [
    'doctor --force',
    'ca-sync doctor has no option --force: it is one of sync, init, sources, exec or env.',
    'ca-sync doctor --help',
  ],
  ['status extra', '"extra" is one word too many for ca-sync status.', 'ca-sync status --help'],
  ['sources ad', 'ca-sync sources has no command "ad". Did you mean add?', 'ca-sync sources add --help'],
  ['schedule', 'What is ca-sync schedule to do? Give one of install, status or uninstall.', 'ca-sync schedule --help'],
  ['sources remove', 'A word is missing: ca-sync sources remove NAME', 'ca-sync sources remove --help'],
  ['sources remove -n', 'A word is missing: ca-sync sources remove NAME', 'ca-sync sources remove --help'],
  [
    'schedule instal',
    '"instal" is no value of ca-sync schedule. Did you mean install? It is one of install, status or uninstall.',
    'ca-sync schedule --help',
  ],
  [
    'env --format jso',
    '"jso" is no value of --format. Did you mean json? It is one of sh, fish, powershell, dotenv, github or json.',
    'ca-sync env --help',
  ],
  ['--store x', '"x" is no value of --store. It is one of keyring, plaintext or exec.', 'ca-sync --help'],
  ['--profile', 'The option --profile needs a value: --profile NAME.', 'ca-sync --help'],
  ['--profile -sso', 'There is no option -sso.', 'ca-sync --help'],
  ['--format', 'ca-sync has no option --format: it is one of env or policy.', 'ca-sync --help'],
  ['--profile --json=false', 'The option --profile needs a value: --profile NAME.', 'ca-sync --help'],
  ['status -s -q', 'The option --source needs a value: --source NAME.', 'ca-sync status --help'],
  ['status -C', 'The option --project needs a value: --project DIR.', 'ca-sync status --help'],
  ['login', 'Getting and renewing tokens is what plain ca-sync does.', 'ca-sync'],
  ['refresh --force', 'Getting and renewing tokens is what plain ca-sync does.', 'ca-sync'],
  ['renew', 'Getting and renewing tokens is what plain ca-sync does.', 'ca-sync'],
  ['run poetry install', 'What runs a command with the tokens is exec.', 'ca-sync exec -- poetry install'],
  ['list', 'What is configured, sources shows; whether it is ready, status.', 'ca-sync status'],
  ['whoami', 'Who you are to AWS, doctor asks.', 'ca-sync doctor'],
  ['exec poetry add x', 'The command to run stands after --.', 'ca-sync exec -- poetry add x'],
  ['exec', 'The command to run stands after --.', 'ca-sync exec -- poetry install'],
  ['exec --', 'The command to run stands after --.', 'ca-sync exec -- poetry install'],
  ['-s dev exec -- poetry add x', 'The words after -- are for exec.', 'ca-sync exec -s dev -- poetry add x'],
  [
    '-s dev doctor --offline',
    'ca-sync has no option --offline: it is one of doctor.',
    'ca-sync doctor -s dev --offline',
  ],
  ['--source dev,qa logout --nope', 'There is no option --nope.', 'ca-sync --help'],
  ['-s status --nope', 'There is no option --nope.', 'ca-sync --help'],
  ['--source=status --bogus', 'There is no option --bogus.', 'ca-sync --help'],
  ['help stauts', 'There is no command "stauts". Did you mean status?', 'ca-sync status --help'],
  ['constructor', 'There is no command "constructor".', 'ca-sync --help'],
  ['--constructor', 'There is no option --constructor.', 'ca-sync --help'],
  ['--no-quiet', 'There is no option --no-quiet.', 'ca-sync --help'],
])('ca-sync %s: %s', async (line, message, type) => {
  expect(await typed(line.split(' '))).toEqual({
    code: 2,
    stdout: '',
    stderr: `error: ${message}\n  Type: ${type}\n`,
  })
})

// yargs takes whatever is not `true` for false: `--dry-run=1` would write.
test.each([
  ['', '--dry-run=1'],
  ['', '-n=1'],
  ['', '-qn=1'],
  ['', '--dry-run='],
  ['', '--dry-run=TRUE'],
  ['', '-q=1'],
  ['', '--force=maybe'],
  ['', '--help=1'],
  ['', '--version=no'],
  ['sync -C x', '--dry-run=yes'],
  ['sources remove prod', '--dry-run=1'],
  ['logout', '--all=1'],
  ['doctor', '--share=1'],
  ['schedule install', '--json=1'],
])('ca-sync %s %s: a flag has no value but true and false', async (line, flag) => {
  expect(await typed([...line.split(' '), flag].filter(Boolean))).toEqual({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining(`error: The value of "${flag}" is neither true nor false.\n`),
  })
})

test.each([
  ['--dry-run=true'],
  ['-n=true'],
  ['--dry-run=false'],
  ['--all=false'],
  ['exec -- make --json=1'],
  ['exec -- make -q=1'],
  ['--profile=--json=1'],
  ['-qv'],
  ['-qC dev'],
  ['-qC/x/v'],
  ['-s5'],
  ['-ns=dev'],
  ['-qn=true'],
])('ca-sync %s is understood', async (line) => {
  expect((await readLine(line.split(' '), commands)).asks).toBe('run')
})

test.each([
  [['version'], '0\n'],
  [['-V'], '0\n'],
  [['status', '--version'], '0\n'],
  [['version', '--json'], '{\n  "version": "0",\n  "schemaVersion": 1\n}\n'],
])('%j tells the version', async (words, stdout) => {
  expect(await typed(words)).toEqual({ code: 0, stdout, stderr: '' })
})

const once = all.flatMap(([words, { words: its = {}, options }]) =>
  Object.entries(options).flatMap(([option, { type, array, repeats, choices = ['1'] }]) => {
    const filled = its['action']?.demandOption ? [...words, 'install'] : words
    return type === 'boolean' || array || repeats
      ? []
      : [[[...filled, `--${option}`, choices[0], `--${option}`, choices[0]], option]]
  }),
) as [words: string[], option: string][]

test.each(once)('%j: twice is refused', async (words, option) => {
  expect(await typed(words)).toEqual({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining(`error: --${option} is given more than once.\n`),
  })
})

const rows = ['sources', 'warnings', 'error', 'fixes', 'schemaVersion']
const job = ['schedule', 'warnings', 'error', 'fixes', 'schemaVersion']
const sudo = { SUDO_USER: 'kim' }

test.each([
  [[], rows, {}],
  [['sync'], rows, {}],
  [['status'], rows, {}],
  [['-q', 'sources'], rows, {}],
  [['doctor'], ['checks', 'error', 'fixes', 'schemaVersion'], {}],
  [['-q', 'doctor'], ['checks', 'error', 'fixes', 'schemaVersion'], {}],
  [['logout'], ['removed', 'kept', 'warnings', 'error', 'fixes', 'schemaVersion'], {}],
  [['logout', '--nope'], ['removed', 'kept', 'warnings', 'error', 'fixes', 'schemaVersion'], {}],
  [['schedule', 'install'], job, sudo],
  [['schedule', 'status'], job, sudo],
  [['schedule', 'uninstall', '--using', 'cron'], job, sudo],
  [['schedule'], job, {}],
  [['schedule', 'nope'], job, {}],
  [['--verbose', '-q', 'schedule', 'install', '--nope'], job, {}],
])('%j --json, refused: the document has the keys that its success has', async (words, keys, env) => {
  const { code, stdout } = await typed([...words, '--json'], env)
  expect(code).not.toBe(0)
  const document = JSON.parse(stdout)
  expect(Object.keys(document)).toEqual(keys)
  expect(document.error).toEqual({
    code: expect.any(String),
    message: expect.any(String),
    hint: expect.any(String),
  })
})

// Dropped, they would have made `ca-sync -- poetry install` say that all is well, and install nothing.
test.each([
  [['--', 'poetry', 'install'], 'ca-sync exec -- poetry install'],
  [['sync', '--', 'poetry', 'add', 'a b'], "ca-sync exec -- poetry add 'a b'"],
  [['--all', '--', 'make'], 'ca-sync exec -- make'],
  [['status', '--', 'poetry', '--help'], 'ca-sync exec -- poetry --help'],
  [['--help', '--', 'poetry'], 'ca-sync exec -- poetry'],
  [['completion', '--', 'x'], 'ca-sync exec -- x'],
  [['env', '--', 'poetry'], 'ca-sync exec -- poetry'],
  [['nosuch', '--'], 'ca-sync exec -- poetry install'],
])('%j: the words after -- are never dropped', async (words, meant) => {
  expect(await typed(words)).toEqual({
    code: 2,
    stdout: '',
    stderr: `error: The words after -- are for exec.\n  Type: ${meant}\n`,
  })
})
