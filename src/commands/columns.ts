import { columnsOf, type Look, painted } from '../core/words/look.ts'
import { wrap } from '../core/words/wrap.ts'

type Cells = readonly string[]

/**
 * Rows one below the other, the heading first, in columns that fit what is in them.
 * @param look - of the terminal: where the rows are wider, each becomes a block of its own
 */
export function table(heading: Cells, body: readonly Cells[], look?: Look): string {
  const rows = [heading, ...body]
  const widths = heading.map((_, index) => Math.max(...rows.map((row) => columnsOf(row[index] ?? ''))) + 2)
  const fits = look === undefined || widths.reduce((sum, width) => sum + width, -2) <= look.width
  if (!fits) return body.map((row) => block(heading, row, look)).join('\n')
  const padded = (text: string, index: number) => text + ' '.repeat(Math.max(0, (widths[index] ?? 0) - columnsOf(text)))
  return rows
    .map((row, at) => `${painted(at === 0 ? look : undefined, 'dim', row.map(padded).join('').trimEnd())}\n`)
    .join('')
}

function block([, ...titles]: Cells, [name = '', ...values]: Cells, look: Look): string {
  const widest = Math.max(...titles.map(({ length }) => length)) + 4
  const line = (value: string, index: number) => {
    const pad = ' '.repeat(widest)
    return `  ${(titles[index] ?? '').padEnd(widest - 2)}${wrap(value, look.width - widest).replaceAll('\n', `\n${pad}`)}\n`
  }
  return `${painted(look, 'bold', name)}\n${values.map(line).join('')}`
}
