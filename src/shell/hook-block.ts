import type { Block } from '../core/ports/shell.ts'
import { blockOf, blockPattern } from '../core/words/block.ts'

/**
 * Our block in a start-up file. A note behind its first line says what else we did to the file, so that taking the block out gives
 * the old file back to the byte. Files are text with one character a byte.
 */
const notes = { madeFile: ' (ca-sync made this file)', endedLine: ' (ca-sync ended the line above)' } as const

function render(body: string, note: string, name: Block): string {
  const managed = `# Written by \`ca-sync ${name} install\`; \`ca-sync ${name} uninstall\` takes it out.`
  return blockOf(name, note, `${managed}\n${Buffer.from(body).toString('latin1')}`)
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
