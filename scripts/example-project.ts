interface ExampleOptions {
  /** The URL of the repository `dev`, which all three sources are; or how each has the URL of a repository of its own, called as it is. */
  readonly url: string | ((repository: string) => string)
  readonly name?: string
  /** Whether the sources are in `[[tool.poetry.source]]` too; yes unless said. */
  readonly declared?: boolean
}

const names = ['dev', 'qa', 'prod']

/** A source as the plugin's README writes it. */
export const pluginTable = ({ name = '', domain = 'my-domain', repository = 'dev' }): string => `
[[tool.poetry-plugin-code-artifact.sources]]
name="${name}"
aws-codeartefact-domain="${domain}"
aws-codeartefact-owner="564131876131"
aws-codeartefact-region="us-east-1"
aws-codeartefact-repository="${repository}"
`

/** What tells Poetry to install from a repository. */
export const declaration = (name: string, url: string): string => `
[[tool.poetry.source]]
name = "${name}"
url = "${url}simple/"
priority = "primary"
`

/** The example of the plugin's README with its region mended and its sources declared, as a pyproject.toml of Poetry 1.8 and 2. */
export function exampleProject({ url, name = 'my-app', declared = true }: ExampleOptions): string {
  const own = typeof url === 'function'
  return `[tool.poetry]
name = "${name}"
version = "0.1.0"
description = "An example"
authors = ["Somebody <somebody@example.com>"]

[tool.poetry.dependencies]
python = ">=3.9"

[build-system]
requires = ["poetry-core"]
build-backend = "poetry.core.masonry.api"
${names.map((source) => pluginTable({ name: source, repository: own ? source : 'dev' })).join('')}${
  declared ? names.map((source) => declaration(source, own ? url(source) : url)).join('') : ''
}`
}
