import type { Host } from './core/ports/host.ts'
import { dressed, inked, lookOf } from './core/words/look.ts'
import { printableLines } from './core/words/quote.ts'
import { redactor } from './core/words/redact.ts'

const keys = ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_CONTAINER_AUTHORIZATION_TOKEN']
// A shorter value is the `test` of somebody's local AWS, and a word like any other.
const shortestKey = 16

/** Takes secrets out of a text: those of the run, and AWS's in the environment. */
export function cleaner({ env }: Pick<Host, 'env'>, secrets: ReadonlySet<string>): (text: string) => string {
  const given = keys.flatMap((name) => env[name] ?? []).filter(({ length }) => length >= shortestKey)
  return redactor({ [Symbol.iterator]: () => [...given, ...secrets].values() })
}

/** A host whose output is free of secrets, and of all that steers a terminal or hides from the eye: the one place where text leaves the program. */
export function redacted(host: Host, secrets: ReadonlySet<string>): Host {
  const clean = cleaner(host, secrets)
  const safe = (text: string) => printableLines(clean(text))
  const look = host.isTerminal && host.env['TERM'] !== 'dumb' ? lookOf(host) : undefined
  // Part of a line is a question, or progress.
  const shown = (text: string) =>
    look && text.endsWith('\n') ? inked(dressed(safe(text), look, host), (part) => part) : safe(text)
  return {
    ...host,
    stdout: (text) => host.stdout(host.isShown ? inked(text, safe) : safe(text)),
    stderr: (text) => host.stderr(shown(text)),
  }
}

const clearLine = '\r\u001b[K'

/** A line that a terminal would break could not be wiped: it ends after a word. */
const fitting = (line: string, width: number): string =>
  line.length < width ? line : `${line.slice(0, width - 2).replace(/ \S*$/, '')}…`

/** One line that says what a person is waiting for; it is wiped before the host writes anything. */
export function withProgress(plain: Host, enabled: boolean) {
  let ticking: NodeJS.Timeout | undefined
  let isSaid = false
  const wipe = () => {
    if (isSaid) plain.control(clearLine)
    clearInterval(ticking)
    isSaid = false
  }
  const show = (text: string) => {
    plain.control(clearLine)
    plain.stderr(fitting(text, plain.width()))
    isSaid = true
  }
  const afterWipe = (write: (text: string) => void) => (text: string) => {
    wipe()
    write(text)
  }
  const { stdout, stderr, reveal } = plain
  const host: Host = { ...plain, stdout: afterWipe(stdout), stderr: afterWipe(stderr), reveal: afterWipe(reveal) }
  return {
    host,
    wipe,
    /** @param text - of a wait where it ends in …: then the seconds are counted */
    progress(text: string): void {
      if (!enabled) return
      clearInterval(ticking)
      show(text)
      if (!text.endsWith('…')) return
      let seconds = 0
      // A wait that is seen to go on is no hang.
      ticking = setInterval(() => {
        seconds += 1
        if (seconds >= 3) show(`${text} ${seconds} s (Ctrl-C stops)`)
      }, 1000).unref()
    },
  }
}
