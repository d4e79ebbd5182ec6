import { spawn } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { constants as system } from 'node:os'
import { CaSyncError } from '../core/errors.ts'
import { quote } from '../core/quote.ts'
import { findOnWindows, type WindowsStart, windowsStart, windowsVariable } from './windows.ts'

export interface ChildOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: NodeJS.Platform
  /** This process is in a terminal's foreground job, all of which Ctrl-C reaches by itself, the child included. */
  isInForeground(): boolean
  /** From now on, signals to this process go to the listener instead. */
  onSignal(listener: (signal: NodeJS.Signals) => void): void
}

const fromTerminal: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT']

/**
 * Runs a program in place of this one: its input, output, signals and exit code are the caller's own. No shell is involved.
 * @returns its exit code; 128 and the signal's number if a signal ended it
 * @throws CaSyncError COMMAND_NOT_FOUND, COMMAND_NOT_EXECUTABLE
 */
export async function runProgram(command: string, words: readonly string[], options: ChildOptions): Promise<number> {
  const { platform, env } = options
  const start = platform === 'win32' ? startOnWindows(command, words, env) : { file: command, words, verbatim: false }
  try {
    return await running(start, options)
  } catch (error) {
    throw failure(command, error as NodeJS.ErrnoException)
  }
}

const running = ({ file, words, verbatim }: WindowsStart, { env, platform, isInForeground, onSignal }: ChildOptions) =>
  new Promise<number>((resolve, reject) => {
    // Before the start, so that none is lost; it is passed on in the next turn of the event loop.
    onSignal((signal) => {
      // On Windows a console gives its signals to all that is attached to it, and kill() would end the child unasked.
      if (platform !== 'win32' && !(fromTerminal.includes(signal) && isInForeground())) child.kill(signal)
    })
    const child = spawn(file, words, { env, stdio: 'inherit', windowsVerbatimArguments: verbatim })
    child.on('error', (error) => {
      // Once it runs, an error is of a signal that the system did not let through: sudo's child is another user's.
      if (child.pid === undefined) reject(error)
    })
    child.on('exit', (code, signal) => resolve(signal === null ? (code ?? 1) : 128 + system.signals[signal]))
  })

function startOnWindows(command: string, words: readonly string[], env: ChildOptions['env']): WindowsStart {
  const [path, extensions, shell] = ['PATH', 'PATHEXT', 'ComSpec'].map((name) => windowsVariable(env, name))
  const file = findOnWindows(command, { path: path ?? '', extensions: extensions ?? '', isFile })
  if (file === undefined) throw notFound(command)
  return windowsStart(file, words, shell || 'cmd.exe')
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true

const notFound = (command: string): CaSyncError =>
  new CaSyncError(
    'COMMAND_NOT_FOUND',
    `There is no program ${quote(command)}.`,
    /\s/.test(command)
      ? 'Write the program and its arguments as words of their own: ca-sync exec -- poetry install'
      : 'Check how it is spelt, and that it is installed and on your PATH.',
  )

const reasons: Record<string, string> = {
  ENOENT: 'the interpreter that its first line names is not there',
  EACCES: 'it is a folder, or not executable',
  E2BIG: 'its arguments and the environment are too long together',
}

function failure(command: string, error: NodeJS.ErrnoException): CaSyncError {
  const isMissing = error.code === 'ENOENT' && !(command.includes('/') && existsSync(command))
  if (isMissing || command === '') return notFound(command)
  const message = `${quote(command)} cannot be started: ${reasons[error.code ?? ''] ?? error.message}.`
  const hint = 'Look at the file; if it is a script of your own, type: chmod +x FILE'
  return new CaSyncError('COMMAND_NOT_EXECUTABLE', message, hint, error)
}
