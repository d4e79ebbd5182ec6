import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'

/** A program to run on Windows. */
export interface WindowsCall {
  readonly words: readonly [program: string, ...words: string[]]
  /** The whole environment. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** Milliseconds; it is killed then. */
  readonly timeoutMs: number
}

export interface WindowsResult {
  /** null when it was killed. */
  readonly code: number | null
  /** With the line ends of Windows made those of everywhere else. */
  readonly stdout: string
  readonly stderr: string
}

/** A Windows with Node, Python and Poetry: this machine, or wine on it. Paths are Windows'. */
export interface WindowsMachine {
  /** What Windows itself sets. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
  readonly node: string
  /** The folder of poetry.exe and keyring.exe. */
  readonly scripts: string
  readonly python: string
  /** `uv tool install`, as it works here. */
  readonly uvToolInstall: readonly [program: string, ...words: string[]]
  /** What Poetry has to be told here. */
  readonly settings: Readonly<Record<string, string>>
  /** The top of this checkout. */
  readonly checkout: string
  /** The path by which the tests themselves find a file. */
  local(path: string): string
  run(call: WindowsCall): Promise<WindowsResult>
  close(): Promise<void>
}

/** What a stream has given so far, with the line ends of everywhere else. */
function heard(stream: Readable): () => string {
  let text = ''
  stream.setEncoding('utf8').on('data', (more: string) => {
    text += more
  })
  return () => text.replaceAll('\r\n', '\n')
}

/** How long after its time a program that was killed may take to be gone, in milliseconds. */
const graceMs = 10_000

/** Runs a program of this machine, which is Windows, or takes itself for it. */
export async function runOnWindows({ words, env, cwd, timeoutMs }: WindowsCall): Promise<WindowsResult> {
  const [program, ...rest] = words
  const child = spawn(program, rest, { env, cwd, timeout: timeoutMs, killSignal: 'SIGKILL' })
  child.stdin.on('error', () => undefined) // it may end without reading
  child.stdin.end()
  const [stdout, stderr] = [heard(child.stdout), heard(child.stderr)]
  // What it has left running may hold its output open for ever.
  const late = sleep(timeoutMs + graceMs, [null], { ref: false })
  const [code] = await Promise.race([once(child, 'close'), late])
  return { code, stdout: stdout(), stderr: stderr() }
}
