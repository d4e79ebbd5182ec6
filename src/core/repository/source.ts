/** The unit an authorization token belongs to (AWS CodeArtifact: one token serves all repositories of a domain). */
export interface Domain {
  readonly domain: string
  readonly owner: string
  readonly region: string
}

export interface Repository extends Domain {
  readonly repository: string
}

/** A `[[tool.poetry.source]]` entry, as far as it matters to us. */
export interface Declaration {
  readonly name: string
  readonly url: string
  readonly priority?: string
  /** Up to Poetry 1.4 a priority is a flag: `secondary = true`. */
  readonly isFlag?: true
}

/** A source as pyproject.toml names it. `owner` is missing where the caller's own account is meant. */
export interface Source {
  readonly name: string
  readonly domain: string
  readonly owner?: string
  readonly region: string
  readonly repository: string
  /** Where it comes from: the plugin's table, or only a `[[tool.poetry.source]]` URL. */
  readonly origin: 'plugin' | 'poetry'
  /** The entry of the same name in `[[tool.poetry.source]]`, without which Poetry cannot install from it. */
  readonly declaration?: Declaration
}

export const domainKey = (d: Domain): string => `${d.owner}/${d.domain}/${d.region}`

/** Whether a source is of a domain; one without an owner is of the caller's own account, whichever that is. */
export const sameDomain = (d: Domain, source: Pick<Source, 'domain' | 'owner' | 'region'>): boolean =>
  domainKey(d) === domainKey({ owner: d.owner, ...source })

/** One name for a repository, to compare it by. */
export const repositoryKey = (r: Repository): string => `${domainKey(r)}/${r.repository}`
