import type { Env } from '../ports/full-path.ts'

/** What may be named so, as botocore takes it (configloader.py); other variables of AWS's mean what they say. */
const expandable = /^AWS_(?:CONFIG|SHARED_CREDENTIALS)_FILE$/

/** The path that a variable of AWS's names, with `$NAME`, `${NAME}` and `~` filled in. */
export function placeOfAws(name: string, env: Env, home: string): string | undefined {
  const path = env[name] || undefined
  if (!expandable.test(name)) return path
  const filled = path?.replaceAll(/\$(?:(\w+)|\{(\w+)\})/g, (as, bare, braced) => env[bare ?? braced] ?? as)
  return filled?.replace(/^~(?=[\\/]|$)/, () => home)
}

/** AWS's two files, as the AWS CLI finds them. */
export const filesOfAws = (env: Env, home: string, join: (...names: string[]) => string) => ({
  config: placeOfAws('AWS_CONFIG_FILE', env, home) ?? join(home, '.aws', 'config'),
  credentials: placeOfAws('AWS_SHARED_CREDENTIALS_FILE', env, home) ?? join(home, '.aws', 'credentials'),
})

/** A section's settings, by name in lower case. A value that was indented below its name begins with a line break. */
export type IniSettings = Readonly<Record<string, string>>
export type IniSections = ReadonlyMap<string, IniSettings>

const noSettings = (): Record<string, string> => Object.create(null)

/** Where the next line goes: settings, the value that an indented line continues, and how far its own line was indented. */
interface Cursor {
  readonly settings: Record<string, string>
  key?: string | undefined
  indent: number
}

/**
 * The sections of an AWS config or credentials file, as botocore's parser (Python's RawConfigParser) reads them: `=` or `:`, names in any case,
 * deeper lines continue a value, `[DEFAULT]` counts for all. What that refuses (a section or a setting twice, a line without `=`) is taken as far as it goes.
 */
export function readSections(text: string): IniSections {
  const sections = new Map<string, Record<string, string>>()
  const defaults = noSettings()
  let cursor: Cursor | undefined
  for (const line of text.replace(/^\ufeff/, '').split(/\r\n?|\n/)) {
    const header = readLine(line, cursor)
    if (header === undefined) continue
    const settings = header === 'DEFAULT' ? defaults : (sections.get(header) ?? noSettings())
    if (settings !== defaults) sections.set(header, settings)
    cursor = { settings, indent: line.search(/\S/) }
  }
  return new Map(
    [...sections].map(([name, own]) => [name, Object.assign(noSettings(), trimmed(defaults), trimmed(own))]),
  )
}

/** Takes a line in, or says which section begins with it. */
function readLine(line: string, cursor: Cursor | undefined): string | undefined {
  const value = line.trim()
  if (/^[#;]/.test(value)) return undefined
  const indent = line.search(/\S/)
  if (cursor?.key !== undefined && (value === '' || indent > cursor.indent)) {
    cursor.settings[cursor.key] += `\n${value}`
    return undefined
  }
  if (value === '') return undefined
  if (cursor !== undefined) cursor.indent = indent
  const header = /^\[(.+)\]/.exec(value)?.[1]
  if (header !== undefined || cursor === undefined) return header
  const [, name, setting = ''] = /^(.+?)\s*[=:]\s*(.*)$/.exec(value) ?? []
  if (name === undefined) return undefined
  cursor.key = name.toLowerCase()
  cursor.settings[cursor.key] = setting
  return undefined
}

const trimmed = (settings: IniSettings): IniSettings =>
  Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, value.trimEnd()]))

/** The words of a section's name as a shell has them: quotes, backslashes. undefined where a quote has no end. */
export function wordsOf(text: string): readonly string[] | undefined {
  const word = /(?:[^\s"'\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+/gs
  if (text.replaceAll(word, '').trim() !== '') return undefined
  return (text.match(word) ?? []).map((found) =>
    found.replaceAll(
      /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/gs,
      (_, single?: string, double?: string, escaped?: string) =>
        single ?? double?.replaceAll(/\\(["\\])/g, '$1') ?? escaped ?? '',
    ),
  )
}
