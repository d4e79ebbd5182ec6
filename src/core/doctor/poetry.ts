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
