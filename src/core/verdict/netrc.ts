import type { Shadow } from '../ports/poetry-files.ts'
import { hostOf } from '../repository/endpoint.ts'
import { atLeast } from '../words/version.ts'

/** A word, or what stands in quotes as one (Python's netrc module, which requests reads the file with). */
const netrcWords = /"((?:\\.|[^"\\])*)"|((?:\\.|[^\s\\])+)/gs
const restOfLine = /[^\n]*/y
const restOfMacro = /[^\n]*(?:\n[^\n]+)*/y

/** The machines of a netrc file, in order; undefined for `default`. */
export function netrcMachines(text: string): (string | undefined)[] {
  const machines: (string | undefined)[] = []
  let at = 0
  const next = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const found = pattern.exec(text)
    at = found === null ? text.length : pattern.lastIndex
    return found
  }
  const word = (): string | undefined => {
    const [, quoted, bare] = next(netrcWords) ?? []
    return (quoted ?? bare)?.replaceAll(/\\(.)/gs, '$1')
  }
  for (let key = word(); key !== undefined; key = word()) {
    if (key === 'default') machines.push(undefined)
    else if (key === 'machine') machines.push(word() ?? '')
    else if (key === 'macdef') next(restOfMacro)
    else if (key.startsWith('#')) next(restOfLine)
    else if (/^(?:login|user|account|password)$/.test(key)) word()
  }
  return machines
}

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
