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
export const scan = (text: string): Statement[] => new Scanner(text).statements()

/** The line, from 1, of the statement that has what is under these keys; the parser has read the text. */
export function lineOfKeys(text: string, keys: TomlPath): number | undefined {
  const isIn = (inner: TomlPath, outer: TomlPath) => outer.every((key, at) => inner[at] === key)
  const all = scan(text)
  // A part of an inline table is in the statement of that.
  const found = all.find(({ path }) => isIn(path, keys)) ?? all.findLast(({ path }) => isIn(keys, path))
  return found && text.slice(0, found.start).split('\n').length
}

class Scanner {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  statements(): Statement[] {
    const statements: Statement[] = []
    let table: TomlPath = []
    for (this.#take(BLANK); this.#at < this.#text.length; this.#take(BLANK)) {
      const start = this.#text.lastIndexOf('\n', this.#at) + 1
      const pair = this.#next === '[' ? undefined : this.#pair(table)
      if (pair === undefined) table = this.#header()
      this.#take(REST_OF_LINE)
      const place = { path: pair?.path ?? table, start, end: this.#at, table }
      statements.push(pair === undefined ? place : { ...place, pair })
    }
    return statements
  }

  get #next(): string | undefined {
    return this.#text[this.#at]
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0] ?? ''
    this.#at += found.length
    return found
  }

  #need(pattern: RegExp): string {
    const found = this.#take(pattern)
    if (found === '') throw new Error(`Not TOML at offset ${this.#at}`)
    return found
  }

  #header(): string[] {
    this.#need(/\[\[?[ \t]*/y)
    return this.#key()
  }

  #key(): string[] {
    const parts: string[] = []
    do parts.push(unquote(this.#need(KEY)))
    while (this.#take(DOT) !== '')
    return parts
  }

  #pair(table: TomlPath): Pair {
    const start = this.#at
    const path = [...table, ...this.#key()]
    this.#need(EQUALS)
    return { path, start, value: this.#value(path) }
  }

  #value(path: TomlPath): ValueSpan {
    const start = this.#at
    if (this.#next === '{') {
      const pairs = this.#list('}', () => this.#pair(path))
      return { start, end: this.#at, pairs }
    }
    if (this.#next === '[') {
      const items = this.#list(']', () => this.#value([]))
      return { start, end: this.#at, items }
    }
    if (this.#take(STRING) === '') this.#need(BARE)
    return { start, end: this.#at }
  }

  #list<T>(closer: string, item: () => T): T[] {
    const items: T[] = []
    for (this.#at++, this.#take(BLANK); this.#next !== closer; this.#take(BLANK)) {
      items.push(item())
      this.#take(BLANK)
      if (this.#next === ',') this.#at++
    }
    this.#at++
    return items
  }
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
