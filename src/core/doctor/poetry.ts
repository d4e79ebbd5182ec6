import type { PoetryProgram } from '../ports/poetry-finder.ts'
import type { Installation } from '../ports/poetry-keyring.ts'
import { atLeast } from '../words/version.ts'
import { type Check, fault, ok } from './check.ts'

/** The Poetry that was found. */
export function versionCheck({ poetry, python }: PoetryProgram, { poetryVersion }: Installation): Check {
  const found = `Poetry ${poetryVersion} (${poetry}), on ${python}`
  return atLeast(poetryVersion, '1.3')
    ? ok('poetry', found)
    : fault(
        'poetry',
        `${found} is too old: ca-sync works with 1.3 and newer.`,
        'Upgrade Poetry to 1.3 or newer, as you installed it.',
      )
}

/** Up to Poetry 2.3.2, `~/.netrc` beats what Poetry was configured with. */
export function netrcChecks(entries: readonly NetrcEntry[], hosts: readonly string[], version: string): Check[] {
  const shadowing = atLeast(version, '2.3.3')
    ? undefined
    : entries.find(({ machine }) => machine === undefined || hosts.includes(machine))
  if (shadowing === undefined) return []
  const { file, machine } = shadowing
  const entry = machine === undefined ? 'default' : `machine ${machine}`
  const what = `${file} has an entry "${entry}", which Poetry ${version} uses before the keyring.`
  return [fault('netrc', what, `Delete the entry "${entry}" from ${file}, or use Poetry 2.3.3 or newer.`)]
}

export interface NetrcEntry {
  readonly file: string
  /** Without a port; undefined for `default`. */
  readonly machine: string | undefined
}
