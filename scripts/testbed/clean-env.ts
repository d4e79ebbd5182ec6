import { delimiter, dirname } from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

/** What pip, npm and Poetry may need to reach the package registries of this machine. */
const REGISTRY =
  /^(PIP_.*|npm_config_.*|https?_proxy|all_proxy|no_proxy|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE)$/i

const SYSTEM_PATH = ['/usr/local/bin', '/usr/bin', '/bin', '/usr/local/sbin', '/usr/sbin', '/sbin']

/** A complete environment with a home of its own: nothing of the machine's but where node, the system's programs and the registries are. */
export function cleanEnv(outer: Environment, home: string, nodePath: string): Record<string, string> {
  const kept = Object.entries(outer).filter(([name, value]) => value !== undefined && REGISTRY.test(name)) as [
    string,
    string,
  ][]
  const behindProxy = kept.some(([name]) => /^(https?|all)_proxy$/i.test(name))
  const direct = ['localhost', '127.0.0.1', outer['NO_PROXY'] ?? outer['no_proxy']].filter(Boolean).join(',')
  return {
    ...Object.fromEntries(kept),
    // The emulator is on this machine, and no proxy can reach it.
    ...(behindProxy && { NO_PROXY: direct, no_proxy: direct }),
    HOME: home,
    PATH: [dirname(nodePath), ...SYSTEM_PATH].join(delimiter),
    LANG: 'C.UTF-8',
    TERM: 'dumb',
  }
}
