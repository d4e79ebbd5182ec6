import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BareHost } from './core/ports/host.ts'
import { filesOfAws, type IniSections, readSections } from './core/profiles/files.ts'
import { profilesOf } from './core/profiles/profiles.ts'
import { readAnySources } from './core/project/sources.ts'
import { orElse } from './core/words/or-else.ts'
import { printable } from './core/words/quote.ts'
import { readPyproject } from './poetry/files/pyproject.ts'
import { findPyproject } from './poetry/projects.ts'

/** Where the names are looked up. `folder`: the project's, in full. */
type Standpoint = Pick<BareHost, 'env' | 'home'> & { readonly folder: string }

function offeredSources({ folder }: Standpoint): string[] {
  const file = findPyproject(folder)
  return readAnySources(readPyproject(file).document, file).sources.map(({ name }) => name)
}

const sectionsIn = (file: string): IniSections => orElse(() => readSections(readFileSync(file, 'utf8')), new Map())

function offeredProfiles({ env, home }: Standpoint): string[] {
  const { config, credentials } = filesOfAws(env, home, join)
  return [...profilesOf(sectionsIn(config), sectionsIn(credentials)).profiles.keys()]
}

/** What a shell offers at a Tab, one name a line; a Tab shows no errors. */
export function offers(kind: string | undefined, around: Standpoint): string {
  const names = orElse(() => (kind === 'source' ? offeredSources(around) : offeredProfiles(around)), [])
  return names
    .filter((name) => printable(name) === name)
    .map((name) => `${name}\n`)
    .join('')
}
