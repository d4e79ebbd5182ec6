import { writeSync } from 'node:fs'
import { resolve } from 'node:path'
import { ignoredOf, isFull, misleading } from './core/ports/full-path.ts'
import type { BareHost, Host } from './core/ports/host.ts'
import { unloaded } from './core/words/load.ts'
import { orElse } from './core/words/or-else.ts'
import { elsewhere } from './files/places.ts'
import { isInForeground, mayBeTerminal } from './files/process.ts'
import { nothingToDo, plainState, quickNames } from './state/quick.ts'

declare const __VERSION__: string
declare const __DOCS__: string

const { argv, env, platform } = process
const envAsGiven = { ...env }
const misled = misleading(envAsGiven, platform)
// In the process's own environment, too: the AWS SDK looks there, and so does what it starts.
for (const [name, value] of misled) {
  if (value === undefined) delete env[name]
  else env[name] = value
}
const homeName = platform === 'win32' ? 'USERPROFILE' : 'HOME'
const home = env[homeName] ?? listedHome()
if (home !== '') env[homeName] = home

// A stranger's project may be the current folder: nothing that is looked for, started or left behind is looked for, started or left there.
// Empty when somebody deleted it.
const cwd = orElse(process.cwd, '')
process.chdir(elsewhere({ env, platform }))

const lostOutput: Record<string, string> = { ENOSPC: 'no space left on the disk' }

function fail(text: string): never {
  write(2, `error: ${text}\n`)
  process.exit(1)
}

/** Writes all of a text, also into a pipe that is full for a moment. What a reader that has gone misses does not stop the run, nor does talk that nobody can hear. */
function write(fd: number, text: string): void {
  for (let bytes = Buffer.from(text); bytes.length > 0; ) {
    try {
      bytes = bytes.subarray(writeSync(fd, bytes))
    } catch (error) {
      const { code = '', message } = error as NodeJS.ErrnoException
      if (code === 'EAGAIN') continue
      const reason = lostOutput[code] ?? message.replace(/^\w+: |, write$/g, '')
      if (fd === 1 && !/^(?:EPIPE|EOF)$/.test(code)) fail(`Cannot write the output: ${reason}.`)
      return
    }
  }
}

/** By the system's list of users; empty where that has none. */
function listedHome(): string {
  const folder = orElse(process.getBuiltinModule('node:os').homedir, '')
  return isFull(folder, platform) ? folder : ''
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

// What knows terminals loads all of the network.
const isTerminal = (fd: number): boolean =>
  (platform === 'win32' || orElse(() => mayBeTerminal(fd), false)) && process.getBuiltinModule('node:tty').isatty(fd)

/** A terminal that does not know its width says 0. */
const width = (): number => (isTerminal(1) ? process.stdout.columns : isTerminal(2) ? process.stderr.columns : 0) || 80

const quickHost = (words: readonly string[]): BareHost => ({
  argv: words,
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

/** Files of their own, so that a run with nothing to do does not pay for them. */
const loadProgram = async (host: BareHost) =>
  (require('./quick-load.cjs') as typeof import('./quick-load.ts')).load(host, `${process.version}-${process.arch}`)
const loadQuickExec = async () => (require('./quick-exec.cjs') as typeof import('./quick-exec.ts')).quickExec

/** Help, a hook, and what a shell asks at a Tab: files of their own, too. */
function quickText(words: readonly string[]): string | undefined {
  if (words[0] === 'completion' && words[1] === '--offer') {
    const around = { env, platform, home, folder: resolve(cwd, words[3] ?? '') }
    const known = words[2] === 'source' ? quickNames(around.folder, around) : undefined
    return known ?? (require('./quick-offers.cjs') as typeof import('./quick-offers.ts')).offers(words[2], around)
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

const refuseUnloaded = (error: unknown): never => fail(unloaded(error).join('\n  '))

/** Poetry's Python starts beside the program. What goes wrong shows when the program starts it. */
const earlyPython = (host: BareHost): Host['early'] =>
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

async function program(words: readonly string[]): Promise<number> {
  const host: Host = {
    ...quickHost(words),
    early: words.every((word) => /^(?:sync|-q|--quiet)$/.test(word)) ? earlyPython(quickHost(words)) : undefined,
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
  const run = await loadProgram(host).catch(refuseUnloaded)
  return run(host, undefined, new Promise((_, reject) => process.once('uncaughtException', reject)))
}

async function start(words: readonly string[]): Promise<number> {
  const text = words.includes('--') ? undefined : orElse(() => quickText(words), undefined)
  if (text !== undefined) {
    write(1, text)
    return 0
  }
  process.once('SIGTERM', () => stop(143))
  // Helpers have process groups of their own, which no terminal ends. Node ends at a HUP that is ignored where it is started, too.
  process.once('SIGHUP', () => stop(129)).once('SIGQUIT', () => stop(131))
  const code = words[0] === 'exec' ? await (await loadQuickExec().catch(refuseUnloaded))(quickHost(words)) : undefined
  return code ?? program(words)
}

const words = argv.slice(2)
const state = plainState(words, { env, platform, home })
const quickReply = /^(?:--version|-V|version)$/.test(words.join(' '))
  ? { stdout: `${__VERSION__}\n`, stderr: '' }
  : nothingToDo(words, cwd, Date.now(), { env, platform, home }, state)
// Its longest line has 62 columns.
if (quickReply !== undefined) {
  const { stdout, stderr } = quickReply
  write(
    1,
    stdout.replace(', tokens', (words) => (isTerminal(1) && width() < 62 ? ',\n  tokens' : words)),
  )
  write(2, stderr)
}
// A look-up that never ends (a hung credential_process) must not keep the program alive. What such a process started lives on:
// the SDK runs it through a shell and gives nobody its pid, and to end what we only guess to be ours would be worse.
else start(words).then((code) => process.exit(stopCode ?? code))
