/** Where something starts and ends in a text. */
export type Span = readonly [start: number, end: number]

/** Escapes of JSON, Python and URLs, each with all backslashes before it: half of one is never left. */
const escapes = /\\+[bfnrtv]|\\+u([\da-f]{4})|\\+x([\da-f]{2})|%([\da-f]{2})|(?:\\\\)*\\(["'/])|(?:\\\\)+|[\\%]/iy

/**
 * A text as it is meant, and where a span of that stands in it as it is written.
 * @param blanks - whether they stay: text that was wrapped is read without
 */
export function read(text: string, blanks: boolean) {
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
  const meant = new TextDecoder('utf-16le', { ignoreBOM: true }).decode(codes.subarray(0, length))
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
