/** A word as `shellWord` writes it, and what it is read as. */
const word = /(?:'[^']*'|\\'|[^\s'])+/g

const read = (text: string): string => text.replace(/'([^']*)'|\\'/g, (_, quoted: string | undefined) => quoted ?? "'")

/** What stands for something that only a person knows. */
const isOpen = (text: string): boolean => /^[A-Z]{2,}$|…|[,;|()]$/.test(text)

/**
 * The words of the command that a hint says to type, for programs to run; null where it says none, several, or one with a part to fill in.
 * @param hint - as in an error (`Type: ca-sync status`), or a command alone
 */
export function commandWords(hint: string): readonly string[] | null {
  const [, line] = /^(?:(?:Type|Run): )?((?:ca-sync|aws|poetry|pipx|uv|npm)(?: .*)?)$/m.exec(hint) ?? []
  const words = line?.match(word) ?? []
  return words.length === 0 || words.some(isOpen) ? null : words.map(read)
}
