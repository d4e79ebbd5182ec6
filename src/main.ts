import { writeSync } from 'node:fs'
import { resolve } from 'node:path'
import { isFull, misleading } from './core/ports/full-path.ts'
import { unloaded } from './core/words/load.ts'
import { orElse } from './core/words/or-else.ts'
import { elsewhere } from './files/places.ts'
import { mayBeTerminal } from './files/process.ts'
import { nothingToDo, plainState, quickNames } from './state/quick.ts'

declare const __VERSION__: string

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

// What knows terminals loads all of the network.
const isTerminal = (fd: number): boolean =>
  (platform === 'win32' || orElse(() => mayBeTerminal(fd), false)) && process.getBuiltinModule('node:tty').isatty(fd)

/** A terminal that does not know its width says 0. */
const width = (): number => (isTerminal(1) ? process.stdout.columns : isTerminal(2) ? process.stderr.columns : 0) || 80

const refuseUnloaded = (error: unknown): never => fail(unloaded(error).join('\n  '))

/** A file of its own, so that a run with nothing to do does not pay for it. */
function loadStart(): typeof import('./start.ts') {
  try {
    return require('./start.cjs')
  } catch (error) {
    return refuseUnloaded(error)
  }
}

const words = argv.slice(2)
const around = { env, platform, home }
const state = plainState(words, around)

/** What a Tab asks for most often. */
const offered = (): string | undefined =>
  words.slice(0, 3).join(' ') === 'completion --offer source'
    ? quickNames(resolve(cwd, words[3] ?? ''), around)
    : undefined

function quickAnswer(): ReturnType<typeof nothingToDo> {
  const text = /^(?:--version|-V|version)$/.test(words.join(' ')) ? `${__VERSION__}\n` : offered()
  return text === undefined ? nothingToDo(words, cwd, Date.now(), around, state) : { stdout: text, stderr: '' }
}

const quickReply = quickAnswer()
// Its longest line has 62 columns.
if (quickReply !== undefined) {
  const { stdout, stderr } = quickReply
  write(
    1,
    stdout.replace(', tokens', (words) => (isTerminal(1) && width() < 62 ? ',\n  tokens' : words)),
  )
  write(2, stderr)
} else
  loadStart().start({
    argv: words,
    state,
    env,
    envAsGiven,
    misled,
    platform,
    home,
    cwd,
    write,
    refuseUnloaded,
    isTerminal,
    width,
  })
