/**
 * Our block in a start-up file. A note behind its first line says what else we did to the file, so that taking the block out gives
 * the old file back to the byte. Files are text with one character a byte.
 */
const first = '# >>> ca-sync hook >>>'
const last = '# <<< ca-sync hook <<<'
const notes = { madeFile: ' (ca-sync made this file)', endedLine: ' (ca-sync ended the line above)' } as const

// An editor may have made all line ends those of Windows.
const block = new RegExp(`^${first}(.*?)\\r?\\n[\\s\\S]*?^${last}.*\\r?(?:\\n|$(?![\\s\\S]))`, 'gm')
const marks = new RegExp(`^(?:${first}|${last})`, 'gm')

/** A line of the block is gone, so that nobody knows where it ends. */
export const isDamaged = (text: string): boolean =>
  (text.match(marks) ?? []).length !== 2 * (text.match(block) ?? []).length

function render(body: string, note: string): string {
  const managed = '# Written by `ca-sync hook install`; `ca-sync hook uninstall` takes it out.'
  return `${first}${note}\n${managed}\n${Buffer.from(body).toString('latin1')}${last}\n`
}

/**
 * The file with the block in it, once: where it was, or at the end.
 * @param text - undefined when there is no file yet
 * @param body - whole lines
 */
export function withBlock(text: string | undefined, body: string): string {
  if (text === undefined) return render(body, notes.madeFile)
  let found = 0
  const replaced = text.replace(block, (_, note: string) => (found++ === 0 ? render(body, note) : ''))
  if (found > 0) return replaced
  return text === '' || text.endsWith('\n') ? text + render(body, '') : `${text}\n${render(body, notes.endedLine)}`
}

/** The file without the block; undefined when nothing is left of a file that we made. */
export function withoutBlock(text: string): string | undefined {
  let made = false
  const rest = text.replace(
    new RegExp(`(\\n?)${block.source}`, 'gm'),
    (all, before: string, note: string, at: number) => {
      made ||= note === notes.madeFile
      const endedLine = note === notes.endedLine && at + all.length === text.length
      return endedLine ? '' : before
    },
  )
  return made && rest === '' ? undefined : rest
}
