import { type Check, fault, faultOf, ok, warning } from '../check.ts'
import { checkDeclaration } from '../declarations.ts'
import { simpleUrl } from '../endpoint.ts'
import { CaSyncError } from '../errors.ts'
import type { Source } from '../source.ts'
import { atLeast } from '../version.ts'
import type { Diagnosed } from './diagnosed.ts'

/** `[[tool.poetry.source]]`, without which Poetry can publish to a source but not install from it. */
export function declarationChecks(source: Source, { file, url, self }: Diagnosed): Check[] {
  const { name, declaration } = source
  if (declaration === undefined) {
    const what = `Poetry cannot install from ${name}: ${file} has no [[tool.poetry.source]] of that name.`
    return [fault('declaration', what, `${self} sources declare`, name)]
  }
  const finding = url === undefined ? undefined : checkDeclaration(source, url, file)
  if (finding instanceof CaSyncError) return [faultOf('declaration', finding, name)]
  if (finding !== undefined && url !== undefined)
    return [fault('declaration', finding.message, `Write url = "${simpleUrl(url)}" for ${name} in ${file}.`, name)]
  return [ok('declaration', `[[tool.poetry.source]] has ${declaration.url}`, name)]
}

const old = new Set(['default', 'secondary'])

/** Whether this Poetry takes the priority of a source, and whether packages can come from a stranger through it. */
export function priorityChecks({ name, declaration }: Source, { file, poetryVersion }: Diagnosed): Check[] {
  const { priority } = declaration ?? {}
  if (priority === undefined) return []
  if (old.has(priority) && atLeast(poetryVersion, '2.0')) {
    const what = `Poetry ${poetryVersion} does not know priority = "${priority}" and refuses ${file}.`
    return [fault('priority', what, `Write priority = "explicit" for ${name} in ${file}.`, name)]
  }
  if (priority !== 'supplemental') return [ok('priority', priority, name)]
  const what = `Poetry asks PyPI before ${name} (supplemental): whoever registers the name of a package of yours there gets installed by you.`
  const fix = `Write priority = "explicit" for ${name} in ${file}, or "primary" with PyPI as CodeArtifact's upstream.`
  return [warning('priority', what, fix, name)]
}
