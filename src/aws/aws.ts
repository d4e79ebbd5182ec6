import type { Aws } from '../core/ports/aws.ts'
import type { AwsOptions } from './session.ts'

/**
 * AWS through its SDK, for one run: credentials, settings, accounts and endpoints are looked up once. Nothing is loaded before the
 * first call. `close` ends the connections that are kept for a next one.
 */
export function createAws(options: AwsOptions): Aws & { close(): void } {
  const run = new AbortController()
  let held: Promise<unknown> = Promise.resolve()
  let loading: Promise<Omit<Aws, 'hold'>> | undefined
  const ignore = () => undefined
  const caller = () => {
    const rest = { ended: run.signal, held: () => held }
    loading ??= import('./calls/caller.ts').then(({ createCaller }) => createCaller({ ...options, ...rest }))
    return loading
  }
  return {
    prepare: (...asked) => void caller().then((one) => one.prepare(...asked), ignore),
    hold: (until) => {
      held = until
    },
    account: async (...asked) => (await caller()).account(...asked),
    caller: async (...asked) => (await caller()).caller(...asked),
    endpoint: async (...asked) => (await caller()).endpoint(...asked),
    origins: async (...asked) => (await caller()).origins(...asked),
    repositories: async (...asked) => (await caller()).repositories(...asked),
    token: async (...asked) => (await caller()).token(...asked),
    close: () => run.abort(),
  }
}
