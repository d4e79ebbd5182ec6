import { isFull } from '../core/ports/full-path.ts'
import type { Shell } from '../core/ports/shell.ts'
import type { Around } from '../programs/environment.ts'
import { isProgram, onPath } from '../programs/find.ts'
import { spawnHelper } from '../programs/start.ts'

/** What is asked of a shell stands between these: its start-up files may print anything. */
const answerMark = '@ca-sync@'
const answer = new RegExp(`${answerMark}(.*?)${answerMark}`, 's')

/** How long a user's start-up files may take, in milliseconds. */
const limitMs = 10_000

/**
 * What a new shell of the user's says that a word of its language is; undefined where it does not say, as when its start-up files end it or
 * start another one. It has no terminal, so that nothing can ask on one.
 */
async function askShell(shell: keyof typeof hooked, options: readonly string[], word: string, around: Around) {
  const program = onPath(shell, around).find(isProgram)
  if (program === undefined) return undefined
  const words = [program, ...options, '-c', `printf %s ${answerMark}${word}${answerMark}`] as const
  const child = spawnHelper(words, around, { detached: true })
  child.stdin.on('error', () => undefined).end()
  child.stderr.resume()
  let text = ''
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), limitMs)
    child.on('error', resolve).on('close', resolve)
    // What its start-up files have left running may keep the pipe open.
    child.on('exit', () => setTimeout(resolve, 100).unref()).on('exit', () => clearTimeout(timer))
    child.stdout.setEncoding('utf8').on('data', (more: string) => {
      text += more
      if (answer.test(text)) resolve()
    })
  })
  child.stdout.destroy()
  return answer.exec(text)?.[1]
}

/** macOS' terminals start login shells. */
const asTerminals = ({ platform }: Around): readonly string[] => (platform === 'darwin' ? ['-l'] : [])

const parameter = (expansion: string): string => `"\${${expansion}}"`

/** Where a new zsh looks for .zshrc: a ZDOTDIR that is set in .zshenv is in no environment. undefined where there is no zsh that says. */
export async function zshFolder(around: Around): Promise<string | undefined> {
  const folder = await askShell('zsh', asTerminals(around), parameter('ZDOTDIR:-$HOME'), around)
  return folder !== undefined && isFull(folder, around.platform) ? folder : undefined
}

const hooked = {
  bash: parameter('PROMPT_COMMAND[*]-'),
  zsh: parameter('precmd_functions-'),
  fish: '(functions --query __ca_sync_hook; and echo __ca_sync_hook; or echo)',
}

/** Whether a new shell has the hook at its prompt; undefined where that cannot be seen. */
export async function hasHook(shell: Shell, around: Around): Promise<boolean | undefined> {
  if (shell === 'powershell') return undefined
  return (await askShell(shell, [...asTerminals(around), '-i'], hooked[shell], around))?.includes('__ca_sync_hook')
}
