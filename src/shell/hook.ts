import { jobWords, type Programs } from '../core/ports/schedule.ts'
import type { Shell } from '../core/ports/shell.ts'
import { fishQuote, posixQuote, powershellQuote } from '../core/words/quote.ts'
import bash from './hook.bash'
import fish from './hook.fish'
import powershell from './hook.ps1'
import zsh from './hook.zsh'
import wrapPosix from './wrap.bash'
import wrapFish from './wrap.fish'
import wrapPowershell from './wrap.ps1'

/** A session of its own where there is no `setsid` (macOS): Node gives one, too; `/usr/bin/env` starts a wheel's Python, which takes one when asked. */
const spawnDetached =
  'child_process.spawn(process.execPath, process.argv.slice(2), {detached: true, windowsHide: true, stdio: [0, 1, 2]}).unref()'

/**
 * For `/bin/sh -c … sh PROGRAM…`: starts the program so that it is no job of the shell and outlives the terminal. A session of its
 * own also keeps credential helpers from asking on the terminal, and a HUP away, which Node obeys however it is started; `/` is a folder that is
 * always there.
 */
const detach = `cd /; trap "" HUP; if command -v setsid >/dev/null; then set -- setsid "$@"; elif [ "$1" = /usr/bin/env ]; then export CA_SYNC_OWN_SESSION=1; else set -- "$1" -e "${spawnDetached}" "$@"; fi; "$@" </dev/null >/dev/null 2>&1 &`

const movedText =
  'Node or ca-sync has moved, so tokens are not renewed (was it uninstalled? Then delete the lines from ">>> ca-sync" to "<<< ca-sync" in the start-up file of your shell). Type: ca-sync hook install'

const constrained =
  "ca-sync: PowerShell's Constrained Language Mode does not let this hook run. Type once: ca-sync schedule install"

const texts = {
  bash: { text: bash, wrap: wrapPosix, quote: posixQuote, between: ' ' },
  zsh: { text: zsh, wrap: wrapPosix, quote: posixQuote, between: ' ' },
  fish: { text: fish, wrap: wrapFish, quote: fishQuote, between: ' ' },
  powershell: { text: powershell, wrap: wrapPowershell, quote: powershellQuote, between: ', ' },
} as const

/**
 * The login hook of a shell: the text of `hook.<shell>` with the words filled in. It reads the state, and knows no secret.
 * @param programs - paths that stay where they are when Node or ca-sync is upgraded
 * @param wraps - `poetry` is `ca-sync exec -- poetry` where a project wants that
 */
export function hookText(shell: Shell, { node, program }: Programs, wraps = false): string {
  const { text, wrap, quote, between } = texts[shell]
  const words: Record<string, readonly string[]> = {
    node: [node],
    program: [program],
    jobWords,
    detach: [detach],
    gone: [movedText],
    constrained: [constrained],
  }
  return (wraps ? text + wrap : text).replaceAll(/@(\w+)@/g, (_, name: string) =>
    (words[name] ?? []).map(quote).join(between),
  )
}
