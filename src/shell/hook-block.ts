import type { Block } from '../core/ports/shell.ts'

/**
 * Our block in a start-up file. A note behind its first line says what else we did to the file, so that taking the block out gives
 * the old file back to the byte. Files are text with one character a byte.
 */
const notes = { madeFile: ' (ca-sync made this file)', endedLine: ' (ca-sync ended the line above)' } as const

const first = (name: Block): string => `# >>> ca-sync ${name} >>>`
const last = (name: Block): string => `# <<< ca-sync ${name} <<<`

// An editor may have made all line ends those of Windows.
const blockPattern = (name: Block) =>
  new RegExp(`^${first(name)}(.*?)\\r?\\n[\\s\\S]*?^${last(name)}.*\\r?(?:\\n|$(?![\\s\\S]))`, 'gm')
const marks = (name: Block) => new RegExp(`^(?:${first(name)}|${last(name)})`, 'gm')

/** A line of the block is gone, so that nobody knows where it ends. */
export const isDamaged = (text: string, name: Block = 'hook'): boolean =>
  (text.match(marks(name)) ?? []).length !== 2 * (text.match(blockPattern(name)) ?? []).length

function render(body: string, note: string, name: Block): string {
  const managed = `# Written by \`ca-sync ${name} install\`; \`ca-sync ${name} uninstall\` takes it out.`
  return `${first(name)}${note}\n${managed}\n${Buffer.from(body).toString('latin1')}${last(name)}\n`
}

/**
 * The file with the block in it, once: where it was, or at the end.
 * @param text - undefined when there is no file yet
 * @param body - whole lines
 */
export function withBlock(text: string | undefined, body: string, name: Block = 'hook'): string {
  if (text === undefined) return render(body, notes.madeFile, name)
  let found = 0
  const replaced = text.replace(blockPattern(name), (_, note: string) =>
    found++ === 0 ? render(body, note, name) : '',
  )
  if (found > 0) return replaced
  return text === '' || text.endsWith('\n')
    ? text + render(body, '', name)
    : `${text}\n${render(body, notes.endedLine, name)}`
}

/** The file without the block; undefined when nothing is left of a file that we made. */
export function withoutBlock(text: string, name: Block = 'hook'): string | undefined {
  let made = false
  const rest = text.replace(
    new RegExp(`(\\n?)${blockPattern(name).source}`, 'gm'),
    (all, before: string, note: string, at: number) => {
      made ||= note === notes.madeFile
      const endedLine = note === notes.endedLine && at + all.length === text.length
      return endedLine ? '' : before
    },
  )
  return made && rest === '' ? undefined : rest
}
