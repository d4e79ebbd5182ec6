interface PluginSource {
  readonly name?: string
  readonly domain?: string
  /** null leaves it out: the caller's own account. */
  readonly owner?: string | null
  readonly region?: string
  readonly repository?: string
}

/** An entry of the plugin's table; the emulator's own domain unless said. */
export function plugin(source: PluginSource = {}): string {
  const {
    name = 'dev',
    domain = 'my-domain',
    owner = '564131876131',
    region = 'us-east-1',
    repository = 'dev',
  } = source
  const fields = { domain, owner, region, repository }
  const lines = Object.entries(fields).filter(([, value]) => value !== null)
  return [
    '[[tool.poetry-plugin-code-artifact.sources]]',
    `name = "${name}"`,
    ...lines.map(([key, value]) => `aws-codeartifact-${key} = "${value}"`),
    '',
  ].join('\n')
}

/** An entry of Poetry's own table. */
export const declared = (name: string, url: string): string =>
  `[[tool.poetry.source]]\nname = "${name}"\nurl = "${url}"\npriority = "explicit"\n`

/** A source in both tables. */
export const both = (url: string, source: PluginSource = {}): string =>
  plugin(source) + declared(source.name ?? 'dev', `${url}simple/`)

export const pyproject = (...tables: readonly string[]): string =>
  ['[tool.poetry]', 'name = "app"', 'version = "0.1.0"', '', ...tables].join('\n')
