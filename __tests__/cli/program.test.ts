import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import type { Command } from '../../src/cli/command.ts'
import { commands } from '../../src/cli/commands.ts'
import { run } from '../../src/cli/program.ts'

const home = mkdtempSync(join(tmpdir(), 'ca-sync-cli-'))
afterAll(() => rmSync(home, { recursive: true }))

/** A command line, in an empty home, with no program to start. */
async function typed(argv: readonly string[], more: NodeJS.ProcessEnv = {}) {
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

const own = ({ name }: Command): string => [name].flat()[0]?.split(' ')[0] ?? ''

const all: [words: readonly string[], command: Command][] = commands.flatMap((command) => [
  [[own(command)], command],
  ...(command.actions ?? []).map((action): [string[], Command] => [[own(command), own(action)], action]),
])

test.each(all)('the help of %j has each of its options', async (words, { describe, options }) => {
  const { code, stdout, stderr } = await typed([...words, '--help'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const lines = stdout.split('\n')
  const shown = Object.entries(options).filter(([name, option]) =>
    lines.some((line) => line.includes(`--${name} `) && line.includes(option.describe)),
  )
  expect(shown).toEqual(Object.entries(options))
  if (words.length === 1) expect((await typed(['--help'])).stdout).toContain(describe)
})

const once = all.flatMap(([words, { name, options }]) =>
  Object.entries(options).flatMap(([option, { type, array, choices = ['1'] }]) => {
    const filled = String(name).includes('<action>') ? [...words, 'install'] : words
    return type === 'boolean' || array
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

const rows = ['sources', 'warnings', 'error']
const job = ['schedule', 'warnings', 'error']
const sudo = { SUDO_USER: 'kim' }

test.each([
  [[], rows, {}],
  [['sync'], rows, {}],
  [['status'], rows, {}],
  [['-q', 'sources'], rows, {}],
  [['doctor'], ['checks', 'error'], {}],
  [['-q', 'doctor'], ['checks', 'error'], {}],
  [['logout'], ['removed', 'kept', 'warnings', 'error'], {}],
  [['logout', '--nope'], ['removed', 'kept', 'warnings', 'error'], {}],
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
  expect(document.error).toEqual({ code: expect.any(String), message: expect.any(String), hint: expect.any(String) })
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
