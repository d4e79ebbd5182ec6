import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { stripVTControlCharacters } from 'node:util'
import { checkout } from '../../scripts/testbed/checkout.ts'
import { until } from './until.ts'

/** A person at a shell. The shell's prompt must be `@@<exit code>@@ `. */
export interface Terminal {
  /** Waits for the first prompt; gives what stands before it. */
  start(): Promise<string>
  /** Types a line and waits for the next prompt; gives what the line printed, and the exit code that the prompt shows. */
  enter(line: string): Promise<{ readonly printed: string; readonly code: number }>
  /** Types a line and waits for the shell to end; gives what was printed. */
  leave(line: string): Promise<string>
  /** Closes the terminal and waits for the shell to end. */
  hangUp(): Promise<void>
}

export function openTerminal(
  command: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): Terminal {
  const child = spawn('python3', [checkout('__tests__/helpers/terminal.py'), ...command], {
    env,
    cwd,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(child, 'close')
  let screen = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text
  })
  child.stdin.on('error', () => undefined)
  /** What is on the screen after the last echo of a line (shells draw it more than once), without fish's mark for a missing line end. */
  const shown = (from: number, line: string): string => {
    const text = stripVTControlCharacters(screen.slice(from)).replaceAll('\r', '').replaceAll(/⏎ */g, '')
    if (line === '') return text
    return text.includes(line) ? text.slice(text.lastIndexOf(line) + line.length) : ''
  }
  const type = (line: string): number => {
    const from = screen.length
    child.stdin.write(`${line}\r`)
    return from
  }
  const nextPrompt = (from: number, line: string, pattern: RegExp) => {
    let before = { size: -1, looks: 0 }
    const look = () => {
      const found = pattern.exec(shown(from, line))
      // A shell that is about to draw its line again is not waiting for one yet.
      before = { size: screen.length, looks: before.size === screen.length ? before.looks + 1 : 0 }
      return found === null || before.looks < 4
        ? undefined
        : { printed: (found[1] ?? '').trim(), code: Number(found[2]) }
    }
    return until(look, { everyMs: 10 })
  }
  return {
    start: async () => (await nextPrompt(0, '', /^([\s\S]*)@@(\d+)@@ $/)).printed,
    enter: (line) => nextPrompt(type(line), line, /^(\n[\s\S]*)@@(\d+)@@ $/),
    async leave(line) {
      const from = type(line)
      await ended
      return shown(from, line).trim()
    },
    async hangUp() {
      child.stdin.end()
      await ended
    },
  }
}
