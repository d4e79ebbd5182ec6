import { resolve } from 'node:path'
import { ignoredOf, type misleading } from './core/ports/full-path.ts'
import type { BareHost, Host } from './core/ports/host.ts'
import { orElse } from './core/words/or-else.ts'
import { isInForeground } from './files/process.ts'
import type { plainState } from './state/quick.ts'

declare const __VERSION__: string
declare const __DOCS__: string

/** What main.ts has found out, and how it writes. */
interface Begun extends Pick<BareHost, 'argv' | 'env' | 'envAsGiven' | 'platform' | 'home' | 'cwd'> {
  readonly misled: ReturnType<typeof misleading>
  readonly state: ReturnType<typeof plainState>
  readonly write: (fd: number, text: string) => void
  readonly refuseUnloaded: (error: unknown) => never
  readonly isTerminal: (fd: number) => boolean
  readonly width: () => number
}

/** The terminal does the editing of the line, so that Ctrl-C stays the signal that it is elsewhere. */
async function askLine(): Promise<string | undefined> {
  const { createInterface } = await import('node:readline/promises')
  const lines = createInterface({ input: process.stdin, terminal: false })
  const ended = new Promise<undefined>((resolve) => lines.once('close', () => resolve(undefined)))
  try {
    return await Promise.race([lines.question(''), ended])
  } finally {
    lines.close()
  }
}

const quickHost = ({ argv, env, envAsGiven, platform, home, cwd, isTerminal }: Begun): BareHost => ({
  argv,
  env,
  envAsGiven,
  platform,
  home,
  cwd,
  uid: process.getuid?.(),
  nodePath: process.execPath,
  programDir: __dirname,
  now: Date.now,
  isInForeground: () => isInForeground() ?? [0, 1, 2].some(isTerminal),
  onSignal: (listener) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const)
      process.removeAllListeners(signal).on(signal, listener)
  },
})

/** Files of their own, since few runs need all. */
const loadProgram = async (host: BareHost) =>
  (require('./quick-load.cjs') as typeof import('./quick-load.ts')).load(host, `${process.version}-${process.arch}`)
const loadQuickExec = async () => (require('./quick-exec.cjs') as typeof import('./quick-exec.ts')).quickExec

/** Help, a hook, and what a shell asks at a Tab: files of their own, too. */
function quickText({ argv: words, env, envAsGiven, misled, platform, home, cwd, isTerminal, width }: Begun) {
  if (words[0] === 'completion' && words[1] === '--offer') {
    const around = { env, platform, home, folder: resolve(cwd, words[3] ?? '') }
    return (require('./quick-offers.cjs') as typeof import('./quick-offers.ts')).offers(words[2], around)
  }
  // What is set but not used, the program says.
  if (words[0] === 'hook' && Object.keys(ignoredOf(misled, envAsGiven)).length === 0) {
    const { quickHook } = require('./quick-hook.cjs') as typeof import('./quick-hook.ts')
    const text = quickHook(words, { env, platform, nodePath: process.execPath, programDir: __dirname })
    if (text !== undefined) return text
  }
  if (words[0] !== 'help' && words[0] !== 'completion' && !/^(?:-h|--help)$/.test(words.at(-1) ?? '')) return undefined
  const { quickHelp } = require('./quick-help.cjs') as typeof import('./quick-help.ts')
  return quickHelp(words, { env, platform, docs: __DOCS__, width, isShown: () => isTerminal(1) })
}

/** Poetry's Python starts beside the program. What goes wrong shows when the program starts it. */
const earlyPython = (host: BareHost, state: Begun['state']): Host['early'] =>
  orElse(() => (require('./quick-start.cjs') as typeof import('./quick-start.ts')).quickStart(host, state), undefined)

const politeMs = 5_000
let stopping: AbortController | undefined
let stopCode: number | undefined

/** Every write is atomic and every step repeatable: all but a command that asked for time may end at once. */
function stop(code: number): void {
  stopCode = code
  if (stopping === undefined) process.exit(code)
  stopping.abort()
  setTimeout(() => process.exit(code), politeMs)
}

async function program(begun: Begun): Promise<number> {
  const { argv, envAsGiven, misled, state, write, isTerminal, width } = begun
  const bare = quickHost(begun)
  const host: Host = {
    ...bare,
    early: argv.every((word) => /^(?:sync|-q|--quiet)$/.test(word)) ? earlyPython(bare, state) : undefined,
    ignored: ignoredOf(misled, envAsGiven),
    pid: process.pid,
    version: __VERSION__,
    docs: __DOCS__,
    width,
    isTerminal: isTerminal(2),
    isShown: isTerminal(1),
    canAsk: isTerminal(0) && isTerminal(2),
    readLine: askLine,
    random: Math.random,
    whenStopped() {
      stopping ??= new AbortController()
      return stopping.signal
    },
    stdout: (text) => write(1, text),
    reveal: (text) => write(1, text),
    control: (sequence) => write(2, sequence),
    stderr: (text) => write(2, text),
  }
  process.once('SIGINT', () => {
    if (host.isTerminal) host.stderr('\n')
    stop(130)
  })
  const run = await loadProgram(host).catch(begun.refuseUnloaded)
  return run(host, undefined, new Promise((_, reject) => process.once('uncaughtException', reject)))
}

async function answer(begun: Begun): Promise<number> {
  const text = begun.argv.includes('--') ? undefined : orElse(() => quickText(begun), undefined)
  if (text !== undefined) {
    begun.write(1, text)
    return 0
  }
  process.once('SIGTERM', () => stop(143))
  // Helpers have process groups of their own, which no terminal ends. Node ends at a HUP that is ignored where it is started, too.
  process.once('SIGHUP', () => stop(129)).once('SIGQUIT', () => stop(131))
  if (begun.argv[0] !== 'exec') return program(begun)
  return (await (await loadQuickExec().catch(begun.refuseUnloaded))(quickHost(begun))) ?? program(begun)
}

// A look-up that never ends (a hung credential_process) must not keep the program alive. What such a process started lives on:
// the SDK runs it through a shell and gives nobody its pid, and to end what we only guess to be ours would be worse.
/** All that is more than a look: runs to an exit code, and ends the process with it. */
export const start = (begun: Begun): Promise<never> => answer(begun).then((code) => process.exit(stopCode ?? code))
