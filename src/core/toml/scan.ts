export type TomlPath = readonly string[]

/** A value's place in the text; an inline table and an array also list what is in them. Offsets are UTF-16 code units. */
export interface ValueSpan {
  readonly start: number
  readonly end: number
  readonly pairs?: readonly Pair[]
  readonly items?: readonly ValueSpan[]
}

/** A key with its value. `path` starts at the root of the document, `start` is where the key's text starts. */
export interface Pair {
  readonly path: TomlPath
  readonly start: number
  readonly value: ValueSpan
}

/** A table header or a key/value pair, with the lines it fills (indentation, comment and line end included). */
export interface Statement {
  readonly path: TomlPath
  readonly start: number
  readonly end: number
  /** The header it stands under; empty at the top of the document. */
  readonly table: TomlPath
  /** Absent for a header. */
  readonly pair?: Pair
}

const BLANK = /(?:[ \t\r\n]|#[^\n]*)*/y
const KEY = /"(?:\\.|[^"\\\n])*"|'[^'\n]*'|[\w-]+/y
const DOT = /[ \t]*\.[ \t]*/y
const EQUALS = /[ \t]*=[ \t]*/y
const STRING = /"""(?:\\[\s\S]|"{1,2}(?!")|[^"\\])*"{3,5}|'''(?:'{1,2}(?!')|[^'])*'{3,5}|"(?:\\.|[^"\\\n])*"|'[^'\n]*'/y
const BARE = /[^\s,\]}#]+(?: \d[^\s,\]}#]*)?/y
const REST_OF_LINE = /[^\n]*\n?/y

/** Where each statement of a valid TOML document stands. Meaning is the parser's business: scan only text that it has read.
 * @throws Error on text that is not TOML */
export function scan(text: string): Statement[] {
  let at = 0

  function take(pattern: RegExp): string {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0] ?? ''
    at += found.length
    return found
  }

  function need(pattern: RegExp): string {
    const found = take(pattern)
    if (found === '') throw new Error(`Not TOML at offset ${at}`)
    return found
  }

  function key(): string[] {
    const parts: string[] = []
    do parts.push(unquote(need(KEY)))
    while (take(DOT) !== '')
    return parts
  }

  function pair(table: TomlPath): Pair {
    const start = at
    const path = [...table, ...key()]
    need(EQUALS)
    return { path, start, value: value(path) }
  }

  function value(path: TomlPath): ValueSpan {
    const start = at
    if (text[at] === '{') {
      const pairs = list('}', () => pair(path))
      return { start, end: at, pairs }
    }
    if (text[at] === '[') {
      const items = list(']', () => value([]))
      return { start, end: at, items }
    }
    if (take(STRING) === '') need(BARE)
    return { start, end: at }
  }

  function list<T>(closer: string, item: () => T): T[] {
    const items: T[] = []
    for (at++, take(BLANK); text[at] !== closer; take(BLANK)) {
      items.push(item())
      take(BLANK)
      if (text[at] === ',') at++
    }
    at++
    return items
  }

  function header(): string[] {
    need(/\[\[?[ \t]*/y)
    return key()
  }

  const statements: Statement[] = []
  let table: TomlPath = []
  for (take(BLANK); at < text.length; take(BLANK)) {
    const start = text.lastIndexOf('\n', at) + 1
    if (text[at] === '[') {
      table = header()
      take(REST_OF_LINE)
      statements.push({ path: table, start, end: at, table })
    } else {
      const found = pair(table)
      take(REST_OF_LINE)
      statements.push({ path: found.path, start, end: at, table, pair: found })
    }
  }
  return statements
}

function unquote(key: string): string {
  if (key.startsWith("'")) return key.slice(1, -1)
  if (!key.startsWith('"')) return key
  const escapes: Record<string, string> = { b: '\b', t: '\t', n: '\n', f: '\f', r: '\r' }
  return key
    .slice(1, -1)
    .replace(/\\(?:u(.{4})|U(.{8})|(.))/g, (_, short?: string, long?: string, letter = '') =>
      (short ?? long) === undefined
        ? (escapes[letter] ?? letter)
        : String.fromCodePoint(Number.parseInt(short ?? long ?? '', 16)),
    )
}
