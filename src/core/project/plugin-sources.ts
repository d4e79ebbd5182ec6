import type { UnfitSource } from '../ports/project.ts'
import type { Source } from '../repository/source.ts'
import { CaSyncError, caughtNow } from '../words/errors.ts'
import { present } from '../words/present.ts'
import { printable, quote } from '../words/quote.ts'
import { closest } from '../words/suggest.ts'
import { own, type Table, tablesAt } from './document.ts'
import {
  checkedName,
  checkedRegion,
  invalid,
  message,
  type Place,
  placeOfEntry,
  refuseDuplicates,
  ruled,
  rules,
  textAt,
} from './fields.ts'

export const pluginTable = ['tool', 'poetry-plugin-code-artifact', 'sources'] as const

// The plugin's code reads the first spelling, its README shows the second.
const prefixes = ['aws-codeartifact-', 'aws-codeartefact-'] as const
const fields = ['domain', 'owner', 'region', 'repository'] as const
const knownKeys = ['name', ...fields.flatMap((field) => prefixes.map((prefix) => prefix + field))]

/** The sources of the plugin's table, and the entries that are none. Throws CaSyncError SOURCE_INVALID where two have one name. */
export function readPluginSources(document: unknown, file: string, warn: (warning: string) => void) {
  const read = tablesAt(document, pluginTable, file).map((entry, index) => {
    const place = placeOfEntry(file, pluginTable.join('.'), entry, index)
    const source = caughtNow(() => readEntry(entry, place, warn))
    return source instanceof CaSyncError ? { source: legible(entry, place), error: source } : { place, source }
  })
  const found = read.flatMap((one) => ('error' in one ? [] : [one]))
  refuseDuplicates(found.map(({ place, source: { name } }) => ({ place, name })))
  return { fit: found.map(({ source }) => source), unfit: read.filter((one): one is UnfitSource => 'error' in one) }
}

function readEntry(entry: Table, place: Place, warn: (warning: string) => void): Source {
  checkKeys(entry, place, warn)
  const name = checkedName(textAt(entry, 'name', place), place)
  const domain = required(entry, 'domain', place)
  const owner = field(entry, 'owner', place)
  const region = required(entry, 'region', place)
  const repository = required(entry, 'repository', place)
  return present({
    name,
    domain: ruled(domain.value, rules.domain, domain.key, place),
    owner: owner && ruled(owner.value, rules.owner, owner.key, place),
    region: checkedRegion(region.value, region.key, place, warn),
    repository: ruled(repository.value, rules.repository, repository.key, place),
    origin: 'plugin',
  })
}

/** What can be read of an entry that cannot be served. */
function legible(entry: Table, place: Place): Source {
  const text = (keys: readonly string[]): string => {
    const value = keys.map((key) => own(entry, key)).find((found) => typeof found === 'string' && found !== '')
    return typeof value === 'string' ? printable(value).slice(0, 100) : ''
  }
  const [domain = '', owner = '', region = '', repository = ''] = fields.map((key) =>
    text(prefixes.map((prefix) => prefix + key)),
  )
  const name = text(['name']) || (place.entry?.label ?? '')
  return present({ name, domain, owner: owner || undefined, region, repository, origin: 'plugin' })
}

/** A mistyped key is an error: a mistyped owner would silently mean the caller's own account. Any other is only unknown. */
function checkKeys(entry: Table, place: Place, warn: (warning: string) => void): void {
  for (const key of Object.keys(entry).filter((key) => !knownKeys.includes(key))) {
    const meant = closest(key, knownKeys)
    if (meant !== undefined) throw invalid(place, `unknown key ${quote(key)}`, `Did you mean ${meant}?`)
    warn(message(place, `unknown key ${quote(key)} is ignored`))
  }
}

interface Field {
  readonly key: string
  readonly value: string
}

/** A field under the spelling that the source uses. Throws CaSyncError SOURCE_INVALID where it uses both and they disagree. */
function field(entry: Table, name: (typeof fields)[number], place: Place): Field | undefined {
  const [first, second] = prefixes
    .map((prefix) => ({ key: prefix + name, value: textAt(entry, prefix + name, place) }))
    .filter((found): found is Field => found.value !== undefined)
  if (first && second && first.value !== second.value)
    throw invalid(
      place,
      `${first.key} is ${quote(first.value)}, but ${second.key} is ${quote(second.value)}`,
      `Keep one of the two; ${first.key} is the spelling that the Poetry plugin reads.`,
    )
  return first
}

function required(entry: Table, name: (typeof fields)[number], place: Place): Field {
  const found = field(entry, name, place)
  if (found !== undefined) return found
  const prefix =
    prefixes.find((prefix) => fields.some((other) => own(entry, prefix + other) !== undefined)) ?? prefixes[0]
  throw invalid(place, `${prefix}${name} is missing`, `Add ${prefix}${name} = "…".`)
}

/** What finds the line of a pyproject.toml that names a source's domain or repository: in the plugin's table, or in a URL. */
export function lineNaming(source: Pick<Source, 'domain' | 'repository'>, field: 'domain' | 'repository'): RegExp {
  const value = source[field].replaceAll('.', '\\.')
  const inUrl = field === 'domain' ? `//${value}-\\d{12}\\.` : `/${value}/`
  return new RegExp(`aws-codeart[ei]fact-${field}["']?\\s*=\\s*["']${value}["']|${inUrl}`)
}
