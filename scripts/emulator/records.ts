/** One AWS call, as the emulator saw it. Fields that the call did not carry, or that no valid signature vouched for, are undefined. */
export interface Call {
  readonly service: 'codeartifact' | 'sts'
  readonly operation: string
  readonly accessKeyId: string | undefined
  /** Region of the signature. */
  readonly region: string | undefined
  readonly domain: string | undefined
  readonly repository: string | undefined
  /** As sent: query parameters of CodeArtifact (`duration`, `domain-owner`, …), form fields of STS (`RoleArn`, …). */
  readonly params: Readonly<Record<string, string>>
  /** Owner of the domain, the caller's own account when the call names none. */
  owner: string | undefined
  account: string | undefined
  arn: string | undefined
  /** Undefined while there is no answer, and for ever with the faults `hang` and `reset`. */
  status: number | undefined
}

/** One request to a package repository. */
export interface PypiRequest {
  readonly method: string
  readonly path: string
  readonly domain: string
  readonly repository: string | undefined
  /** Whether an Authorization header came at all. */
  readonly authorization: boolean
  readonly user: string | undefined
  /** Which token it was, as an index into `Emulator.issuedTokens()`, also one that has expired or is another domain's. */
  readonly token: number | undefined
  status: number | undefined
}
