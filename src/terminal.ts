import type { Host } from './core/host.ts'
import { redact } from './core/redact.ts'

/** A host whose output is free of secrets: the one place where text leaves the program. */
export const redacted = (host: Host, secrets: ReadonlySet<string>): Host => ({
  ...host,
  stdout: (text) => host.stdout(redact(text, secrets)),
  stderr: (text) => host.stderr(redact(text, secrets)),
})

const clearLine = '\r\u001b[K'

/** One line that says what a person is waiting for; it is wiped before anything else is written. */
export function withProgress(host: Host, enabled: boolean): { host: Host; progress: (text: string) => void } {
  let shown = false
  const afterWipe = (write: (text: string) => void) => (text: string) => {
    if (shown) host.stderr(clearLine)
    shown = false
    write(text)
  }
  return {
    host: { ...host, stdout: afterWipe(host.stdout), stderr: afterWipe(host.stderr) },
    progress(text) {
      if (!enabled) return
      host.stderr(`${clearLine}${text}`)
      shown = true
    },
  }
}
