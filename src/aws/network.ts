import { NodeHttpHandler } from '@smithy/node-http-handler'
import { ProxyingAgent } from './proxy.ts'

type Handler = InstanceType<typeof NodeHttpHandler>
type Answer = Awaited<ReturnType<Handler['handle']>>['response']

/** What went over the line for one task; for the text of an error. */
export interface Seen {
  /** The URL without path of the last request. */
  origin?: string
  date?: string | undefined
  /** Why the last request got no answer at all. */
  failure?: unknown
}

/** The HTTP of one task: what the SDK's clients take as their request handler, and what was seen. */
export interface Line {
  readonly requestHandler: Pick<Handler, 'handle' | 'metadata' | 'updateHttpClientConfig' | 'httpHandlerConfigs'>
  readonly seen: Seen
}

/** Answers at once, and asks nobody: a call through it loads, and has the engine read, all that the next one would wait for. */
export const rehearsed: Line['requestHandler'] = {
  metadata: { handlerProtocol: 'http/1.1' },
  httpHandlerConfigs: () => ({}),
  updateHttpClientConfig: () => undefined,
  handle: async () => ({ response: { statusCode: 200, headers: {}, body: new Uint8Array() } as Answer }),
}

/** Connections shared by all tasks; every request of a line ends when its signal aborts. */
export type Network = (signal: AbortSignal) => Line

interface NetworkOptions {
  readonly env: NodeJS.ProcessEnv
  /** Milliseconds for a whole call with its retries; one try gets half of it, one connection a third. */
  readonly limitMs: number
  /** PEM certificates to trust instead of Node's own. */
  readonly ca: string | undefined
  /** Ends connections that are kept for a next request. */
  readonly ended: AbortSignal
}

// The SDK waits for as long as Retry-After says, but never more than 5 s longer than it would have by itself.
const longestPauseSeconds = 5

/** Asking again sooner than AWS wants is no use, and waiting is for the next run: so this is an end, under a name that the SDK does not retry. */
function refuseLongPause({ statusCode, headers, body }: Answer): void {
  const seconds = Number(headers['retry-after'])
  if (!(statusCode === 429 || statusCode === 503) || !(seconds > longestPauseSeconds)) return
  body?.destroy()
  throw Object.assign(new Error('Rate exceeded'), { name: 'Throttled', $response: { headers } })
}

/** Proxies, certificates and limits of the environment, for clients of the SDK (which reads none of them by itself). */
export function createNetwork({ env, limitMs, ca, ended }: NetworkOptions): Network {
  // A proxy gets less than the whole connection, so that it is the proxy that is named.
  const agent = new ProxyingAgent({ env, connectMs: limitMs / 4, ca })
  ended.addEventListener('abort', () => agent.destroy())
  const handler = new NodeHttpHandler({
    httpAgent: agent,
    httpsAgent: agent as never,
    connectionTimeout: limitMs / 3,
    requestTimeout: limitMs / 2,
    socketTimeout: limitMs / 2,
    throwOnRequestTimeout: true,
  })
  return (signal) => {
    const seen: Seen = {}
    const requestHandler: Line['requestHandler'] = {
      metadata: handler.metadata,
      // Clients push their own defaults into a handler; ours is shared and stays as it is.
      updateHttpClientConfig: () => undefined,
      httpHandlerConfigs: () => handler.httpHandlerConfigs(),
      async handle(request, options) {
        seen.origin = `${request.protocol}//${request.hostname}${request.port ? `:${request.port}` : ''}`
        try {
          const answer = await handler.handle(request, { ...options, abortSignal: signal })
          refuseLongPause(answer.response)
          delete seen.failure
          seen.date = answer.response.headers['date']
          return answer
        } catch (error) {
          seen.failure = error
          throw error
        }
      },
    }
    return { requestHandler, seen }
  }
}
