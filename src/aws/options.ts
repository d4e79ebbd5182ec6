export interface AwsOptions {
  /** The environment. The SDK and proxy-from-env read process.env by themselves, so this must be it. */
  readonly env: NodeJS.ProcessEnv
  readonly platform: NodeJS.Platform
  /** Milliseconds for each call, with the look-up of credentials and all tries: 30,000 by hand, 15,000 unattended. */
  readonly limitMs: number
  /** Epoch milliseconds. */
  readonly now: () => number
}

export interface CallerOptions extends AwsOptions {
  /** Aborts when the run is over. */
  readonly ended: AbortSignal
}
