/** A word for fish, where a backslash in single quotes escapes. */
export const fishQuote = (word: string): string => `'${word.replaceAll(/[\\']/g, '\\$&')}'`

const inPowershell = (char: string): string =>
  /[`$"]/.test(char) ? `\`${char}` : `$([char]0x${char.charCodeAt(0).toString(16)})`

/** A word for PowerShell, in plain ASCII: Windows PowerShell reads a file without a byte-order mark in the system's code page. */
export const powershellQuote = (word: string): string => `"${word.replaceAll(/[`$"]|[^ -~]/g, inPowershell)}"`
