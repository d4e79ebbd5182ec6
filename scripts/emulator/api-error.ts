/**
 * An answer that is an error. `type` is the name that STS uses (`AccessDenied`, `ExpiredToken`, …);
 * CodeArtifact has its own names for the same things, see `codeartifact.ts`.
 */
export class ApiError extends Error {
  readonly status: number
  readonly type: string
  /** What a JSON error carries beside its message, e.g. `resourceId`, `retryAfterSeconds`. */
  readonly fields: Readonly<Record<string, string | number>>

  constructor(status: number, type: string, message: string, fields: Readonly<Record<string, string | number>> = {}) {
    super(message)
    this.status = status
    this.type = type
    this.fields = fields
  }

  /** The header that tells a throttled client when to come back. */
  get headers(): Record<string, string> {
    const { retryAfterSeconds } = this.fields
    return retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }
  }
}

/** AWS's wording of a refused action. */
export function accessDenied(arn: string, action: string, resource: string, policy = 'identity-based'): ApiError {
  const refusal = `User: ${arn} is not authorized to perform: ${action} on resource: ${resource}`
  return new ApiError(403, 'AccessDenied', `${refusal} because no ${policy} policy allows the ${action} action`)
}
