import { join } from 'node:path'
import process from 'node:process'
import type { Host } from '../../src/core/ports/host.ts'
import type { PoetryFiles } from '../../src/core/ports/poetry-files.ts'
import type { PoetryFinder } from '../../src/core/ports/poetry-finder.ts'
import type { PoetryKeyring } from '../../src/core/ports/poetry-keyring.ts'
import type { Vault } from '../../src/core/ports/vault.ts'
import { createMachine, type Machine } from '../../src/machine.ts'
import { redacted } from '../../src/terminal.ts'

/** A Poetry whose keyring takes everything. @param entries - what it holds: passwords by service */
export const memoryPoetry = (entries = new Map<string, string>()) => ({
  finder: memoryFinder,
  keyring: memoryKeyring(entries),
  poetryFiles: memoryFiles(),
})

const memoryFinder: PoetryFinder = { find: async () => ({ poetry: '/poetry', python: '/python' }) }

const memoryKeyring = (entries: Map<string, string>): PoetryKeyring => ({
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
})

function memoryFiles(): PoetryFiles {
  const urls = new Map<string, string>()
  const usernames = new Map<string, string>()
  const names = { urls, usernames, passwords: new Map<string, string>() }
  return {
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
    paths: () => [],
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
  docs: 'https://docs.example',
  width: () => 80,
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

/** A machine of the real parts but for some of them; its `again` keeps those. */
export function machineWith(host: Host, parts: Partial<Machine>): Machine {
  const secrets = new Set<string>()
  const manner = { quiet: false, verbose: false, unattended: true, inPassing: false }
  const make = (): Machine => {
    const machine = createMachine(redacted(host, secrets), manner, secrets)
    const again = (): Machine => {
      secrets.clear()
      return make()
    }
    return { ...machine, ...parts, again }
  }
  return make()
}
