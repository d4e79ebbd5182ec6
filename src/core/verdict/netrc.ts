import type { Shadow } from '../ports/poetry-files.ts'
import { hostOf } from '../repository/endpoint.ts'
import { atLeast } from '../words/version.ts'

export interface NetrcEntry {
  readonly file: string
  /** Without a port; undefined for `default`. */
  readonly machine: string | undefined
}

/** Up to Poetry 2.3.2, `~/.netrc` beats what Poetry was configured with. */
export const readsNetrc = (version: string): boolean => !atLeast(version, '2.3.3')

/** What it beats our token with. @param urls - of repositories @param version - of Poetry */
export function netrcShadows(entries: readonly NetrcEntry[], urls: readonly string[], version: string): Shadow[] {
  const hosts = urls.map((url) => hostOf(url).replace(/:\d+$/, ''))
  const found = entries.find(({ machine }) => machine === undefined || hosts.includes(machine))
  if (found === undefined || !readsNetrc(version)) return []
  const { file, machine } = found
  const entry = machine === undefined ? 'default' : `machine ${machine}`
  return [
    {
      kind: 'netrc',
      where: file,
      passing: false,
      message: `${file} has an entry "${entry}", which Poetry ${version} uses before the keyring.`,
      hint: `Delete the entry "${entry}" from ${file}, or use Poetry 2.3.3 or newer.`,
    },
  ]
}
