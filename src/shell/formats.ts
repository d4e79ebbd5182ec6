import type { Variables } from '../core/variables/names.ts'
import type { FormatName } from '../core/variables/tools.ts'
import { fishQuote, posixQuote, powershellQuote } from '../core/words/quote.ts'

export type Format = (variables: Variables) => string

const lines =
  (line: (name: string, value: string) => string): Format =>
  (variables) =>
    Object.entries(variables)
      .map(([name, value]) => `${line(name, value)}\n`)
      .join('')

/** What `docker --env-file` and `kubectl --from-env-file` (which know no quotes), Compose and every dotenv library read alike. */
const plainPattern = /^[\w@%+=:,./-]*$/

/** Single quotes keep all but themselves; in double quotes, dotenv libraries and Compose take a backslash and `$` for more than that. */
function dotenvQuote(value: string): string {
  if (plainPattern.test(value)) return value
  if (!/['\n]/.test(value)) return `'${value}'`
  return `"${value.replaceAll(/[\\"$]/g, '\\$&').replaceAll('\n', '\\n')}"`
}

/** GitHub takes everything up to the line that repeats it; no value of ours has such a line. */
const delimiter = 'END_OF_CA_SYNC_VALUE'

export const formats = {
  sh: lines((name, value) => `export ${name}=${posixQuote(value)}`),
  fish: lines((name, value) => `set -gx ${name} ${fishQuote(value)}`),
  powershell: lines((name, value) => `$Env:${name} = ${powershellQuote(value)}`),
  dotenv: lines((name, value) => `${name}=${dotenvQuote(value)}`),
  /** For the file $GITHUB_ENV (GitHub's "workflow commands", multiline strings). */
  github: lines((name, value) => `${name}<<${delimiter}\n${value}\n${delimiter}`),
  json: (variables) => `${JSON.stringify(variables, null, 2)}\n`,
} as const satisfies Record<FormatName, Format>

/** The lines on stdout that make GitHub Actions hide the secrets in its logs from here on; `%` and line ends are escaped as it reads them. */
export const maskLines = (secrets: Iterable<string>): string =>
  [...secrets]
    .map((secret) => secret.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A'))
    .map((secret) => `::add-mask::${secret}\n`)
    .join('')
