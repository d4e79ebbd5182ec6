import type { Env } from './full-path.ts'

/** What even a run that is answered at once needs. */
export interface BareHost {
  /** The words after `ca-sync`. */
  readonly argv: readonly string[]
  /** The process's own environment, without what would lead into the current folder (`misleading`). */
  readonly env: NodeJS.ProcessEnv
  /** What it was before: for the command of `exec`, which is the user's own choice. */
  readonly envAsGiven: Env
  readonly platform: NodeJS.Platform
  /** Empty where there is none. */
  readonly home: string
  /** The folder that the program was started in, and has left; empty when it was deleted. */
  readonly cwd: string
  /** undefined on Windows. */
  readonly uid: number | undefined
  readonly nodePath: string
  readonly programDir: string
  /** This process is in a terminal's foreground job: its Ctrl-C reaches all that we start. */
  isInForeground(): boolean
  /** Epoch milliseconds. */
  now(): number
  /** From now on, signals to this process go to the listener, and do nothing else. */
  onSignal(listener: (signal: NodeJS.Signals) => void): void
}

/** Who runs this as root, by sudo. */
export const sudoUser = ({ env }: Pick<BareHost, 'env'>): string | undefined => env['SUDO_USER'] ?? env['SUDO_UID']

/** What the program runs in. Only start.ts makes one. */
export interface Host extends BareHost {
  /** Gives the Python of Poetry's that was started before the program was loaded, once, if it is the one that is wanted. */
  readonly early?: ((wanted: string) => unknown) | undefined
  /** Places of the user's that a variable names, but not in full: they were left out. */
  readonly ignored: Env
  readonly pid: number
  readonly version: string
  readonly docs: string
  /** Columns of the terminal; 80 where there is none. */
  width(): number
  /** A person may be looking at stderr. */
  readonly isTerminal: boolean
  /** stdout is a terminal: what is printed stays on a screen. */
  readonly isShown: boolean
  /** A person can be asked: input and stderr are a terminal. */
  readonly canAsk: boolean
  /** The next line that the person types; undefined at the end of input. */
  readLine(): Promise<string | undefined>
  /** From 0 to 1. */
  random(): number
  /** Asks that SIGINT and SIGTERM end the program politely: the signal aborts, and the caller then returns. */
  whenStopped(): AbortSignal
  /** Data. */
  stdout(text: string): void
  /** Data that stays as it is to the byte: a secret that was asked for as such, or what a shell is to read. */
  reveal(text: string): void
  /** Steers the terminal that stderr is. */
  control(sequence: string): void
  /** Talk: warnings, errors, progress. */
  stderr(text: string): void
}
