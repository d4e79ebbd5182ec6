const escaped = (char: string): string => {
  const hex = (char.codePointAt(0) ?? 0).toString(16)
  return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`
}

/** Text of the user's own (a path) made safe for a terminal: control, format and line characters become `\u…`. */
export const printable = (text: string): string => text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, escaped)

/** The same for text of several lines. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n')

/** What names a folder in a command of ca-sync; empty for the current one. */
export const inFolder = (folder: string | undefined): string => (folder === undefined ? '' : ` -C ${shellWord(folder)}`)

/**
 * An untrusted value in quotes, cut to `longest` characters. All but plain ASCII is shown as `\u…`: every value that we accept
 * is ASCII, so a look-alike letter must show as what it is.
 */
export function quote(value: string, longest = 60): string {
  const cut = value.slice(0, longest)
  const shown = cut.replace(/["\\]/g, '\\$&').replace(/[^ -~]/gu, escaped)
  return cut === value ? `"${shown}"` : `"${shown}…" (${value.length} characters)`
}

/** A word of a command that is to be typed in a POSIX shell: in quotes where it needs them. */
export const shellWord = (word: string): string =>
  /^[\w.@%+=:,/-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
