import type { Project } from '../ports/project.ts'
import type { Lack } from '../verdict/publishing.ts'
import { printable, quote } from '../words/quote.ts'
import { atLeast } from '../words/version.ts'
import { allows } from './constraint.ts'
import { poetryTable } from './declarations.ts'
import { isTable, isText, own, type Table, valueAt } from './document.ts'
import { priorityProblem } from './priority.ts'

/** What is wrong, and what to write instead. */
type Reason = readonly [why: string, instead: string]

/**
 * Why a version of Poetry refuses a pyproject.toml, and with it each of its commands there, as far as that is about sources or about
 * which Poetry it is for (the schemas and `Factory` of Poetry 1.3 to 2.5); undefined where nothing is seen, or the version is not known.
 */
export function poetryRefusal(
  { document, file, isMarked = false }: Pick<Project, 'document' | 'file' | 'isMarked'>,
  version?: string,
): Lack | undefined {
  if (version === undefined) return undefined
  const list = valueAt(document, ...poetryTable)
  const entries = Array.isArray(list) ? list.filter(isTable) : []
  const reasons = [
    () => marked(isMarked),
    otherPoetry,
    ...entries.map((entry) => () => ofEntry(entry, version)),
    unnamed,
  ]
  for (const reason of reasons) {
    const [why, instead] = reason(document, version) ?? []
    if (why === undefined) continue
    const message = `Poetry ${version} refuses ${printable(file)}: ${why}.`
    return { message, hint: `${instead}.`, brief: 'Poetry refuses pyproject.toml' }
  }
  return undefined
}

const marked = (isSo: boolean): Reason | undefined =>
  isSo ? ['it starts with a byte-order mark', 'Save it as UTF-8 without BOM'] : undefined

/** `[[tool.poetry.source]]` takes these keys and no others. */
function ofEntry(entry: Table, version: string): Reason | undefined {
  const flags = atLeast(version, '2.0') ? [] : ['default', 'secondary']
  const known = ['name', 'url', 'links', 'indexed', ...flags, ...(atLeast(version, '1.5') ? ['priority'] : [])]
  const [name, url, priority] = ['name', 'url', 'priority'].map((key) => own(entry, key))
  const where = `source ${quote(String(name))} in [[${poetryTable.join('.')}]]`
  if (isText(priority) && atLeast(version, '1.5') && priorityProblem({ priority }, version))
    return [`${where} has priority = ${quote(priority)}, which it does not know`, 'Write priority = "explicit"']
  const odd = Object.keys(entry).find((key) => !known.includes(key))
  if (odd !== undefined) {
    const instead = odd === 'default' || odd === 'secondary' ? 'priority = "primary" or "explicit" in its place' : ''
    return [
      `${where} has the key ${quote(odd)}, which it does not know`,
      instead ? `Write ${instead}` : `Delete ${odd}`,
    ]
  }
  if (!isText(name)) return undefined
  const isPypi = name.toLowerCase() === 'pypi'
  if (isPypi && url !== undefined) return [`${where} has a url, but that name is PyPI's own`, 'Give it another name']
  return !isPypi && url === undefined ? [`${where} has no url`, 'Add its url, or delete the source'] : undefined
}

/** An older Poetry does not look for it. */
function otherPoetry(document: unknown, version: string): Reason | undefined {
  const wanted = valueAt(document, 'tool', 'poetry', 'requires-poetry')
  if (!isText(wanted) || !atLeast(version, '2.0') || allows(wanted, version) !== false) return undefined
  return [
    `requires-poetry is ${quote(wanted)}`,
    'Use such a Poetry (pipx: pipx install --force poetry==VERSION), or change requires-poetry',
  ]
}

/** Before 2.0 Poetry does not read `[project]`. */
function unnamed(document: unknown, version: string): Reason | undefined {
  const own = valueAt(document, 'tool', 'poetry') ?? {}
  if (valueAt(document, 'project') === undefined || atLeast(version, '2.0') || !isTable(own)) return undefined
  const missing = ['name', 'version', 'description', 'authors'].filter((key) => own[key] === undefined)
  if (missing.length === 0 || own['package-mode'] === false) return undefined
  return [
    `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing in [tool.poetry], and [project] is for Poetry 2 and newer`,
    'Use Poetry 2 (pipx: pipx upgrade poetry)',
  ]
}
