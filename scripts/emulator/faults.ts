import { setTimeout as wait } from 'node:timers/promises'
import { ApiError, accessDenied } from './api-error.ts'
import type { Reply, Response } from './http.ts'

/** `times`: for so many requests, then all is well again (default: until cleared). `domain`: only for requests that name it. */
interface Scope {
  readonly times?: number
  readonly domain?: string
}

export type Fault = Scope &
  (
    | { readonly kind: 'error'; readonly status: number; readonly type: string; readonly message: string }
    | { readonly kind: 'throttle' /** Seconds. */; readonly retryAfter?: number }
    | {
        readonly kind: 'denied' /** The action that the text names, e.g. `sts:GetServiceBearerToken`. */
        readonly action?: string
      }
    | { readonly kind: 'garbage'; readonly body?: string }
    | {
        readonly kind: 'answer'
        readonly status?: number
        readonly headers?: Readonly<Record<string, string>>
        readonly body?: string | Buffer
      }
    | { readonly kind: 'drip' /** Between two bytes. */; readonly ms: number }
    | { readonly kind: 'slow'; readonly ms: number }
    /** The answer comes when this does. */
    | { readonly kind: 'held'; readonly until: Promise<unknown> }
    | { readonly kind: 'hang' | 'reset' }
  )

export interface Faults {
  /** Adds a fault to an operation: an AWS one (`GetAuthorizationToken`), or `ReadFromRepository`, `PublishPackageVersion` on the PyPI side. The newest that fits is taken. */
  set(operation: string, fault: Fault): void
  /** Without an operation: everywhere. */
  clear(operation?: string): void
}

export interface FaultBox extends Faults {
  /** The fault that this request gets, if any; counts it. */
  take(operation: string, domain: string | undefined): Fault | undefined
}

export function createFaults(): FaultBox {
  let entries: { readonly operation: string; readonly fault: Fault; left: number }[] = []
  return {
    set: (operation, fault) => {
      entries.unshift({ operation, fault, left: fault.times ?? Number.POSITIVE_INFINITY })
    },
    clear: (operation) => {
      entries = operation === undefined ? [] : entries.filter((entry) => entry.operation !== operation)
    },
    take: (operation, domain) => {
      const fits = ({ fault }: { fault: Fault }) => fault.domain === undefined || fault.domain === domain
      const entry = entries.find((entry) => entry.operation === operation && entry.left > 0 && fits(entry))
      if (entry !== undefined) entry.left -= 1
      return entry?.fault
    },
  }
}

/** A wait that never keeps the process alive. */
export const pause = (ms: number): Promise<void> => wait(ms, undefined, { ref: false })

/** Gives the faulty answer, or the true one. `caller` (an ARN) and `action` are what a refusal names. */
export async function withFault(
  fault: Fault | undefined,
  { caller, action }: { readonly caller: string; readonly action: string },
  answer: () => Reply,
): Promise<Reply> {
  switch (fault?.kind) {
    case undefined:
      return answer()
    case 'slow':
      await pause(fault.ms)
      return answer()
    case 'held':
      await fault.until
      return answer()
    case 'hang':
    case 'reset':
      return fault.kind
    case 'garbage':
      return {
        status: 200,
        headers: { 'content-type': 'text/html' },
        body: fault.body ?? '<html>Welcome to the guest network',
      }
    case 'answer':
      return { status: 200, headers: {}, body: '', ...fault }
    case 'drip':
      return { ...(answer() as Response), dripMs: fault.ms }
    case 'throttle':
      throw new ApiError(429, 'Throttling', 'Rate exceeded', { retryAfterSeconds: fault.retryAfter ?? 1 })
    case 'denied':
      throw accessDenied(caller, fault.action ?? action, '*')
    case 'error':
      throw new ApiError(fault.status, fault.type, fault.message)
  }
}
