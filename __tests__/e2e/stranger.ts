import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pieces } from './files.ts'
import type { Stage } from './stage.ts'

/** A server that would like to have a token, and keeps all that it is told. */
export interface Stranger {
  readonly url: string
  /** All of each request so far as text: its line, its headers, decoded where they are encoded, and its body. */
  readonly heard: string[]
  /** The requests that had an Authorization header with a password in it. */
  readonly passwords: string[]
  close(): void
}

const decoded = (text: string): string => Buffer.from(text, 'base64').toString('latin1')

/** The requests that have a token of the stage's in them: whole or in part, plain or encoded. */
export function tokensIn(stage: Stage, requests: readonly string[]): string[] {
  const texts = stage.emulator.issuedTokens().flatMap(pieces)
  return requests.filter((request) => texts.some((text) => request.includes(text)))
}

/** Whoever asks must say who they are (401); who does, finds nothing (404). Whatever is below `/to/` lies elsewhere. */
export async function openStranger(elsewhere?: () => string): Promise<Stranger> {
  const heard: string[] = []
  const passwords: string[] = []
  const server = createServer()
  server.on('request', async (request, response) => {
    const { method, url = '', rawHeaders, headers } = request
    let body = ''
    for await (const chunk of request.setEncoding('latin1')) body += chunk
    const login = decoded((headers.authorization ?? '').replace(/^\w+ /, ''))
    heard.push([method, url, decodeURIComponent(url), ...rawHeaders, login, body].join('\n'))
    if (/:./.test(login)) passwords.push(login)
    if (url.startsWith('/to/') && elsewhere !== undefined)
      response.writeHead(302, { location: new URL(url.slice(4), elsewhere()).href })
    else if (login === '') response.writeHead(401, { 'www-authenticate': 'Basic realm="dev"' })
    else response.writeHead(404)
    response.end()
  })
  // As a proxy, he is told whom one wants to reach, and that is all.
  server.on('connect', ({ url = '' }, socket) => {
    heard.push(`CONNECT ${url}`)
    socket.end('HTTP/1.1 502 No\r\n\r\n')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    passwords,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
