import type { Host } from './core/ports/host.ts'
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
  return {
    ...host,
    stdout: (text) => host.stdout(printableLines(clean(text))),
    stderr: (text) => host.stderr(printableLines(clean(text))),
  }
}

const clearLine = '\r\u001b[K'

interface Progress {
  /** Wipes the line before it writes anything. */
  readonly host: Host
  progress(text: string): void
  wipe(): void
}

/** One line that says what a person is waiting for. */
export function withProgress(host: Host, enabled: boolean): Progress {
  let shown = false
  const wipe = () => {
    if (shown) host.control(clearLine)
    shown = false
  }
  const afterWipe = (write: (text: string) => void) => (text: string) => {
    wipe()
    write(text)
  }
  return {
    host: { ...host, stdout: afterWipe(host.stdout), stderr: afterWipe(host.stderr), reveal: afterWipe(host.reveal) },
    wipe,
    progress(text) {
      if (!enabled) return
      host.control(clearLine)
      host.stderr(text)
      shown = true
    },
  }
}
