import { existsSync } from 'node:fs'
import { constants as system } from 'node:os'
import { resolve } from 'node:path'
import type { Env } from '../core/ports/full-path.ts'
import type { Host } from '../core/ports/host.ts'
import { CaSyncError } from '../core/words/errors.ts'
import { quote } from '../core/words/quote.ts'
import { candidates, isProgram } from '../programs/find.ts'
import { spawnCommand, type Words } from '../programs/start.ts'

export type Parent = Pick<Host, 'env' | 'envAsGiven' | 'platform' | 'cwd' | 'isInForeground' | 'onSignal'>

const fromTerminal: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT']

/**
 * Runs a program in place of this one: its input, output, signals, folder, environment and exit code are the caller's own. No shell is involved.
 * @param variables - added to its environment
 * @returns its exit code; 128 and the signal's number if a signal ended it
 * @throws CaSyncError COMMAND_NOT_FOUND, COMMAND_NOT_EXECUTABLE
 */
export async function runCommand([name, ...words]: Words, variables: Env, parent: Parent): Promise<number> {
  const there = candidates(name, parent).filter((path) => existsSync(resolve(parent.cwd, path)))
  const program = there.find((path) => isProgram(resolve(parent.cwd, path))) ?? there[0]
  if (program === undefined) throw commandNotFound(name)
  try {
    return await running([program, ...words], name, variables, parent)
  } catch (error) {
    throw unstartable(name, error as NodeJS.ErrnoException)
  }
}

const running = (words: Words, name: string, variables: Env, parent: Parent) =>
  new Promise<number>((resolve, reject) => {
    const { platform, envAsGiven, cwd, isInForeground, onSignal } = parent
    // Before the start, so that none is lost; it is passed on in the next turn of the event loop.
    onSignal((signal) => {
      // On Windows a console gives its signals to all that is attached to it, and kill() would end the child unasked.
      if (platform !== 'win32' && !(fromTerminal.includes(signal) && isInForeground())) child.kill(signal)
    })
    const child = spawnCommand(words, { name, platform, env: { ...envAsGiven, ...variables }, cwd: cwd || undefined })
    child.on('error', (error) => {
      // Once it runs, an error is of a signal that the system did not let through: sudo's child is another user's.
      if (child.pid === undefined) reject(error)
    })
    child.on('exit', (code, signal) => resolve(signal === null ? (code ?? 1) : 128 + system.signals[signal]))
  })

const commandNotFound = (command: string): CaSyncError =>
  new CaSyncError('COMMAND_NOT_FOUND', `There is no program ${quote(command)}.`, {
    hint: /\s/.test(command)
      ? 'Write the program and its arguments as words of their own: ca-sync exec -- poetry install'
      : 'Check how it is spelt, and that it is installed and in a folder that PATH names in full.',
  })

const startReasons: Record<string, string> = {
  ENOENT: 'the interpreter that its first line names is not there',
  EACCES: 'it is a folder, or not executable',
  E2BIG: 'its arguments and the environment are too long together',
}

function unstartable(command: string, error: NodeJS.ErrnoException): CaSyncError {
  const message = `${quote(command)} cannot be started: ${startReasons[error.code ?? ''] ?? error.message}.`
  const hint = 'Look at the file; if it is a script of your own, type: chmod +x FILE'
  return new CaSyncError('COMMAND_NOT_EXECUTABLE', message, { hint, cause: error })
}
