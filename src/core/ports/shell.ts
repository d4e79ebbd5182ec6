export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const
export type Shell = (typeof shells)[number]

/** The shell that `$SHELL` names, as its path; on Windows, where nothing names one, PowerShell. */
export function shellOf(path: string | undefined, platform: NodeJS.Platform): Shell | undefined {
  if (!path) return platform === 'win32' ? 'powershell' : undefined
  const name = path.replace(/^.*[/\\]/, '').replace(/\.exe$/i, '')
  return name === 'pwsh' ? 'powershell' : shells.find((shell) => shell === name)
}

/** How a hook begins what it makes of `poetry`. */
export const wrapMark = '# ca-sync: `poetry` is `ca-sync exec -- poetry`'

/** Start-up files that start our hook, also by a line of the user's own. */
export const startsHook = /ca-sync hook|ca_sync_hook/

/** A hook that ran within this time is at work, in milliseconds: longer than any token lives, and than most shells. */
export const recentMs = 14 * 86_400_000

/** What we write into start-up files: each has a block of its own. */
export type Block = 'hook' | 'completion'
