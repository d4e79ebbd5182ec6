import { checkDeclaration } from '../project/declarations.ts'
import { confusion, priorityProblem, safeWords } from '../project/priority.ts'
import { simpleUrl } from '../repository/endpoint.ts'
import type { Source } from '../repository/source.ts'
import { CaSyncError } from '../words/errors.ts'
import { type Check, type Diagnosed, fault, faultOf, ok, warning } from './check.ts'

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

/** Whether this Poetry takes the priority of a source, and whether packages can come from a stranger through it. */
export function priorityChecks({ name, declaration }: Source, { file, poetryVersion }: Diagnosed): Check[] {
  const { priority = 'primary' } = declaration ?? {}
  if (declaration === undefined) return []
  const unknown = declaration.priority === undefined ? undefined : priorityProblem(declaration, poetryVersion)
  if (unknown !== undefined) {
    const what = `Poetry ${poetryVersion} does not know ${unknown} and refuses ${file}.`
    const instead = declaration.isFlag ? ` instead of ${unknown}` : ''
    return [fault('priority', what, `Write priority = "explicit"${instead} for ${name} in ${file}.`, name)]
  }
  const risk = confusion(priority, poetryVersion)
  if (risk === undefined) return [ok('priority', priority, name)]
  const fix = `Write priority = ${safeWords(risk.safe, (word) => `"${word}"`)}, for ${name} in ${file}.`
  return [warning('priority', risk.danger, fix, name)]
}
