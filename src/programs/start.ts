import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { win32 } from 'node:path'
import { PassThrough, type Readable } from 'node:stream'
import { type Env, isFull, place } from '../core/ports/full-path.ts'
import { elsewhere, system32 } from '../files/places.ts'
import { atEnd, endGroup } from '../files/process.ts'
import { type Around, helperEnvironment } from './environment.ts'
import { isProgram, onPath } from './find.ts'

interface Start {
  readonly file: string
  readonly words: readonly string[]
  /** The words are a command line as it stands. */
  readonly verbatim: boolean
}

/** Node starts no batch files (CVE-2024-27980): those go through cmd.exe, with everything it would act upon escaped. */
export function windowsStart(file: string, words: readonly string[], env: Env): Start {
  if (!/\.(bat|cmd)$/i.test(file)) return { file, words, verbatim: false }
  const line = [win32.normalize(file).replaceAll(special, '^$&'), ...words.map(batchWord)].join(' ')
  const shell = place(env, 'ComSpec', 'win32') ?? win32.join(system32(env), 'cmd.exe')
  return { file: shell, words: ['/d', '/s', '/c', `"${line}"`], verbatim: true }
}

const special = /[()\][%!^"`<>&|;, *?]/g

/** Quoted for the program's own parser (CommandLineToArgvW), then escaped for cmd.exe. */
const batchWord = (word: string): string =>
  `"${word.replaceAll(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`.replaceAll(special, '^$&')

export type Words = readonly [program: string, ...words: string[]]

/** Tokens are in its memory: a crash must not write them to a disk. A pipe's limit does not count (core(5)), so no memory is given to one. */
const withoutCore = 'ulimit -c 0; echo 0 2>/dev/null >/proc/self/coredump_filter'

interface HelperOptions {
  /** In a session of its own, without a terminal: nothing can then ask on it. */
  readonly detached?: boolean
  /** What it needs besides the environment of every helper. */
  readonly variables?: Env
  /** Commands of sh that may end it before it starts; not for Windows. */
  readonly condition?: string
}

/**
 * Starts a helper to talk to, which may be given secrets, in a folder that is nobody's project.
 * @param words - the program by its full path
 */
export function spawnHelper(
  words: Words,
  around: Around,
  { detached = false, condition = '', variables }: HelperOptions = {},
): ChildProcessWithoutNullStreams {
  const shell: Words = ['/bin/sh', '-c', [withoutCore, condition, 'exec "$@"'].join('\n'), 'sh', ...words]
  // What cannot be started tells why by itself.
  const [program, ...rest] = around.platform !== 'win32' && isProgram(words[0]) ? shell : words
  const env = { ...helperEnvironment(around), ...variables }
  const options = { cwd: elsewhere(around), env, detached, windowsHide: true }
  return withStreams(spawn(program, rest, options))
}

/** What could not be started has the pid 0 inside of Node, whose kill() would end our whole process group. */
function safe<T extends ChildProcess>(child: T): T {
  return child.pid === undefined ? Object.assign(child, { kill: () => false }) : child
}

/** Where no more files can be opened (EMFILE), a child has no streams, and tells by an error as of any program that cannot be started. */
function withStreams(child: ChildProcessWithoutNullStreams): ChildProcessWithoutNullStreams {
  if (safe(child).stdin !== undefined) return child
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
  return Object.assign(child, { stdin, stdout, stderr, stdio: [] })
}

export interface Ran {
  /** undefined when there is no such program, it could not be started, was killed, or wrote too much. */
  readonly code: number | undefined
  readonly stdout: Buffer
  /** What it wrote there, or why it could not be started. */
  readonly stderr: string
  /** It did not end in time, and was killed. */
  readonly isLate: boolean
}

interface RunOptions {
  /** Milliseconds. */
  readonly limitMs: number
  readonly input?: Buffer | undefined
  /** What it needs besides the environment of every helper. */
  readonly variables?: Env
  /** For a program that answers for a folder; else it runs in one that is nobody's project. */
  readonly folder?: string
}

function endAll(child: ChildProcess, { env, platform }: Around): boolean {
  const { pid, exitCode, signalCode } = child
  if (pid === undefined || exitCode !== null || signalCode !== null) return false
  if (platform !== 'win32') endGroup(pid)
  else
    spawn(win32.join(system32(env), 'taskkill.exe'), ['/T', '/F', '/PID', `${pid}`])
      .on('error', () => child.kill('SIGKILL'))
      .on('exit', (code) => code === 0 || child.kill('SIGKILL'))
  return true
}

const mostBytes = 1_048_576

function heard(stream: Readable, tooMuch: () => void): () => Buffer {
  const parts: Buffer[] = []
  let left = mostBytes
  stream.on('data', (part: Buffer) => {
    left -= part.length
    if (left < 0) tooMuch()
    else parts.push(part)
  })
  return () => Buffer.concat(parts)
}

async function endOf(child: ChildProcessWithoutNullStreams, around: Around, limitMs: number): Promise<Ran> {
  let [isLate, isTooMuch] = [false, false]
  const end = (): boolean => {
    for (const stream of child.stdio) stream?.destroy() // what it left running may hold them
    return endAll(child, around)
  }
  const tooMuch = () => {
    isTooMuch = true
    end()
  }
  const [stdout, stderr] = [heard(child.stdout, tooMuch), heard(child.stderr, tooMuch)]
  const timer = setTimeout(() => {
    isLate = end()
  }, limitMs)
  const forget = atEnd(() => endAll(child, around))
  try {
    const [code] = await once(child, 'close')
    return {
      code: isTooMuch ? undefined : (code ?? undefined),
      stdout: stdout(),
      stderr: stderr().toString('utf8'),
      isLate,
    }
  } finally {
    clearTimeout(timer)
    forget()
  }
}

/**
 * Runs a helper to its end. When its time is over, or ours, it is ended, and all that it started.
 * @param words - the program by its full path, or by a name that is looked for on PATH
 */
export async function runHelper([name, ...words]: Words, around: Around, options: RunOptions): Promise<Ran> {
  const program = isFull(name, around.platform) ? name : onPath(name, around).find(isProgram)
  const nothing = { code: undefined, stdout: Buffer.alloc(0), isLate: false }
  if (program === undefined) return { ...nothing, stderr: '' }
  const { folder: cwd = elsewhere(around), limitMs, variables, input } = options
  const { file, words: written, verbatim: windowsVerbatimArguments } = startFor(program, words, around)
  const env = { ...helperEnvironment(around), ...variables }
  const detached = around.platform !== 'win32' // the first of a process group
  try {
    const child = withStreams(spawn(file, written, { cwd, env, detached, windowsHide: true, windowsVerbatimArguments }))
    child.stdin.on('error', () => undefined).end(input) // it may end without reading
    return await endOf(child, around, limitMs)
  } catch (error) {
    return { ...nothing, stderr: (error as Error).message } // a word with a zero byte, for one
  }
}

const startFor = (program: string, words: readonly string[], { env, platform }: Omit<Around, 'uid'>): Start =>
  platform === 'win32' ? windowsStart(program, words, env) : { file: program, words, verbatim: false }

interface CommandOptions {
  readonly platform: NodeJS.Platform
  readonly env: Env
  readonly cwd: string | undefined
  readonly name: string
}

/** Starts the user's own choice, as the user's shell would: in that folder and environment, with our input and output. */
export function spawnCommand([program, ...words]: Words, options: CommandOptions): ChildProcess {
  const { file, words: written, verbatim } = startFor(program, words, options)
  const { env, cwd, name, platform } = options
  const argv0 = platform === 'win32' ? undefined : name
  return safe(spawn(file, written, { env, cwd, stdio: 'inherit', windowsVerbatimArguments: verbatim, argv0 }))
}
