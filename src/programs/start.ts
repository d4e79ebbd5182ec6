import { type ChildProcess, type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process'
import { type Env, isFull } from '../core/ports/full-path.ts'
import { elsewhere } from '../files/places.ts'
import { type Around, helperEnvironment } from './environment.ts'
import { isProgram, onPath } from './find.ts'
import { type Start, windowsStart } from './windows.ts'

/** A program and its arguments. */
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
  return spawn(program, rest, options)
}

export interface Ran {
  /** undefined when there is no such program, it could not be started, or was killed. */
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

/**
 * Runs a helper to its end.
 * @param words - the program by its full path, or by a name that is looked for on PATH
 */
export async function runHelper([name, ...words]: Words, around: Around, options: RunOptions): Promise<Ran> {
  const program = isFull(name, around.platform) ? name : onPath(name, around).find(isProgram)
  const nothing = { code: undefined, stdout: Buffer.alloc(0), isLate: false }
  if (program === undefined) return { ...nothing, stderr: '' }
  const { folder = elsewhere(around), limitMs, variables, input } = options
  const { file, words: written, verbatim } = startFor(program, words, around)
  const settings = {
    cwd: folder,
    env: { ...helperEnvironment(around), ...variables },
    ...({ encoding: 'buffer', killSignal: 'SIGKILL' } as const),
    timeout: limitMs,
    windowsHide: true,
    windowsVerbatimArguments: verbatim,
  }
  return new Promise((resolve) => {
    try {
      const child = execFile(file, written, settings, (error, stdout, stderr) => {
        const code = error === null ? 0 : error.code
        const started = typeof code === 'number'
        const text = stderr.toString('utf8') || (started ? '' : (error?.message ?? ''))
        resolve({ code: started ? code : undefined, stdout, stderr: text, isLate: error?.killed === true })
      })
      child.stdin?.on('error', () => undefined) // it may end without reading
      child.stdin?.end(input)
    } catch (error) {
      resolve({ ...nothing, stderr: String(error) }) // a word with a zero byte, for one
    }
  })
}

const startFor = (program: string, words: readonly string[], { env, platform }: Omit<Around, 'uid'>): Start =>
  platform === 'win32' ? windowsStart(program, words, env) : { file: program, words, verbatim: false }

interface CommandOptions {
  readonly platform: NodeJS.Platform
  readonly env: Env
  readonly cwd: string | undefined
  /** How the program was called. */
  readonly name: string
}

/** Starts the user's own choice, as the user's shell would: in that folder and environment, with our input and output. */
export function spawnCommand([program, ...words]: Words, options: CommandOptions): ChildProcess {
  const { file, words: written, verbatim } = startFor(program, words, options)
  const { env, cwd, name, platform } = options
  return spawn(file, written, {
    env,
    cwd,
    stdio: 'inherit',
    windowsVerbatimArguments: verbatim,
    argv0: platform === 'win32' ? undefined : name,
  })
}
