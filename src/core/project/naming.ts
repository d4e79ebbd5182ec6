import type { Source } from '../repository/source.ts'

/** What finds the line of a pyproject.toml that names a source's domain or repository: in the plugin's table, or in a URL. */
export function lineNaming(source: Pick<Source, 'domain' | 'repository'>, field: 'domain' | 'repository'): RegExp {
  const value = source[field].replaceAll('.', '\\.')
  const inUrl = field === 'domain' ? `//${value}-\\d{12}\\.` : `/${value}/`
  return new RegExp(`aws-codeart[ei]fact-${field}["']?\\s*=\\s*["']${value}["']|${inUrl}`)
}
