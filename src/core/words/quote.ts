/** As JSON writes it, so that JSON stays what it was. */
const escaped = (char: string): string =>
  Array.from({ length: char.length }, (_, i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')

/**
 * What a stranger can say (a name, a path, an answer) made safe for a terminal and for the eye: characters that steer it, that turn
 * the direction of writing, that end a line or that nobody sees become `\u…`.
 */
export const printable = (text: string): string => (/^[ -~]*$/.test(text) ? text : text.replace(unseen(), escaped))

/**
 * Characters by their Unicode properties, for a pattern that is made when a text first needs it: Node looks up what `\p{…}` means wherever a
 * file has it between slashes, run or not, and that costs a short run most of all.
 */
export const unicodeKinds = (...kinds: readonly string[]): string => kinds.map((kind) => `\\p{${kind}}`).join('')

let unseenOnce: RegExp | undefined
function unseen(): RegExp {
  unseenOnce ??= new RegExp(`[${unicodeKinds('C', 'Zl', 'Zp', 'DI')}]`, 'gu')
  return unseenOnce
}

/** The same for text of several lines, such as JSON: it says what it said. */
export const printableLines = (text: string): string => onLines(text, escaped)

const onLines = (text: string, safe: (char: string) => string): string =>
  /^[\t\n -~]*$/.test(text)
    ? text
    : text.replace(unseen(), (char) => (char === '\n' || char === '\t' ? char : safe(char)))

/** What names a folder in a command of ca-sync; empty for the current one. */
export const inFolder = (folder: string | undefined): string => (folder === undefined ? '' : ` -C ${shellWord(folder)}`)

/** The same for a project, where a folder was named that it is the project of. */
export const whereNamed = (named: string | undefined, folder: string): string =>
  named === undefined ? '' : inFolder(folder)

/** A command about a project, in a text that says to type it, which does not name the project. */
function unplaced(): RegExp {
  const command =
    /\bca-sync (?:sync|status|doctor|exec|env|policy|logout|init|sources(?: (?:add|declare|remove))?)(?![\w-])/
  // Without a verb it is the name of the program, too.
  const alone = /(?<=(?:^|:|[`(]|\bor|\b[Tt]ype) *)ca-sync(?=$|[\n.,;)`]| -| {3}| \(| first\b)/
  // What stands after `--` is another program's.
  const namesIt = /(?:(?! -- |[.:] )[^\n,;`)])* (?:-C|--(?:project|all|help|version))\b/
  return new RegExp(`(?:${command.source}|${alone.source})(?!${namesIt.source})`, 'gm')
}

/** A text with commands to type, each of which names the project. @param where - what does; empty for the current one */
export const placed = (text: string, where: string): string =>
  where === '' ? text : text.replace(unplaced(), (command) => command + where)

/**
 * An untrusted value in quotes, cut to `longest` characters. All but plain ASCII is shown as `\u…`: every value that we accept
 * is ASCII, so a look-alike letter must show as what it is.
 */
export function quote(value: string, longest = 60): string {
  const cut = value.slice(0, longest)
  const shown = cut.replace(/["\\]/g, '\\$&').replace(/[^ -~]/gu, escaped)
  return cut === value ? `"${shown}"` : `"${shown}…" (${value.length} characters)`
}

/** cmd.exe and PowerShell both take it in these quotes. */
const windowsPath = /^(?:[a-z]:[\\/]|\\\\)[^"$`%!]*$/i

export const posixQuote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`

/** A word of a command that is to be typed in a shell: in quotes where it needs them. For zsh, `=ls` is the path of ls. */
export function shellWord(word: string): string {
  if (/^(?!=)[\w.@%+=:,/-]+$/.test(word)) return word
  return windowsPath.test(word) ? `"${word}"` : onLines(posixQuote(word), printed)
}

/** In a word in single quotes: what would be shown as `\u…`, which no shell takes for the character, by its bytes. */
const printed = (char: string): string =>
  `'"$(printf '${Array.from(Buffer.from(char), (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')}')"'`

const unprinted = (octal: string): string =>
  Buffer.from(
    octal
      .split('\\')
      .slice(1)
      .map((byte) => Number.parseInt(byte, 8)),
  ).toString()

/** An option for a command line; a value that looks like an option itself has to be joined to it. */
export const optionWith = (option: string, value: string): string =>
  `${option}${value.startsWith('-') ? '=' : ' '}${shellWord(value)}`

/** A word as `shellWord` writes it, and what it is read as. */
const word = /(?:"\$\(printf '[\\\d]+'\)"|'[^']*'|\\'|[^\s'])+/g

const read = (text: string): string =>
  text.replace(
    /"\$\(printf '([\\\d]+)'\)"|'([^']*)'|\\'/g,
    (_, octal: string | undefined, quoted: string | undefined) => (octal ? unprinted(octal) : (quoted ?? "'")),
  )

/** What stands for something that only a person knows. */
const isToFillIn = (text: string): boolean => /^[A-Z]{2,}$|…|[,;|()]$/.test(text)

/**
 * The words of the command that a hint says to type, for programs to run; null where it says none, several, or one with a part to fill in.
 * @param hint - as in an error (`Type: ca-sync status`), or a command alone
 */
export function commandWords(hint: string): readonly string[] | null {
  const [, line] = /^(?:(?:Type|Run): )?((?:ca-sync|aws|poetry|pipx|uv|npm)(?: .*)?)$/m.exec(hint) ?? []
  const words = line?.match(word) ?? []
  return words.length === 0 || words.some(isToFillIn) ? null : words.map(read)
}

/** What takes a variable out of the environment of a shell. */
export const unset = (variable: string, isWindows: boolean): string =>
  isWindows ? `Remove-Item Env:${variable}` : `unset ${variable}`

/** The same for people, whose shell is not known. */
export const unsetHint = (variable: string): string =>
  `Remove the variable: ${unset(variable, false)} (PowerShell: ${unset(variable, true)}).`

export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

/** The first few of many, and how many more there are. */
export const few = (names: readonly string[], most: number): string =>
  [...names.slice(0, most), ...(names.length > most ? [`and ${names.length - most} more`] : [])].join(', ')

/** A word for fish, where a backslash in single quotes escapes. */
export const fishQuote = (word: string): string => `'${word.replaceAll(/[\\']/g, '\\$&')}'`

const inPowershell = (char: string): string =>
  /[`$"]/.test(char) ? `\`${char}` : `$([char]0x${char.charCodeAt(0).toString(16)})`

/** A word for PowerShell, in plain ASCII: Windows PowerShell reads a file without a byte-order mark in the system's code page. */
export const powershellQuote = (word: string): string => `"${word.replaceAll(/[`$"]|[^ -~]/g, inPowershell)}"`
