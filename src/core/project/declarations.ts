import { hostOf, sameRepository, simpleUrl } from '../repository/endpoint.ts'
import type { Declaration, Source } from '../repository/source.ts'
import { CaSyncError } from '../words/errors.ts'
import { present } from '../words/present.ts'
import { quote } from '../words/quote.ts'
import { own, tablesAt } from './document.ts'
import { invalid, message, type Place, placeOfEntry, refuseDuplicates, textAt } from './fields.ts'

export const poetryTable = ['tool', 'poetry', 'source'] as const

export interface Declared extends Declaration {
  readonly place: Place
}

/** Poetry's own sources that have a URL (its PyPI has none). Throws CaSyncError SOURCE_INVALID for what Poetry itself refuses. */
export function readDeclarations(document: unknown, file: string): readonly Declared[] {
  const found = tablesAt(document, poetryTable, file).flatMap((entry, index) => {
    const place = placeOfEntry(file, poetryTable.join('.'), entry, index)
    const [name, url, written] = ['name', 'url', 'priority'].map((key) => textAt(entry, key, place))
    // Poetry up to 1.4 has flags.
    const flag = ['default', 'secondary'].find((key) => own(entry, key) === true)
    const priority = written ?? flag
    if (name === undefined) throw invalid(place, 'name is missing', 'Add name = "…", which Poetry needs.')
    if (url === undefined) return []
    const isFlag = (written === undefined && flag !== undefined) || undefined
    return [present({ name, url, place, priority, isFlag })]
  })
  refuseDuplicates(found)
  return found
}

export const withoutPlace = ({ place: _, ...declaration }: Declared): Declaration => declaration

/**
 * Compares a source's `[[tool.poetry.source]]` entry with the repository's endpoint. The token is bound to the endpoint's
 * host, so another host (or scheme, port, user) is an error, SOURCE_HOST_MISMATCH; another path there is a warning.
 */
export function checkDeclaration(source: Source, endpointUrl: string, file: string) {
  const { declaration } = source
  if (declaration === undefined) return undefined
  const place = { file, entry: { table: poetryTable.join('.'), label: `source ${quote(declaration.name)}` } }
  const right = simpleUrl(endpointUrl)
  if (origin(declaration.url) !== origin(endpointUrl))
    return new CaSyncError('SOURCE_HOST_MISMATCH', message(place, `url ${mismatch(declaration.url, endpointUrl)}`), {
      hint: `Write url = "${right}", or give one of the two sources another name.`,
    })
  if (`${declaration.url.replace(/\/+$/, '')}/` === right) return undefined
  return { message: message(place, `url is not the repository's; Poetry installs from ${right}`) }
}

/** Scheme and host as they are written: Poetry compares and looks up the text. */
export const origin = (url: string): string => `${url.slice(0, url.indexOf(':'))}://${hostOf(url)}`

function mismatch(declared: string, endpoint: string): string {
  const host = hostOf(declared)
  if (host.includes('@')) return 'has a user name or password in it, so Poetry would not look for the token'
  if (host === hostOf(endpoint))
    return `must start with ${endpoint.slice(0, endpoint.indexOf(':'))}://, as the repository's endpoint does`
  const what = sameRepository(declared, endpoint) ? 'is the same repository under another host' : 'is at another host'
  return `${what} (${shownHost(host)}), but the token is only for the repository's endpoint (${shownHost(hostOf(endpoint))})`
}

/** A host in full, as long as DNS allows: what tells a look-alike is its end. */
const shownHost = (host: string): string => quote(host, 253)
