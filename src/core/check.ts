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
