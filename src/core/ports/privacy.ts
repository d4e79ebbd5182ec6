/** Folders of a Mac's user into which a program gets by the user's leave only: the Terminal's is not that of a job (Apple calls this TCC). */
const asked = ['Desktop', 'Documents', 'Downloads', 'Library/Mobile Documents', 'Library/CloudStorage']

interface Place {
  readonly platform: NodeJS.Platform
  readonly home: string
}

/** What macOS may keep a job out of, as people call it; undefined for a folder that is like any other. */
export function privatePlace(folder: string, { platform, home }: Place): string | undefined {
  if (platform !== 'darwin') return undefined
  if (folder.startsWith('/Volumes/')) return '/Volumes'
  const name = asked.find((one) => `${folder}/`.startsWith(`${home}/${one}/`))
  return name === undefined ? undefined : `~/${name}`
}

/** What lets it in. @param node - the Node that the job runs */
export const privacyHint = (node: string): string =>
  `To let it in: System Settings > Privacy & Security > Full Disk Access, and add ${node} there.`
