import { execFileSync } from 'node:child_process'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { checksOf } from './doctor-lab.ts'
import { openStage, type Stage } from './stage.ts'

jest.setTimeout(120_000)

let stage: Stage
beforeEach(async () => {
  stage = await openStage()
})
afterEach(() => stage.close())

const at = (name: string) => join(stage.box.home, name)
async function put(files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(at(name)), { recursive: true })
    await writeFile(at(name), text)
  }
}
/** What a new shell of a person knows of the hook. */
const prompts = (shell: string): string =>
  execFileSync(shell, ['-ic', `echo "\${PROMPT_COMMAND[*]-}\${precmd_functions-}"`], {
    env: { ...stage.env, ZDOTDIR: undefined } as NodeJS.ProcessEnv,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })

test.each<[string, Record<string, string>, string]>([
  [
    'in ~/.zshenv, not exported',
    { '.zshenv': 'ZDOTDIR=$HOME/.config/zsh\n', '.config/zsh/.zshrc': '' },
    '.config/zsh/.zshrc',
  ],
  ['in ~/.zshenv, exported, where no .zshrc is yet', { '.zshenv': 'export ZDOTDIR=~/z\n', 'z/x': '' }, 'z/.zshrc'],
  [
    'in ~/.zshenv, which also talks',
    { '.zshenv': 'echo hello; ZDOTDIR="$HOME/a b"; print -u2 oops\n', 'a b/.zshrc': '' },
    'a b/.zshrc',
  ],
  ['nowhere', { '.zshrc': '' }, '.zshrc'],
  ['to something relative', { '.zshenv': 'ZDOTDIR=.\n' }, '.zshrc'],
])('zsh: ZDOTDIR is set %s', async (_, files, expected) => {
  await put(files)
  const { code, stdout } = await stage.caSync(['hook', 'install', 'zsh'])
  expect(code).toBe(0)
  expect(stdout).toContain(`zsh: wrote the hook into ${at(expected)}\n`)
  if (!_.includes('relative')) expect(prompts('zsh')).toContain('__ca_sync_hook')
  expect((await stage.caSync(['hook', 'uninstall', 'zsh'])).stdout).toContain(`took the hook out of ${at(expected)}`)
})

const fish = '.config/fish/config.fish'

test.each<[string, 'bash' | 'zsh' | 'fish', Record<string, string>]>([
  ['a read-only PROMPT_COMMAND', 'bash', { '.bashrc': "readonly PROMPT_COMMAND='history -a'\n" }],
  ['a read-only array', 'bash', { '.bashrc': "declare -ra PROMPT_COMMAND=('history -a')\n" }],
  ['a return before the end', 'bash', { '.bashrc': 'alias x=y\nreturn\n' }],
  ['a return before the end, in zsh', 'zsh', { '.zshrc': 'return 0\n' }],
  ['an error before the end', 'bash', { '.bashrc': 'if true; then\n' }],
  ['no start-up files at all', 'zsh', { '.zshenv': 'setopt no_rcs\n', '.zshrc': '' }],
  ['a return before the end, in fish', 'fish', { '.config/fish/conf.d/ca-sync.fish': 'return\n' }],
  ['a function that is erased', 'fish', { [fish]: 'functions --erase (functions --all | string match "__ca*")\n' }],
])('%s: install says that the hook is not reached, and doctor that nothing renews', async (_, shell, files) => {
  await put(files)
  const { code, stdout, stderr } = await stage.caSync(['hook', 'install', shell])
  expect(code).toBe(0)
  expect(stderr).toContain(`warning: A new ${shell} does not have the hook.`)
  expect(stderr).toContain('ca-sync schedule install')
  expect(stdout).not.toContain('It works')
  expect(await stage.caSync([])).toMatchObject({ code: 0 })
  expect(checksOf(await stage.caSync(['doctor', '--json', '--offline']))).toContainEqual(
    expect.objectContaining({
      check: 'schedule',
      status: 'warning',
      message: expect.stringContaining(`the login hook of ${shell} has not run`),
    }),
  )
})

test.each<[string, 'bash' | 'zsh' | 'fish', string]>([
  ['starts another shell', 'bash', 'exec sh\n'],
  ['ends', 'bash', 'exit\n'],
  ['waits for an answer', 'zsh', 'read answer\nexit\n'],
  ['leaves a program running', 'bash', 'sleep 30 &\n'],
  ['starts another shell, in fish', 'fish', 'exec sh\n'],
  ['talks, and asks', 'fish', 'echo hello; read answer\n'],
])('a start-up file that %s: nothing wrong is said', async (_, shell, text) => {
  await put({ [shell === 'fish' ? fish : `.${shell}rc`]: text })
  const { code, stderr } = await stage.caSync(['hook', 'install', shell])
  expect(code).toBe(0)
  expect(stderr).not.toContain('does not have the hook')
})

test('doctor is content where a new fish has the hook, before its first prompt', async () => {
  const { stdout, stderr } = await stage.caSync(['hook', 'install', 'fish'])
  expect([stdout, stderr]).toEqual([expect.stringContaining('It works in every new fish.'), ''])
  expect(await stage.caSync([])).toMatchObject({ code: 0 })
  expect(checksOf(await stage.caSync(['doctor', '--json', '--offline']))).toContainEqual(
    expect.objectContaining({ check: 'schedule', status: 'ok', message: 'no job, but the login hook of fish' }),
  )
})

test('doctor is content where a new shell has the hook, and where it has run', async () => {
  await put({ '.bashrc': '', '.bash_profile': '. ~/.bashrc\n' })
  expect(await stage.caSync(['hook', 'install', 'bash'])).toMatchObject({ code: 0, stderr: '' })
  expect(await stage.caSync([])).toMatchObject({ code: 0 })
  const schedule = async () =>
    checksOf(await stage.caSync(['doctor', '--json', '--offline'])).find(({ check }) => check === 'schedule')
  expect(await schedule()).toMatchObject({ status: 'ok', message: 'no job, but the login hook of bash' })
  await writeFile(at('.bashrc'), `${await readFile(at('.bashrc'), 'utf8')}\nPROMPT_COMMAND=\n`)
  expect(await schedule()).toMatchObject({ status: 'warning' })
  // As the prompt does.
  execFileSync('bash', ['-ic', '__ca_sync_hook'], { env: stage.env as NodeJS.ProcessEnv, stdio: 'ignore' })
  expect(await schedule()).toMatchObject({ status: 'ok', message: 'no job, but the login hook of bash' })
  expect(await stage.caSync(['hook', 'uninstall'])).toMatchObject({ code: 0 })
  expect(await readdir(at('.local/state/ca-sync'))).not.toContain('hook-bash')
})
