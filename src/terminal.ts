import type { Host } from './core/host.ts'
import { redact } from './core/redact.ts'

/** A host whose output is free of secrets: the one place where text leaves the program. */
export const redacted = (host: Host, secrets: ReadonlySet<string>): Host => ({
  ...host,
  stdout: (text) => host.stdout(redact(text, secrets)),
  stderr: (text) => host.stderr(redact(text, secrets)),
})

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
    if (shown) host.stderr(clearLine)
    shown = false
  }
  const afterWipe = (write: (text: string) => void) => (text: string) => {
    wipe()
    write(text)
  }
  return {
    host: { ...host, stdout: afterWipe(host.stdout), stderr: afterWipe(host.stderr) },
    wipe,
    progress(text) {
      if (!enabled) return
      host.stderr(`${clearLine}${text}`)
      shown = true
    },
  }
}
