import { checkRegion } from '../repository/region.ts'
import { CaSyncError } from '../words/errors.ts'
import { printable, quote } from '../words/quote.ts'
import { atLeast } from '../words/version.ts'
import { kindOf, own, type Table } from './document.ts'

/** Where a source stands, for messages: in a table of a file, or in the words that were typed. */
export interface Place {
  /** Empty for typed words. */
  readonly file: string
  readonly entry?: {
    /** The array of tables it is in, e.g. `tool.poetry.source`. */
    readonly table: string
    /** `source "dev"`, or `source 2` where it has no usable name. */
    readonly label: string
  }
}

export function placeOfEntry(file: string, table: string, entry: Table, index: number): Place {
  const name = own(entry, 'name')
  const label = typeof name === 'string' && name !== '' ? `source ${quote(name)}` : `source ${index + 1}`
  return { file, entry: { table, label } }
}

export const message = ({ file, entry }: Place, problem: string): string =>
  `${file && `${printable(file)}: `}${entry ? `${entry.label} in [[${entry.table}]]: ` : ''}${problem}${problem.endsWith('?') ? '' : '.'}`

export const invalid = (place: Place, problem: string, hint: string): CaSyncError =>
  new CaSyncError('SOURCE_INVALID', message(place, problem), { hint })

/** The text under a key, or undefined where it is missing. Throws CaSyncError SOURCE_INVALID for any other type. */
export function textAt(entry: Table, key: string, place: Place): string | undefined {
  const value = own(entry, key)
  if (value === undefined || typeof value === 'string') return value
  throw invalid(place, `${key} is ${kindOf(value)}, not text`, `Put the value in quotes: ${key} = "…".`)
}

/** AWS's patterns (CodeArtifact service model: DomainName, AccountId, RepositoryName), and for `name` what every Poetry can address. */
export const rules = {
  name: {
    pattern: /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,98}[A-Za-z0-9_-])?$/,
    says: 'may have up to 100 letters (a-z), digits, "_", "-" and ".", and must not start with "-" or ".", nor end with "."',
  },
  domain: {
    pattern: /^[a-z][a-z0-9-]{0,48}[a-z0-9]$/,
    says: 'must have 2 to 50 lower-case letters, digits and "-", start with a letter and not end with "-"',
  },
  owner: { pattern: /^\d{12}$/, says: 'must be an AWS account of 12 digits' },
  repository: {
    pattern: /^[A-Za-z0-9][A-Za-z0-9._-]{1,99}$/,
    says: 'must have 2 to 100 letters, digits, ".", "_" and "-", and start with a letter or digit',
  },
} as const

/** The value, if it follows the rule. Throws CaSyncError SOURCE_INVALID. */
export function ruled(value: string, rule: (typeof rules)[keyof typeof rules], key: string, place: Place): string {
  if (rule.pattern.test(value)) return value
  throw invalid(place, `${key} ${rule.says}; it is ${quote(value)}`, `Correct ${key} in ${printable(place.file)}.`)
}

/** The name of a source, if Poetry and we can use it. Throws CaSyncError SOURCE_INVALID. */
export function checkedName(name: string | undefined, place: Place): string {
  if (name === undefined)
    throw invalid(place, 'name is missing', 'Add name = "dev", or what Poetry\'s commands shall call it.')
  // Poetry keeps `pypi` for itself, in any case; what every object inherits cannot name a table (`poetry/toml.ts`).
  if (name.toLowerCase() === 'pypi' || name in {})
    throw invalid(place, `name ${quote(name)} is reserved`, 'Give the source another name.')
  return ruled(name, rules.name, 'name', place)
}

/**
 * Why this Poetry does not find a name with a dot: before 2.4 it is a nested table to it (measured: 1.8.5, 2.2.1 and 2.3.4 do not
 * publish to such a repository, 2.4.0 and 2.5.1 do). @param version - of Poetry; undefined where it is not known
 */
export function dottedName(name: string, version: string | undefined, file: string): CaSyncError | undefined {
  if (!name.includes('.') || version === undefined || atLeast(version, '2.4')) return undefined
  const what = `${printable(file)}: source ${quote(name)} has a "." in its name, which Poetry before 2.4 reads as a nested table (this is ${version}).`
  return new CaSyncError('SOURCE_INVALID', what, {
    hint: `Write name = ${quote(name.replaceAll('.', '-'))}, or use Poetry 2.4 or newer.`,
  })
}

/** Poetry takes names that differ only in case for one. Throws CaSyncError SOURCE_INVALID. */
export function refuseDuplicates(entries: readonly { readonly name: string; readonly place: Place }[]): void {
  const names = new Map<string, string>()
  for (const { name, place } of entries) {
    const first = names.get(name.toLowerCase())
    if (first !== undefined) {
      const problem = `name ${quote(name)} is taken by source ${quote(first)} above it`
      throw invalid(place, problem, 'Give each source its own name.')
    }
    names.set(name.toLowerCase(), name)
  }
}

/** A region that may exist. An unlisted one is kept, with a warning. Throws CaSyncError SOURCE_INVALID. */
export function checkedRegion(region: string, key: string, place: Place, warn: (warning: string) => void): string {
  const check = checkRegion(region)
  const meant = check.kind === 'known' || check.suggestion === undefined ? '' : `; did you mean ${check.suggestion}?`
  const shown = `${key} ${quote(region)}`
  if (check.kind === 'refused') {
    const right =
      check.suggestion === undefined ? 'the region as AWS does, such as us-east-1' : `${check.suggestion} there`
    throw invalid(place, `${shown} is not an AWS region${meant}`, `Write ${right}.`)
  }
  if (check.kind === 'unlisted') warn(message(place, `${shown} is not a region that this version knows${meant}`))
  return region
}
