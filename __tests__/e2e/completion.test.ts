import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { run } from '../../scripts/testbed/run.ts'
import { openStage, type Stage } from './stage.ts'

jest.setTimeout(120_000)

let stage: Stage
/** Where a stand-in for the program, which only says that it was started, is first on PATH. */
let silent: string
beforeAll(async () => {
  stage = await openStage({ keyring: 'no-bus' })
  silent = join(stage.box.dir, 'silent')
  await mkdir(silent)
  await writeFile(join(silent, 'ca-sync'), '#!/bin/sh\necho started >&2\n')
  await chmod(join(silent, 'ca-sync'), 0o755)
  await mkdir(join(stage.box.dir, 'home', '.aws'), { recursive: true })
})
afterAll(() => stage.close())

type ShellName = 'bash' | 'zsh' | 'fish'

/** What a shell offers at a Tab after a command line, once it has read the script. */
const offers: Record<ShellName, (words: readonly string[], script: string) => string> = {
  bash: (words, script) =>
    `. ${script}; COMP_WORDS=(ca-sync ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}
     _ca_sync; printf '%s\\n' "\${COMPREPLY[@]}"`,
  // The widgets that show matches need a terminal: what they are given is printed instead.
  zsh: (words, script) =>
    `. ${script} || exit 1
     _describe() { print -l -- \${(P)2}; }; compadd() { print -l -- \${(P)2}; }
     _files() { print -l -- *(/N); }; _normal() { print -l -- normal "$words[@]"; }; compset() { :; }
     words=(ca-sync ${words.map((word) => `'${word}'`).join(' ')}); CURRENT=$#words; $_comps[ca-sync]`,
  fish: (words, script) => `source ${script}; complete -C 'ca-sync ${words.join(' ')}'`,
}

const scripts = new Map<ShellName, string>()
async function script(shell: ShellName): Promise<string> {
  const path = join(stage.box.dir, `completion.${shell}`)
  if (!scripts.has(shell)) await writeFile(path, (await stage.caSync(['completion', shell])).stdout)
  scripts.set(shell, path)
  return path
}

async function typed(shell: ShellName, words: readonly string[], noNode = false): Promise<string[]> {
  const path = noNode ? `${silent}:${stage.env['PATH']}` : stage.env['PATH']
  const flags = shell === 'zsh' ? ['-f', '-c'] : ['-c']
  const { stdout, stderr } = await run(shell, [...flags, offers[shell](words, await script(shell))], {
    env: { ...stage.env, PATH: path, AWS_CONFIG_FILE: join(stage.box.dir, 'aws-config') },
    cwd: stage.project,
  })
  expect(stderr).toBe('')
  return stdout
    .split('\n')
    .map((line) => (line.match(/^-?[^:\t]*/)?.[0] ?? '').trim())
    .filter((word) => word !== '')
}

const shells: ShellName[] = ['bash', 'zsh', 'fish']

const statics: [words: string[], offered: string][] = [
  [['stat'], 'status'],
  [[''], 'doctor'],
  [['sources', ''], 'declare'],
  [['-C', '/tmp', 'sources', 'a'], 'add'],
  [['doctor', '--off'], '--offline'],
  [['--ref'], '--refresh-before'],
  [['sources', 'declare', '--pri'], '--priority'],
  [['schedule', '--using', 'sys'], 'systemd'],
  [['--store', ''], 'plaintext'],
  [['env', '--format', 'git'], 'github'],
  [['policy', '--format', 't'], 'terraform'],
  [['hook', 'install', 'z'], 'zsh'],
  [['completion', 'un'], 'uninstall'],
  [['help', 'sta'], 'status'],
]

test.each(shells.flatMap((shell) => statics.map(([words, offered]) => [shell, words, offered] as const)))(
  '%s completes %j without a start of Node',
  async (shell, words, offered) => expect(await typed(shell, words, true)).toContain(offered),
)

test.each(shells)('%s completes the names of this project’s sources, and of AWS profiles', async (shell) => {
  await writeFile(
    join(stage.box.dir, 'aws-config'),
    '[default]\n[profile dev-sso]\nregion = us-east-1\n[sso-session corp]\n',
  )
  expect(await typed(shell, ['-s', ''])).toEqual(expect.arrayContaining(['dev', 'qa', 'prod']))
  const profiles = await typed(shell, ['status', '--json', '--profile', ''])
  expect(profiles).toEqual([])
  expect(await typed(shell, ['exec', '--profile', 'd'])).toContain('dev-sso')
  expect(await typed(shell, ['exec', '--profile', ''])).not.toContain('corp')
})

test.each(shells)('%s completes folders after -C, and after -- as if the command stood alone', async (shell) => {
  await mkdir(join(stage.project, 'folder'), { recursive: true })
  expect((await typed(shell, ['-C', ''])).map((path) => path.replace(/\/$/, ''))).toContain('folder')
  const after = await typed(shell, ['exec', '-s', 'dev', '--', shell === 'zsh' ? 'x' : 'base64'])
  expect(after).toContain(shell === 'zsh' ? 'normal' : 'base64')
  expect(after).not.toContain('status')
})

test('bash, where = is a word of its own', async () => {
  expect(await typed('bash', ['env', '--format', '=', 'fi'])).toEqual(['fish'])
  expect(await typed('bash', ['env', '--format', '='])).toContain('fish')
})

test.each(shells)('completion of the own shell is printed; another word is an error that says which', async (shell) => {
  const { stdout } = await stage.caSync(['completion'], { env: { ...stage.env, SHELL: `/bin/${shell}` } })
  expect(stdout).toBe(await readFile(await script(shell), 'utf8'))
  expect(await stage.caSync(['completion', 'zhs'])).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('Did you mean zsh?'),
  })
})
