import { join } from 'node:path'
import process from 'node:process'
import { type Context, createContext } from '../../src/context.ts'
import type { Host } from '../../src/core/ports/host.ts'
import type { Poetry, Vault } from '../../src/core/ports/ports.ts'
import { redacted } from '../../src/terminal.ts'

/** A Poetry whose keyring takes everything. @param entries - what it holds: passwords by service */
export function memoryPoetry(entries = new Map<string, string>()): Poetry {
  const urls = new Map<string, string>()
  const usernames = new Map<string, string>()
  const names = { urls, usernames, passwords: new Map<string, string>() }
  const program = { poetry: '/poetry', python: '/python' }
  return {
    find: async () => program,
    open: () => ({
      probe: async () => ({ poetryVersion: '2.5.0', configDir: '/config', backend: 'memory' }),
      apply: async ({ write, check }) => {
        for (const { service, password } of write) entries.set(service, password)
        return { ready: check.map(({ name }) => name), failed: new Map() }
      },
      remove: async () => new Map(),
      again: () => undefined,
      close: () => undefined,
    }),
    inspect: () => {
      throw new Error('nothing is looked at here')
    },
    configDir: () => '/config',
    settings: async () => ({ names, repositories: [], quoting: [], shadows: () => [] }),
    change: async (_, changes) => {
      for (const [name, url] of Object.entries(changes.urls)) urls.set(name, url)
      for (const name of changes.usernames) usernames.set(name, 'aws')
      return []
    },
    written: () => [],
    forget: async () => undefined,
    authFile: () => '/config/auth.toml',
    password: async () => undefined,
    files: () => [],
  }
}

export function memoryVault(): Vault {
  const items = new Map<string, string>()
  return {
    read: async (account) => items.get(account),
    write: async (account, secret) => void items.set(account, secret),
    remove: async (account) => void items.delete(account),
  }
}

/** What a program in memory runs in: nobody looks, and nothing is heard of its end. The rest is this process's own. */
export const silentHost = (home: string, more: Partial<Host>): Host => ({
  argv: [],
  env: process.env,
  envAsGiven: process.env,
  ignored: {},
  platform: process.platform,
  home,
  cwd: join(home, 'my-app'),
  uid: process.getuid?.(),
  pid: process.pid,
  nodePath: process.execPath,
  programDir: home,
  version: '0',
  isTerminal: false,
  isShown: false,
  canAsk: false,
  isInForeground: () => false,
  onSignal: () => undefined,
  readLine: async () => undefined,
  now: () => Date.now(),
  random: Math.random,
  whenStopped: () => new AbortController().signal,
  stdout: () => undefined,
  reveal: () => undefined,
  control: () => undefined,
  stderr: (text) => process.stderr.write(text),
  ...more,
})

/** A context of the real parts but for some of them; its `again` keeps those. */
export function contextWith(host: Host, parts: Partial<Context>): Context {
  const secrets = new Set<string>()
  const manner = { quiet: false, verbose: false, unattended: true, inPassing: false }
  const make = (): Context => {
    const context = createContext(redacted(host, secrets), manner, secrets)
    const again = (): Context => {
      secrets.clear()
      return make()
    }
    return { ...context, ...parts, again }
  }
  return make()
}
