import { join } from 'node:path'
import process from 'node:process'
import type { Host } from '../../src/core/ports/host.ts'
import type { Vault } from '../../src/core/ports/keeper.ts'
import type { PoetryProgram } from '../../src/core/ports/poetry-python.ts'
import { createMachine, type Machine } from '../../src/machine.ts'
import { busError } from '../../src/poetry/bus.ts'
import { redacted } from '../../src/terminal.ts'
import { memoryKeyring } from './memory-keyring.ts'

/** A Poetry whose keyring takes everything. @param entries - what it holds: passwords by service */
export const memoryPoetry = (entries = new Map<string, string>()) => ({
  finder: memoryFinder({ poetry: '/poetry', python: '/python' }),
  keyring: memoryKeyring({ entries }),
  poetryFiles: memoryFiles(),
})

/** Finds one Poetry. @param packages - beside it, by name: the version of each */
export const memoryFinder = (program: PoetryProgram, packages = new Map<string, string>()): Machine['finder'] => ({
  find: async () => program,
  site: () => ({
    ...{ ...program, installer: 'pip', packages, name: '', injected: [], ofPoetrySelf: [], ofSystem: [] },
  }),
})

function memoryFiles(): Machine['poetryFiles'] {
  const urls = new Map<string, string>()
  const usernames = new Map<string, string>()
  const names = { urls, usernames, passwords: new Map<string, string>() }
  return {
    configDir: () => '/config',
    settings: async () => ({
      names,
      homes: {
        config: { path: '/config/config.toml', isFrozen: false },
        project: { path: '/poetry.toml', isFrozen: false },
      },
      publishUrl: (name) => urls.get(name),
      repositories: [],
      quoting: [],
      shadows: () => [],
    }),
    change: async (_, _project, changes) => {
      for (const [name, url] of Object.entries(changes.urls)) urls.set(name, url)
      for (const name of changes.usernames) usernames.set(name, 'aws')
      return []
    },
    written: () => [],
    absent: () => [],
    projectFile: () => '/poetry.toml',
    forget: async () => undefined,
    authFile: () => '/config/auth.toml',
    password: async () => undefined,
    paths: () => [],
    backendChoice: async () => '',
    isBare: () => false,
    busError: () => busError({}, undefined),
  }
}

/** @param items - what it holds */
export function memoryVault(
  items = new Map<string, string>(),
): Vault & { readonly items: ReadonlyMap<string, string> } {
  return {
    items,
    start: () => undefined,
    wake: () => undefined,
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

/** Makes machines of the real parts but for some; what is made at its first use still is. */
export function machinesWith(parts: Partial<Machine>): typeof createMachine {
  const overlay = Object.getOwnPropertyDescriptors(parts)
  return (...its) =>
    Object.defineProperties({} as Machine, { ...Object.getOwnPropertyDescriptors(createMachine(...its)), ...overlay })
}

/** The same for a job: each has a run of its own. */
export function jobsWith(host: Host, parts: Partial<Machine>): () => Machine {
  const secrets = new Set<string>()
  const manner = { quiet: false, verbose: false, unattended: true, inPassing: false }
  return () => {
    secrets.clear()
    return machinesWith(parts)(redacted(host, secrets), manner, secrets)
  }
}
