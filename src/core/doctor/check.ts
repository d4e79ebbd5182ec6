import type { CaSyncError } from '../words/errors.ts'

/** One link of a chain, looked at. */
export interface Check {
  /** The source it is about; null where it is about all of them. */
  readonly source: string | null
  readonly check: string
  readonly status: 'ok' | 'warning' | 'fault'
  readonly message: string
  /** What to type or change; null where nothing is wrong. */
  readonly fix: string | null
}

export const ok = (check: string, message: string, source: string | null = null): Check => ({
  source,
  check,
  status: 'ok',
  message,
  fix: null,
})

export const warning = (check: string, message: string, fix: string, source: string | null = null): Check => ({
  source,
  check,
  status: 'warning',
  message,
  fix,
})

export const fault = (check: string, message: string, fix: string, source: string | null = null): Check => ({
  source,
  check,
  status: 'fault',
  message,
  fix,
})

/** An error as a fault: its hint is the fix, and where that is a command, the command alone. */
export const faultOf = (
  check: string,
  { message, hint }: Pick<CaSyncError, 'message' | 'hint'>,
  source?: string,
): Check => fault(check, message, hint.replace(/^(?:Type|Run): /, ''), source ?? null)
