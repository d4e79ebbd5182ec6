/** What tells whom a text is about: by its label, the values that are known. */
export type Known = Readonly<Record<string, readonly (string | undefined)[]>>

/** What tells it by its shape. What is quoted is somebody's own word. */
const shapes: readonly (readonly [shape: RegExp, label: string])[] = [
  [/\barn:[\w-]*:[^\s,;)]+/g, '<arn>'],
  [/\beyJ[\w-]+(?:\.[\w-]*)*/g, '<token>'],
  [/\bA(?:KIA|SIA|ROA|IDA)[A-Z0-9]{8,}/g, '<key>'],
  [/\b[a-z][a-z0-9+.-]*:\/\/[^\s'"<>]+/gi, '<url>'],
  [/"[^"\n]*"/g, '"…"'],
  [/(?<![\w<>.~-])(?:~|[A-Za-z]:)?[\\/][^\s'"`:,;()<>]+/g, '<path>'],
  [/\b[\w.-]+\.(?:amazonaws\.com(?:\.cn)?|api\.aws|on\.aws|local|internal|lan)(?::\d+)?\b/gi, '<host>'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, '<host>'],
  // Whichever endpoint is set, as errors name it.
  [/\b[\w-]+(?:\.[\w-]+)+:\d+\b/g, '<host>'],
  [/(?<=\b(?:connection to|answer of) )[\w.-]+(?::\d+)?/g, '<host>'],
  [
    /\b[\w-]+(?:\.[\w-]+)+(?= (?:cannot be (?:found|reached)|refused the|broke off the|did not answer|has a fault)\b)/g,
    '<host>',
  ],
  [/\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, '<user>'],
  [/\b\d{12}\b/g, '<account>'],
  [/(?<=--profile[ =])(?:'[^'\n]*'|[^<\s]\S*)/g, '<profile>'],
  [/(?<=\(profile )[^)\n]+/g, '<profile>'],
  [/(?<=^Your profiles: ).*/gm, '<profiles>'],
  [/(?:Did you mean \S+\? )?(?:The account has in \S+|The domain has): .*/g, '<names>'],
  [/(?<=\[profile )[^\]\n]+|(?<=\bfile, not \[)[^\]\n]+/g, '<profile>'],
]

/**
 * Takes out of a text what tells whose it is: account, domain, host, user, path, token.
 * Each known value gets the number of its place, so that a reader can tell two of them apart.
 * @param home - the user's folder, which may have blanks in its path, as the known paths may
 */
export function anonymizer(known: Known, home: string): (text: string) => string {
  const values = Object.entries(known).flatMap(([label, all]) =>
    [...new Set(all)].flatMap((value, at) => (value ? [[value, `<${label} ${at + 1}>`] as const] : [])),
  )
  const words = values.sort(([one], [other]) => other.length - one.length)
  const put = (text: string, isPath: boolean): string =>
    words.reduce(
      (left, [value, label]) => (/[\\/]/.test(value) === isPath ? left.replaceAll(wholeWord(value), label) : left),
      text,
    )
  return (text) => {
    const placed = put(text, true)
    const short = home === '' ? placed : placed.replaceAll(home, '~')
    const bare = shapes.reduce((left, [shape, label]) => left.replaceAll(shape, label), short)
    return put(bare, false)
  }
}

/** A value as a word of its own: `dev` is not in `device`. */
const wholeWord = (value: string): RegExp =>
  new RegExp(`(?<![\\w<])${value.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')}(?![\\w>])`, 'g')
