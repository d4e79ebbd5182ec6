/** The shells that have a login hook. */
export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const
export type Shell = (typeof shells)[number]

/** The shell that `$SHELL` names, as its path; on Windows, where nothing names one, PowerShell. */
export function shellOf(path: string | undefined, platform: NodeJS.Platform): Shell | undefined {
  if (!path) return platform === 'win32' ? 'powershell' : undefined
  const name = path.replace(/^.*[/\\]/, '').replace(/\.exe$/i, '')
  return name === 'pwsh' ? 'powershell' : shells.find((shell) => shell === name)
}
