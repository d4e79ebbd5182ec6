import { awsApi } from './aws-api.ts'
import { codeArtifact } from './codeartifact.ts'
import type { Faults } from './faults.ts'
import { type Listener, listen } from './http.ts'
import type { Domain } from './model.ts'
import { defaults, type EmulatorOptions } from './options.ts'
import { addPackage } from './packages.ts'
import { pypi } from './pypi.ts'
import type { Call, PypiRequest } from './records.ts'
import { sts } from './sts.ts'
import type { PackageSpec } from './wheel.ts'
import { createWorld, repositoryUrl, type World } from './world.ts'

/** A domain by name; owner and region only matter where several domains share the name. */
interface DomainRef {
  readonly domain: string
  readonly owner?: string
  readonly region?: string
}

export interface Emulator {
  /** The AWS APIs, for AWS_ENDPOINT_URL_CODEARTIFACT and AWS_ENDPOINT_URL_STS. */
  readonly url: string
  /** Environment of a program that is to use the emulator as its first user. */
  readonly env: Readonly<Record<string, string>>
  /** AWS calls so far, in order of arrival. */
  readonly calls: readonly Call[]
  /** Requests to package repositories so far. */
  readonly requests: readonly PypiRequest[]
  readonly faults: Faults
  /** `http://127.0.0.1:<port of the domain>/pypi/<repository>/` */
  repositoryUrl(domain: string | DomainRef, repository: string): string
  /** Makes a small wheel and sdist and puts them into a repository. */
  addPackage(spec: DomainRef & PackageSpec & { readonly repository: string }): void
  /** Every token so far, for leak searches. */
  issuedTokens(): readonly string[]
  /** Whether a text is a token that one of the domains takes. */
  isLive(token: string): boolean
  /** Ends the life of every token so far. */
  expireTokens(): void
  /** Forgets `calls` and `requests`. */
  clearCalls(): void
  /** Ends at once, also with connections that still wait for an answer. Safe to call twice. */
  close(): Promise<void>
}

/** Starts AWS CodeArtifact and STS on one port of 127.0.0.1, and each domain's package repositories on a port of its own, since clients bind tokens to host and port. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const world = createWorld(options)
  const services = { codeartifact: codeArtifact(world), sts: sts(world) }
  const serviceOf = ({ path }: { path: string }) => (path === '/' ? services.sts : services.codeartifact)
  const api = await listen(awsApi(world, serviceOf), options.ports?.api ?? 0, world.now)
  const listeners = [api]
  try {
    for (const domain of world.domains) listeners.push(await serveDomain(world, domain, options))
  } catch (error) {
    await closeAll(listeners)
    throw error
  }
  const find = (ref: DomainRef) => findDomain(world, ref)
  return {
    url: api.url,
    env: environment(api.url, options),
    calls: world.calls,
    requests: world.requests,
    faults: world.faults,
    repositoryUrl: (domain, repository) =>
      repositoryUrl(world, find(typeof domain === 'string' ? { domain } : domain), repository),
    addPackage: ({ repository, ...spec }) => {
      const found = find(spec).repositories.get(repository)
      if (found === undefined) throw new Error(`the emulator has no repository ${repository} in ${spec.domain}`)
      addPackage(found, spec)
    },
    issuedTokens: world.tokens.values,
    isLive: (token) => world.domains.some((domain) => world.tokens.live(token, domain) !== undefined),
    expireTokens: world.tokens.expireAll,
    clearCalls: () => {
      world.calls.length = 0
      world.requests.length = 0
    },
    close: () => closeAll(listeners),
  }
}

async function serveDomain(world: World, domain: Domain, { ports }: EmulatorOptions): Promise<Listener> {
  const listener = await listen(pypi(world, domain), ports?.domains?.[domain.domain] ?? 0, world.now)
  world.origins.set(domain, listener.url)
  return listener
}

const closeAll = async (listeners: readonly Listener[]): Promise<void> => {
  await Promise.all(listeners.map((listener) => listener.close()))
}

function findDomain({ domains }: World, { domain, owner, region }: DomainRef): Domain {
  const found = domains.find(
    (it) =>
      it.domain === domain &&
      (owner === undefined || it.owner === owner) &&
      (region === undefined || it.region === region),
  )
  if (found === undefined) throw new Error(`the emulator has no domain ${domain}`)
  return found
}

function environment(url: string, { users = defaults.users }: EmulatorOptions): Record<string, string> {
  const [user] = users
  return {
    AWS_ENDPOINT_URL_CODEARTIFACT: url,
    AWS_ENDPOINT_URL_STS: url,
    AWS_EC2_METADATA_DISABLED: 'true',
    ...(user && { AWS_ACCESS_KEY_ID: user.accessKeyId, AWS_SECRET_ACCESS_KEY: user.secretAccessKey }),
    ...(user?.sessionToken && { AWS_SESSION_TOKEN: user.sessionToken }),
  }
}
