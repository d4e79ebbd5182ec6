import type { Programs } from './schedule.ts'

/** The shells that have a login hook. */
export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const
export type Shell = (typeof shells)[number]

/** The shell that `$SHELL` names, as its path; on Windows, where nothing names one, PowerShell. */
export function shellOf(path: string | undefined, platform: NodeJS.Platform): Shell | undefined {
  if (!path) return platform === 'win32' ? 'powershell' : undefined
  const name = path.replace(/^.*[/\\]/, '').replace(/\.exe$/i, '')
  return name === 'pwsh' ? 'powershell' : shells.find((shell) => shell === name)
}

/** Where a shell's hook belongs. */
export interface StartupPlaces {
  /** Its start-up files; none where the shell is not installed (only PowerShell itself knows its own). */
  readonly files: readonly string[]
  /** Files of which a login shell reads the first one there is, instead of those. */
  readonly login: readonly string[]
}

/** Start-up files of shells, in which most is the user's own: all of that stays to the byte. Throws CaSyncError FILE_UNWRITABLE. */
export interface StartupFiles {
  /** The login hook of a shell; it starts these programs. */
  hook(shell: Shell, programs: Programs): string
  places(shell: Shell): Promise<StartupPlaces>
  /** The text of a file, one character a byte; undefined when there is none. */
  read(file: string): Promise<string | undefined>
  /** Sees to it that the hook is in a file, once. Gives whether the file was written. */
  put(file: string, hook: string): Promise<boolean>
  /** Takes the hook out of a file; a file that was made for it, and holds nothing else, is removed. */
  take(file: string): Promise<'absent' | 'taken' | 'removed'>
}
