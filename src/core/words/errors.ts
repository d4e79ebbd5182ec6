import { placed, printable, printableLines } from './quote.ts'

/** Exit codes of the program: the contract of the command line. */
export const EXIT = {
  ok: 0,
  bug: 1,
  usage: 2,
  project: 3,
  aws: 4,
  keyring: 5,
  partial: 6,
  notExecutable: 126,
  notFound: 127,
  interrupted: 130,
} as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

const exitCodes = {
  BUG: EXIT.bug,
  USAGE: EXIT.usage,
  HOME_UNKNOWN: EXIT.project,
  PROJECT_NOT_FOUND: EXIT.project,
  PYPROJECT_INVALID: EXIT.project,
  SOURCE_INVALID: EXIT.project,
  SOURCE_UNKNOWN: EXIT.project,
  SOURCE_HOST_MISMATCH: EXIT.project,
  NO_SOURCES: EXIT.project,
  NAME_CONFLICT: EXIT.project,
  CONFIG_INVALID: EXIT.project,
  FILE_UNWRITABLE: EXIT.project,
  STATE_UNREADABLE: EXIT.project,
  STATE_NEWER: EXIT.project,
  STATE_LOST: EXIT.project,
  STATE_DAMAGED: EXIT.project,
  AWS_SSO_EXPIRED: EXIT.aws,
  AWS_NO_CREDENTIALS: EXIT.aws,
  AWS_CREDENTIALS_EXPIRED: EXIT.aws,
  AWS_CREDENTIALS_INVALID: EXIT.aws,
  AWS_PROFILE_UNKNOWN: EXIT.aws,
  AWS_MFA_REQUIRED: EXIT.aws,
  AWS_ACCESS_DENIED: EXIT.aws,
  AWS_CLOCK_SKEW: EXIT.aws,
  AWS_DOMAIN_UNKNOWN: EXIT.aws,
  AWS_REPOSITORY_UNKNOWN: EXIT.aws,
  AWS_REQUEST_INVALID: EXIT.aws,
  AWS_THROTTLED: EXIT.aws,
  AWS_UNREACHABLE: EXIT.aws,
  AWS_FAILED: EXIT.aws,
  POETRY_NOT_FOUND: EXIT.keyring,
  POETRY_BROKEN: EXIT.keyring,
  POETRY_FILE_INVALID: EXIT.keyring,
  PLUGIN_CLASH: EXIT.keyring,
  KEYRING_DISABLED: EXIT.keyring,
  KEYRING_ABSENT: EXIT.keyring,
  KEYRING_LOCKED: EXIT.keyring,
  KEYRING_SILENT: EXIT.keyring,
  KEYRING_TOO_LONG: EXIT.keyring,
  KEYRING_FAILED: EXIT.keyring,
  CREDENTIALS_SHADOWED: EXIT.keyring,
  VAULT_FAILED: EXIT.keyring,
  BUSY: EXIT.keyring,
  SCHEDULE_REFUSED: EXIT.usage,
  SCHEDULER_ABSENT: EXIT.project,
  SCHEDULER_FAILED: EXIT.project,
  CRONTAB_DAMAGED: EXIT.project,
  COMMAND_NOT_EXECUTABLE: EXIT.notExecutable,
  COMMAND_NOT_FOUND: EXIT.notFound,
  NOT_SYNCED: EXIT.partial,
  TOKEN_EXPIRED: EXIT.partial,
} as const satisfies Record<string, ExitCode>

export type ErrorCode = keyof typeof exitCodes
export const errorCodes = Object.keys(exitCodes) as readonly ErrorCode[]

interface ErrorDetails {
  /** What the user should type or change, as one line. */
  readonly hint: string

  readonly cause?: unknown

  /** How long AWS asks to be left alone, in seconds (Retry-After). */
  readonly retryAfterSeconds?: number | undefined

  /** It comes of a variable of this shell: nobody else is to hear of it. */
  readonly passing?: boolean
}

/** The one error of this program: what happened, its code, and what to type next. Whatever its words quote, a terminal can show them. */
export class CaSyncError extends Error {
  readonly code: ErrorCode
  readonly hint: string
  readonly retryAfterSeconds?: number
  readonly passing: boolean

  constructor(code: ErrorCode, message: string, { hint, cause, retryAfterSeconds, passing = false }: ErrorDetails) {
    super(printable(message), cause === undefined ? undefined : { cause })
    this.name = 'CaSyncError'
    this.code = code
    this.hint = printableLines(hint)
    this.passing = passing
    if (retryAfterSeconds !== undefined) this.retryAfterSeconds = retryAfterSeconds
  }

  get exitCode(): ExitCode {
    return exitCodes[this.code]
  }
}

export type Said = Pick<CaSyncError, 'code' | 'message' | 'hint'>

export const saidOf = ({ code, message, hint }: Said): Said => ({ code, message, hint })

/** What is wrong, and what to type or change. */
export type Complaint = Omit<Said, 'code'>

/** The same where it is no error: all of it as whole sentences. */
export const inFull = ({ message, hint }: Complaint): string => `${message} ${hint}`.trim()

/** Gives the error of this program instead of throwing it. */
export function caughtNow<T>(work: () => T): T | CaSyncError {
  try {
    return work()
  } catch (error) {
    if (error instanceof CaSyncError) return error
    throw error
  }
}

/** The same for what is waited for. */
export async function caught<T>(work: () => Promise<T>): Promise<T | CaSyncError> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof CaSyncError) return error
    throw error
  }
}

/** The same error with another hint. */
export function hinting(error: CaSyncError, hint: string): CaSyncError {
  const { code, message, cause, stack } = error
  return hint === error.hint
    ? error
    : Object.assign(new CaSyncError(code, message, { ...error, hint, cause }), { stack })
}

/** The same error, for who is not in the project's folder. @param where - what names that in a command; empty for the current one */
export const inPlace = (error: CaSyncError, where: string): CaSyncError => hinting(error, placed(error.hint, where))

export function about(names: string, error: unknown): unknown {
  if (!(error instanceof CaSyncError)) return error
  return new CaSyncError(error.code, `${names}: ${error.message}`, { hint: error.hint, cause: error })
}
