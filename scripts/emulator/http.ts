import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'

/** A request as it came over the wire: path and query are still percent-encoded, as signatures need them. */
export interface Request {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface Response {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Buffer
  /** The body comes byte by byte, with so long a wait between. */
  readonly dripMs?: number
}

/** `hang`: the connection stays open and silent. `reset`: it is torn down (TCP RST). */
export type Reply = Response | 'hang' | 'reset'
export type Handler = (request: Request) => Promise<Reply>

export interface Listener {
  readonly url: string
  /** Ends at once, also with connections that wait for an answer. Safe to call twice. */
  close(): Promise<void>
}

export const json = (status: number, body: object, headers: Record<string, string> = {}): Response => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
})

/** Serves on 127.0.0.1; port 0 picks a free one. `now` dates the answers, since AWS clients correct their clock by that header. */
export async function listen(handle: Handler, port: number, now: () => Date): Promise<Listener> {
  const server = createServer((incoming, outgoing) => {
    read(incoming)
      .then(handle)
      .catch(bug)
      .then((reply) => send(reply, outgoing, now()))
  })
  // Longer than any client keeps an idle connection: we never close one under a request.
  server.keepAliveTimeout = 120_000
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const closed = once(server, 'close')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

async function read(incoming: IncomingMessage): Promise<Request> {
  const [path = '/', ...query] = (incoming.url ?? '/').split('?')
  const body = await buffer(incoming)
  return { method: incoming.method ?? 'GET', path, query: query.join('?'), headers: incoming.headers, body }
}

/** A fault of the emulator itself must be seen by whoever runs the test, so it answers with its text. */
const bug = (error: unknown): Reply => json(500, { message: `emulator: ${String(error)}` })

function send(reply: Reply, outgoing: ServerResponse, date: Date): void {
  if (reply === 'reset') outgoing.socket?.resetAndDestroy()
  if (typeof reply === 'string' || outgoing.destroyed) return
  outgoing.writeHead(reply.status, {
    date: date.toUTCString(),
    'content-length': Buffer.byteLength(reply.body),
    ...reply.headers,
  })
  if (reply.dripMs === undefined) outgoing.end(reply.body)
  else void drip(Buffer.from(reply.body), reply.dripMs, outgoing)
}

async function drip(body: Buffer, ms: number, outgoing: ServerResponse): Promise<void> {
  for (const byte of body) {
    if (outgoing.destroyed) return
    outgoing.write(Buffer.from([byte]))
    await wait(ms, undefined, { ref: false })
  }
  outgoing.end()
}
