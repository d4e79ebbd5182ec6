import type { CaSyncError } from '../words/errors.ts'

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

const unwell =
  (status: Check['status']) =>
  (check: string, message: string, fix: string, source: string | null = null): Check => ({
    source,
    check,
    status,
    message,
    fix,
  })
export const warning = unwell('warning')
export const fault = unwell('fault')

/** An error as a fault: its hint is the fix, and where that is a command, the command alone. */
export const faultOf = (
  check: string,
  { message, hint }: Pick<CaSyncError, 'message' | 'hint'>,
  source?: string,
): Check => fault(check, message, hint.replace(/^(?:Type|Run): /, ''), source ?? null)

/** What the checks of one source go by. */
export interface Diagnosed {
  readonly file: string
  /** The repository's URL; undefined where it is not known yet. */
  readonly url: string | undefined
  /** undefined where Poetry was not found. */
  readonly poetryVersion: string | undefined
  /** What runs ca-sync on this project: `ca-sync`, or with `-C` and its folder. */
  readonly self: string
  readonly isWindows: boolean
}
