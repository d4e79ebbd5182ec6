import { columnsOf } from './look.ts'

/**
 * A text as lines no wider than `width`, broken at blanks only; a word that is wider has a line of its own.
 * @param indent - what each line after the first begins with
 */
export function wrap(text: string, width: number, indent = ''): string {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const line = lines.at(-1)
    if (line !== undefined && columnsOf(line) + 1 + columnsOf(word) <= width)
      lines[lines.length - 1] = `${line} ${word}`
    else lines.push(lines.length === 0 ? word : indent + word)
  }
  return lines.join('\n')
}
