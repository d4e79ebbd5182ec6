import type { Project, UnfitSource } from '../ports/project.ts'
import { parseRepositoryUrl, readUrl, simpleUrl } from '../repository/endpoint.ts'
import type { Repository, Source } from '../repository/source.ts'
import { CaSyncError, caughtNow } from '../words/errors.ts'
import { printable, quote, shellWord } from '../words/quote.ts'
import { closest } from '../words/suggest.ts'
import { type Declared, readDeclarations, withoutPlace } from './declarations.ts'
import { isTable, own, tableAt, valueAt } from './document.ts'
import { checkedName, checkedRegion, invalid, type Place, rules } from './fields.ts'
import { pluginTable, readPluginSources } from './plugin-sources.ts'

/** No two sources of one name; those of the plugin's table first. */
type SourcesRead = Pick<Project, 'sources' | 'unfit' | 'warnings'>

/**
 * The CodeArtifact sources of a parsed pyproject.toml, at least one: the plugin's table, and each other `[[tool.poetry.source]]`
 * with a CodeArtifact URL. An entry that cannot be served fails alone. Throws CaSyncError SOURCE_INVALID or NO_SOURCES.
 * @param file - its path, for messages
 */
export function readSources(document: unknown, file: string): SourcesRead {
  const read = readAnySources(document, file)
  if (read.sources.length === 0) throw read.unfit[0]?.error ?? noSources(document, file)
  return read
}

/** The same where there may be none, or none that can be served. */
export function readAnySources(document: unknown, file: string): SourcesRead {
  const warnings: string[] = []
  const warn = (warning: string) => warnings.push(warning)
  const plugin = readPluginSources(document, file, warn)
  // Poetry's names are the same in any case.
  const declared = new Map(readDeclarations(document, file).map((found) => [found.name.toLowerCase(), found]))
  const [sources, unfit]: [Source[], UnfitSource[]] = [[], [...plugin.unfit]]
  const take = (source: Source, read: () => Source | undefined): void => {
    const found = caughtNow(read)
    if (found instanceof CaSyncError) unfit.push({ source, error: found })
    else if (found !== undefined) sources.push(found)
  }
  for (const source of plugin.fit) take(source, () => withDeclaration(source, declared.get(source.name.toLowerCase())))
  for (const { name } of [...plugin.fit, ...plugin.unfit.map((one) => one.source)]) declared.delete(name.toLowerCase())
  for (const found of declared.values()) take(legible(found), () => fromDeclaration(found, warn))
  return { sources, unfit, warnings }
}

const legible = ({ name }: Declared): Source => ({
  name: printable(name).slice(0, 100),
  domain: '',
  region: '',
  repository: '',
  origin: 'poetry',
})

/** Throws CaSyncError SOURCE_INVALID where the entry of the same name is another CodeArtifact repository. */
function withDeclaration(source: Source, found: Declared | undefined): Source {
  if (found === undefined) return source
  // Poetry finds the source in any case, but its URL and user name only under exactly this one.
  if (found.name !== source.name)
    throw invalid(
      found.place,
      `name differs in case from source "${source.name}" of the plugin's table`,
      `Write name = "${source.name}".`,
    )
  const other = parseRepositoryUrl(found.url)
  if (other !== undefined && !isRepository(source, other))
    throw invalid(
      found.place,
      `url is repository ${shown(other)}, but the plugin's table says ${shown(source)}`,
      'Make both the same repository, or give one of them another name.',
    )
  return { ...source, declaration: withoutPlace(found) }
}

/** An owner that is left out is the caller's own: nobody means another's, of all the same names. */
export const isRepository = (one: Unowned, other: Unowned): boolean =>
  (['domain', 'region', 'repository'] as const).every((key) => one[key] === other[key]) &&
  (one.owner ?? other.owner) === (other.owner ?? one.owner)

type Unowned = Pick<Source, 'domain' | 'owner' | 'region' | 'repository'>

/** A repository in a message. */
export const shown = (source: Unowned): string =>
  [source.owner, source.domain, source.region, source.repository].filter((part) => part !== undefined).join('/')

function fromDeclaration(declared: Declared, warn: (warning: string) => void): Source | undefined {
  const repository = repositoryOf(declared.url, declared.place, warn)
  if (repository === undefined) return undefined
  const name = checkedName(declared.name, declared.place)
  return { name, ...repository, origin: 'poetry', declaration: withoutPlace(declared) }
}

/** The CodeArtifact repository of a URL; undefined for a URL of anything else. Throws CaSyncError SOURCE_INVALID. */
export function repositoryOf(url: string, place: Place, warn: (warning: string) => void): Repository | undefined {
  const reading = readUrl(url)
  if (typeof reading === 'string') throw invalid(place, `url ${reading}`, urlAdvice(url))
  if (reading !== undefined) checkedRegion(reading.region, 'url: region', place, warn)
  return reading
}

/** Never with the login that is in it. */
function urlAdvice(url: string): string {
  const bare = url.replace(/:\/\/[^/]*@/, '://')
  return bare !== url && parseRepositoryUrl(bare)
    ? `Write url = "${simpleUrl(bare)}": ca-sync gives Poetry the login. The one that is there is known to all who have the file.`
    : 'Write what `aws codeartifact get-repository-endpoint --format pypi` prints, and simple/ after it.'
}

const example = `Type: ca-sync sources add NAME --domain DOMAIN --region REGION
It adds to the file what you may as well write yourself:
  [[tool.poetry-plugin-code-artifact.sources]]
  name = "dev"
  aws-codeartifact-domain = "my-domain"
  aws-codeartifact-owner = "123456789012"
  aws-codeartifact-region = "us-east-1"
  aws-codeartifact-repository = "my-repository"`

function noSources(document: unknown, file: string): CaSyncError {
  const others = otherIndexes(document)
  if (others.length > 0) {
    const list = others.map(({ table, name }) => `${quote(name)} in ${table}`).join(', ')
    const commands = others.map(({ name, url }) => `ca-sync sources add ${shellWord(name)} ${shellWord(url)}`)
    const problem = `${printable(file)} names no CodeArtifact source for ca-sync, only an index of another tool: ${list}.`
    return new CaSyncError('NO_SOURCES', problem, { hint: `Type: ${commands.join('\n      ')}\n${afterwards}` })
  }
  const meant = misspelt(document, file)
  const found = meant === undefined ? '' : `, but has ${meant}; did you mean ${pluginTable.join('.')}?`
  const message = `${printable(file)} names no CodeArtifact source${found || '.'}`
  return new CaSyncError('NO_SOURCES', message, { hint: example })
}

const afterwards = 'then: ca-sync, for Poetry and PDM, or ca-sync exec --for uv -- uv sync'

/** CodeArtifact repositories that are declared for uv or PDM only, with what is to be kept of their names. */
function otherIndexes(document: unknown): { table: string; name: string; url: string }[] {
  const tables = [
    ['uv', 'index'],
    ['pdm', 'source'],
  ] as const
  return tables.flatMap(([tool, key]) => {
    const list = valueAt(document, 'tool', tool, key)
    return (Array.isArray(list) ? list.filter(isTable) : []).flatMap((entry) => {
      // PDM has the user in it.
      const url = String(own(entry, 'url')).replace(/:\/\/[^/@]*@/, '://')
      const repository = parseRepositoryUrl(url)
      const named = own(entry, 'name')
      const name =
        typeof named === 'string' && rules.name.pattern.test(named) && !named.includes('.')
          ? named
          : repository?.repository
      return repository === undefined || name === undefined ? [] : [{ table: `[[tool.${tool}.${key}]]`, name, url }]
    })
  })
}

/** The table that was meant to be the plugin's, e.g. `tool."poetry-plugin-code-artefact"`. */
function misspelt(document: unknown, file: string): string | undefined {
  const [tool, plugin, sources] = pluginTable
  const search = (parents: readonly string[], key: string): string | undefined => {
    const meant = Object.keys(tableAt(document, parents, file) ?? {}).find(
      (other) => other !== key && closest(other, [key]),
    )
    return meant === undefined ? undefined : [...parents, quote(meant)].join('.')
  }
  return search([tool], plugin) ?? search([tool, plugin], sources)
}
