/** The shells that have a login hook. */
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

/** Where a shell's hook belongs. */
export interface StartupPlaces {
  /** Its start-up files; none where the shell is not installed (only PowerShell itself knows its own). */
  readonly files: readonly string[]
  /** Files of which a login shell reads the first one there is, instead of those. */
  readonly login: readonly string[]
}

/** What we write into start-up files: each has a block of its own. */
export type Block = 'hook' | 'completion'

/** Start-up files of shells, in which most is the user's own: all of that stays to the byte. Throws CaSyncError FILE_UNWRITABLE. */
export interface StartupFiles {
  places(shell: Shell): Promise<StartupPlaces>
  /** Where a shell's completion belongs: the script, and the start-up files that read it; none where the shell finds it by itself. */
  completion(shell: Shell): Promise<{ readonly script: string; readonly files: readonly string[] }>
  /** The line of a start-up file that reads a script. */
  reading(shell: Shell, script: string): string
  /** The text of a file, one character a byte; undefined when there is none. */
  read(file: string): Promise<string | undefined>
  /** Sees to it that a block of ours is in a file, once. Gives whether the file was written. */
  put(file: string, text: string, block: Block): Promise<boolean>
  /** Takes the block out of a file; a file that was made for it, and holds nothing else, is removed. */
  take(file: string, block: Block): Promise<'absent' | 'taken' | 'removed'>
  /** Starts a new shell, and gives whether it has the hook; undefined where that cannot be seen. */
  hasHook(shell: Shell): Promise<boolean | undefined>
  /** When the hook last began to work in a new shell, in epoch milliseconds; undefined for never. */
  ranAt(shell: Shell): number | undefined
  /** Takes away what says that. */
  forget(shell: Shell): Promise<void>
}
