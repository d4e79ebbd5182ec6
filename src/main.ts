import { writeSync } from 'node:fs'
import { homedir } from 'node:os'
import type { Host } from './core/host.ts'
import { nothingToDo } from './state/quick.ts'

declare const __VERSION__: string

const { argv, env, platform } = process
const cwd = currentFolder()

/** Writes all of a text, also into a pipe that is full for a moment. What a reader that has gone misses does not stop the run. */
function write(fd: number, text: string): void {
  for (let bytes = Buffer.from(text); bytes.length > 0; ) {
    try {
      bytes = bytes.subarray(writeSync(fd, bytes))
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EPIPE') return
      if (code !== 'EAGAIN') throw error
    }
  }
}

/** The current folder; empty when somebody deleted it, and then the program goes to where libraries find one. */
function currentFolder(): string {
  try {
    return process.cwd()
  } catch {
    process.chdir('/')
    return ''
  }
}

function quickAnswer(words: readonly string[]): string | undefined {
  if (words.length === 1 && words[0] === '--version') return `${__VERSION__}\n`
  return nothingToDo(words, cwd, Date.now(), { env, platform, home: homedir() })
}

const stopping = new AbortController()
const politeMs = 5_000
let polite = false
let stopCode: number | undefined

/** Every write is atomic and every step repeatable: all but a command that asked for time may end at once. */
function stop(code: number): void {
  stopCode = code
  stopping.abort()
  if (polite) setTimeout(() => process.exit(code), politeMs)
  else process.exit(code)
}

async function program(words: readonly string[]): Promise<number> {
  const host: Host = {
    argv: words,
    env,
    platform,
    home: homedir(),
    cwd,
    uid: process.getuid?.(),
    pid: process.pid,
    nodePath: process.execPath,
    programDir: __dirname,
    version: __VERSION__,
    isTerminal: process.stderr.isTTY === true,
    now: Date.now,
    random: Math.random,
    whenStopped() {
      polite = true
      return stopping.signal
    },
    stdout: (text) => write(1, text),
    stderr: (text) => write(2, text),
  }
  process.once('SIGINT', () => {
    if (host.isTerminal) host.stderr('\n')
    stop(130)
  })
  process.once('SIGTERM', () => stop(143))
  return (await import('./cli/program.ts')).run(host)
}

// The SDK's own switch for the notice that it prints on Node 20 at every run.
env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true'

const words = argv.slice(2)
const answer = quickAnswer(words)
if (answer !== undefined) write(1, answer)
// A look-up that never ends (a hung credential_process) must not keep the program alive. What such a process started lives on:
// the SDK runs it through a shell and gives nobody its pid, and to end what we only guess to be ours would be worse.
else program(words).then((code) => process.exit(stopCode ?? code))
