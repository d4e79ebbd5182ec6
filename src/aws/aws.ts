import type { Aws } from '../core/ports.ts'

export interface AwsOptions {
  /** The environment. The SDK and proxy-from-env read process.env by themselves, so this must be it. */
  readonly env: NodeJS.ProcessEnv
  /** Milliseconds for each call, with the look-up of credentials and all tries: 30,000 by hand, 15,000 unattended. */
  readonly limitMs: number
  /** Epoch milliseconds. */
  readonly now: () => number
}

/** AWS through its SDK, for one run: credentials, settings, accounts and endpoints are looked up once. Nothing is loaded before the first call. */
export function createAws(options: AwsOptions): Aws {
  let loading: Promise<Aws> | undefined
  const caller = () => {
    loading ??= import('./caller.ts').then(({ createCaller }) => createCaller(options))
    return loading
  }
  return {
    account: async (...asked) => (await caller()).account(...asked),
    endpoint: async (...asked) => (await caller()).endpoint(...asked),
    token: async (...asked) => (await caller()).token(...asked),
  }
}
