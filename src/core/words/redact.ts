type Span = readonly [start: number, end: number]

/** Escapes of JSON, Python and URLs, each with all backslashes before it: half of one is never left. */
const escapes = /\\+[bfnrtv]|\\+u([\da-f]{4})|\\+x([\da-f]{2})|%([\da-f]{2})|(?:\\\\)*\\(["'/])|(?:\\\\)+|[\\%]/iy

/**
 * A text as it is meant, and where a span of that stands in it as it is written.
 * @param blanks - whether they stay: text that was wrapped is read without
 */
function read(text: string, blanks: boolean) {
  const codes = new Uint16Array(text.length)
  const [starts, ends] = [new Uint32Array(text.length), new Uint32Array(text.length)]
  let length = 0
  for (let at = 0, end = 0; at < text.length; at = end) {
    let code = text.charCodeAt(at)
    end = at + 1
    if (code === 0x5c || code === 0x25) [code, end] = unescaped(text, at)
    const isBlank = code <= 0x20 || code === 0xa0
    if (isBlank && !blanks) continue
    codes[length] = isBlank ? 0x20 : code
    starts[length] = at
    ends[length] = end
    length += 1
  }
  const meant = Buffer.from(codes.buffer, 0, length * 2).toString('utf16le')
  return { meant, span: (from: number, to: number): Span => [starts[from] ?? 0, ends[to - 1] ?? 0] }
}

/** The character at an escape, and where that ends. */
function unescaped(text: string, at: number): readonly [code: number, end: number] {
  escapes.lastIndex = at
  const [all = '', unicode, hex, url, sign] = escapes.exec(text) ?? []
  const digits = unicode ?? hex ?? url
  const plain = sign ?? (/[\\%]$/.test(all) ? all : ' ')
  return [digits === undefined ? plain.charCodeAt(0) : Number.parseInt(digits, 16), at + all.length]
}

const secretNames = ['aws_secret_access_key', 'aws_session_token', 'x-amz-security-token', 'authorization']

/** What stands between a name and its value; that of a quoted name has quotes, too: JSON stays JSON. */
const assigned = /((?:(?:\\\\)*\\)?["']\s*[:=]\s*(?:(?:\\\\)*\\)?["']|\s*[:=]\s*(?:(?:(?:\\\\)*\\)?["'])?)/

/** What has the shape of a secret. A pattern, which is made when it is first sought, takes longer than a look for the mark that each match has in it, in any case. */
const secretShapes: readonly {
  readonly marks: readonly string[]
  readonly pattern: () => RegExp
  readonly instead: string
}[] = [
  { marks: ['://'], pattern: () => /(\b[a-z][a-z0-9+.-]{0,30}:\/\/)(?:\\\S|[^\s/@"\\])+@/gi, instead: '$1****@' },
  { marks: ['eyj'], pattern: () => /(?<!\w-?)eyJ[\w-]{20,}(?:\.[\w-]*){1,4}/g, instead: '****' },
  {
    marks: secretNames,
    pattern: () =>
      new RegExp(`\\b(${secretNames.join('|')})\\b${assigned.source}((?:basic|bearer)\\s+)?[^\\s"',\\\\\\]}]+`, 'gi'),
    instead: '$1$2$3****',
  },
]

/** Takes secrets out of text on its way out of the program: known tokens and parts of them, token-shaped words, and user info in URLs. */
export const redact = (text: string, secrets: Iterable<string>): string => redactor(secrets)(text)

/** The same for many texts. @param secrets - looked at anew for each text; best a set that only grows */
export function redactor(secrets: Iterable<string>): (text: string) => string {
  let known: readonly string[] = []
  let rows: Rows = { hashes: new Set(), forms: [] }
  const learn = () => {
    const now = [...secrets].filter((secret) => secret !== '')
    const hasGrown = known.every((secret, index) => secret === now[index])
    if (!hasGrown) rows = { hashes: new Set(), forms: [] }
    for (const form of (hasGrown ? now.slice(known.length) : now).flatMap(formsOf)) addForm(rows, form)
    known = now
  }
  return (text) => {
    learn()
    const clean = known.length === 0 ? text : cut(text, [...wholes(text, known), ...parts(text, rows)])
    const lower = clean.toLowerCase()
    const found = secretShapes.filter(({ marks }) => marks.some((mark) => lower.includes(mark)))
    return found.reduce((rest, { pattern, instead }) => rest.replace(pattern(), instead), clean)
  }
}

function cut(text: string, spans: readonly Span[]): string {
  let clean = ''
  let at = 0
  for (const [start, end] of spans.toSorted(([a], [b]) => a - b)) {
    if (start >= at) clean += `${text.slice(at, start)}****`
    at = Math.max(at, end)
  }
  return clean + text.slice(at)
}

/** A shorter secret is one only where it is a word of its own. */
const shortest = 6

function* wholes(text: string, secrets: readonly string[]): Generator<Span> {
  const { meant, span } = read(text, true)
  for (const secret of secrets) {
    const sought = read(secret, true).meant
    const isWord = (at: number) => !/\w/.test(`${meant[at - 1] ?? ''}${meant[at + sought.length] ?? ''}`)
    for (let at = meant.indexOf(sought); at !== -1; at = meant.indexOf(sought, at + 1))
      if (sought.length >= shortest || isWord(at)) yield span(at, at + sought.length)
  }
}

/** So many characters of a secret in a row give it away. */
const long = 12
/** With fewer different characters they may be anybody's: a line of dashes, zeros. */
const variety = 5
/** What is public, also as a part of a secret. */
const publicNames = ['codeartifact', 'amazonaws']

/** Not sought from within a word: a token is one, and all of it would be gone through for each of its characters. */
const publicHost = (): RegExp => new RegExp(`(?<![a-z0-9.-])[a-z0-9.-]*(?:${publicNames.join('|')})[a-z0-9.-]*`, 'i')

/** All rows of so many characters: the hash of each, and the texts that they are in. */
interface Rows {
  readonly hashes: Set<number>
  readonly forms: string[]
}

/** A secret as it is, and in base64 (of `aws:TOKEN` in a header, say: what stands before it shifts it by up to two bytes). */
function formsOf(secret: string): string[] {
  const shifted = [0, 1, 2].map((shift) => {
    const bytes = Buffer.from(' '.repeat(shift) + secret)
    return bytes.toString('base64').slice(shift && shift + 1, Math.floor((bytes.length * 8) / 6))
  })
  const inUrls = shifted.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'))
  const { meant } = read(secret, false)
  const hasName = publicNames.some((name) => meant.toLowerCase().includes(name))
  return [...new Set([...(hasName ? meant.split(publicHost()) : [meant]), ...shifted, ...inUrls])]
}

function addForm({ hashes, forms }: Rows, form: string): void {
  forms.push(form)
  eachRow(form, (_, hash) => hashes.add(hash))
}

function parts(text: string, { hashes, forms }: Rows): Span[] {
  const { meant, span } = read(text, false)
  const found: Span[] = []
  let end = 0
  eachRow(meant, (at, hash) => {
    if (at + long <= end || !hashes.has(hash)) return
    const row = meant.slice(at, at + long)
    const form = forms.find((one) => one.includes(row))
    if (form === undefined) return
    const ahead = form.indexOf(row) - at
    for (end = at + long; end < meant.length && meant[end] === form[end + ahead]; ) end += 1
    if (new Set(meant.slice(at, end)).size >= variety) found.push(span(at, end))
  })
  return found
}

const { imul } = Math
const hashBase = 0x01000193
let leaving = 1
for (let i = 0; i < long; i += 1) leaving = imul(leaving, hashBase)

/** Visits every row of a text with its hash, which is that of the row before less the first character, and one more. */
function eachRow(text: string, visit: (at: number, hash: number) => void): void {
  for (let i = 0, hash = 0; i < text.length; i += 1) {
    const gone = i < long ? 0 : imul(leaving, text.charCodeAt(i - long))
    hash = (imul(hash, hashBase) + text.charCodeAt(i) - gone) | 0
    if (i >= long - 1) visit(i - long + 1, hash)
  }
}
