import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { startEmulator } from '../../scripts/emulator/emulator.ts'
import type { EmulatorOptions } from '../../scripts/emulator/options.ts'
import { createAws } from '../../src/aws/aws.ts'
import { CaSyncError } from '../../src/core/words/errors.ts'

export const domain = { domain: 'my-domain', owner: '564131876131', region: 'us-east-1' }
export const role = 'arn:aws:iam::564131876131:role/reader'
export const keys = { id: 'AKIAIOSFODNN7EXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }
export const temporary = { ...keys, id: 'ASIAIOSFODNN7EXAMPLE', session: 'session-token' }
export const profile = (name: string) => ({ base: { kind: 'profile', profile: name } }) as const
export const byDefault = { base: { kind: 'default' } } as const
export const byKeys = { base: { kind: 'environment' } } as const

const closers: (() => unknown)[] = []
const { env } = process
const original = { ...env }

/** For afterEach: ends every server of the test and gives the environment back. */
export async function tidy(): Promise<void> {
  await Promise.all(closers.splice(0).map((close) => close()))
  for (const name of Object.keys(env)) delete env[name]
  Object.assign(env, original)
}

/** Makes process.env exactly this for AWS and proxies (the SDK reads nothing else), in a home folder with these files. */
export function environment(variables: Record<string, string>, files: Record<string, string> = {}): NodeJS.ProcessEnv {
  const home = mkdtempSync(join(tmpdir(), 'ca-sync-aws-'))
  closers.push(async () => rmSync(home, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, name)), { recursive: true })
    writeFileSync(join(home, name), text.replaceAll('HOME', home))
  }
  for (const name of Object.keys(env)) if (/^AWS_|_proxy$/i.test(name)) delete env[name]
  const quiet = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', AWS_EC2_METADATA_DISABLED: 'true' }
  return Object.assign(env, {
    HOME: home,
    AWS_LOGIN_CACHE_DIRECTORY: join(home, '.aws/login/cache'),
    ...quiet,
    ...variables,
  })
}

export const ssoCache = (session: string): string =>
  `.aws/sso/cache/${createHash('sha1').update(session).digest('hex')}.json`

/** Where the SDK keeps what `aws login` got; the folder is set by `environment`. */
export const loginCache = (session: string): string =>
  `.aws/login/cache/${createHash('sha256').update(session).digest('hex')}.json`

export const aws = (limitMs = 20_000, now = Date.now) => createAws({ env, platform: process.platform, limitMs, now })

/** With one user, who has long-lived keys and temporary ones, such as SSO gives. */
export async function emulator(options: EmulatorOptions = {}) {
  const account = '564131876131'
  const arn = `arn:aws:iam::${account}:user/developer`
  const started = await startEmulator({
    users: [
      { accessKeyId: keys.id, secretAccessKey: keys.secret, account, arn },
      { accessKeyId: temporary.id, secretAccessKey: keys.secret, sessionToken: temporary.session, account, arn },
    ],
    roles: [{ arn: role, trusted: [account] }],
    ...options,
  })
  closers.push(started.close)
  return started
}

/** What a promise was refused with: the program's error, with everything of it that may ever be printed. */
export async function refusal(promise: Promise<unknown>): Promise<{
  code: string
  message: string
  hint: string
  retryAfterSeconds: number | undefined
  all: string
}> {
  const error = await promise.then(
    (value) => new Error(`not refused but ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  )
  if (!(error instanceof CaSyncError)) throw error
  const { code, message, hint, retryAfterSeconds, stack } = error
  const all = [hint, stack, error.cause instanceof Error ? error.cause.stack : ''].join('\n')
  return { code, message, hint, retryAfterSeconds, all }
}

async function listening(server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    for (const socket of sockets) socket.destroy()
    return new Promise((resolve) => server.close(resolve))
  })
  return (server.address() as AddressInfo).port
}

/** A server that answers as told, and its requests (`POST /token`). */
export async function serve(listener: RequestListener) {
  const seen: { line: string; body: string; headers: IncomingMessage['headers'] }[] = []
  const port = await listening(
    createServer(async (request, response) => {
      const body = await request.toArray()
      seen.push({
        line: `${request.method} ${request.url}`,
        body: Buffer.concat(body).toString(),
        headers: request.headers,
      })
      listener(request, response)
    }),
  )
  return { url: `http://127.0.0.1:${port}`, port, seen }
}

/** A proxy whose CONNECT leads to `ports[host]`, or is answered with `status`, or (status 0) never. */
export async function proxy(ports: Record<string, number>, status = 200) {
  const tunnels: string[] = []
  const server = createServer((_, response) => response.writeHead(418).end())
  server.on('connect', (request, client: Socket) => {
    tunnels.push(request.url ?? '')
    client.on('error', () => undefined)
    if (status !== 200) return status && client.end(`HTTP/1.1 ${status} No\r\n\r\n`)
    const port = ports[(request.url ?? '').split(':')[0] ?? '']
    if (port === undefined) return client.end('HTTP/1.1 502 Unknown host\r\n\r\n')
    const upstream = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n')
      upstream.pipe(client).pipe(upstream)
    })
    upstream.on('error', () => client.destroy())
    return client.on('close', () => upstream.destroy())
  })
  const port = await listening(server)
  return { url: `http://127.0.0.1:${port}`, host: `127.0.0.1:${port}`, tunnels }
}
