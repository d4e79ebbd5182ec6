import type { ClientRequest } from 'node:http'
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { Agent, type AgentConnectOpts } from 'agent-base'
import { getProxyForUrl } from 'proxy-from-env'

/** The proxy did not let us through. `proxy` has no user info in it; `code` is Node's, which the SDK's retries look at. */
export class ProxyError extends Error {
  override readonly name = 'ProxyError'
  readonly proxy: string
  readonly code: string | undefined

  constructor(proxy: string, message: string, cause?: unknown) {
    super(message, { cause })
    this.proxy = proxy
    this.code = (cause as NodeJS.ErrnoException | undefined)?.code
  }
}

const variables = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY']

/**
 * The proxy for a URL by HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, or undefined.
 * A value without a scheme is an http proxy, as for curl and the AWS CLI; proxy-from-env would take the URL's scheme.
 */
export function proxyFor(url: string, env: NodeJS.ProcessEnv): URL | undefined {
  const proxy = getProxyForUrl(url)
  if (proxy === '') return undefined
  const asWritten = variables.some((name) => env[name] === proxy)
  const text = asWritten ? proxy : proxy.replace(/^\w+:/, 'http:')
  if (!URL.canParse(text)) throw new ProxyError('in HTTPS_PROXY', 'is not a URL')
  const parsed = new URL(text)
  if (/^https?:$/.test(parsed.protocol)) return parsed
  throw new ProxyError(bare(parsed), 'is of a kind that ca-sync cannot use (only http and https)')
}

const bare = (url: URL): string => `${url.protocol}//${url.host}`

const direct = (options: AgentConnectOpts): Socket =>
  options.secureEndpoint ? connectTls(options) : connectTcp(options)

interface ProxyingOptions {
  readonly env: NodeJS.ProcessEnv
  /** How long the proxy may take to open a tunnel, in milliseconds. */
  readonly connectMs: number
  /** PEM certificates to trust instead of Node's own. */
  readonly ca: string | undefined
}

/** Connections that go through the proxy of the environment where it names one for the URL, else straight. */
export class ProxyingAgent extends Agent {
  readonly #options: ProxyingOptions

  constructor(options: ProxyingOptions) {
    super({ keepAlive: true, ...trust(options) })
    this.#options = options
  }

  connect(request: ClientRequest, options: AgentConnectOpts): Socket | Promise<Socket> {
    const scheme = options.secureEndpoint ? 'https' : 'http'
    const proxy = proxyFor(`${scheme}://${request.getHeader('host') ?? options.host}`, this.#options.env)
    return proxy === undefined ? direct(options) : this.#tunnel(proxy, request, options)
  }

  async #tunnel(proxy: URL, request: ClientRequest, options: AgentConnectOpts): Promise<Socket> {
    const patience = new AbortController()
    const timer = setTimeout(() => patience.abort(), this.#options.connectMs)
    let status = 200
    request.once('proxyConnect', (response: { statusCode: number }) => {
      status = response.statusCode
    })
    try {
      const { HttpsProxyAgent } = await import('https-proxy-agent')
      // One agent a connection: its signal also ends a socket on which the proxy stays silent.
      const agent = new HttpsProxyAgent(proxy, { ...trust(this.#options), signal: patience.signal })
      const socket = await agent.connect(request, options)
      if (status === 200) return socket
      socket.destroy()
    } catch (cause) {
      throw new ProxyError(bare(proxy), patience.signal.aborted ? 'did not answer' : 'could not be reached', cause)
    } finally {
      clearTimeout(timer)
    }
    const what = status === 407 ? 'asks for a user name and a password' : `refused (HTTP ${status})`
    throw new ProxyError(bare(proxy), what)
  }
}

const trust = ({ ca }: ProxyingOptions) => (ca === undefined ? {} : { ca })
