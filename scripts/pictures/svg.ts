import { escaped, picture } from './picture.ts'

const colours: Record<string, string> = { 31: '#d4453b', 32: '#3a9d4b', 33: '#b58900', 36: '#1f8ea3' }

// What sets a colour: ESC [ … m.
const sgr = new RegExp(`${String.fromCharCode(27)}\\[([\\d;]*)m`)

/** One line of a terminal as spans of one look each. */
function spans(line: string): string {
  let style = ''
  const parts = line.split(sgr)
  return parts
    .map((part, at) => {
      if (at % 2 === 0) return part === '' ? '' : `<tspan${style}>${escaped(part)}</tspan>`
      const code = part === '' ? '0' : part
      if (colours[code]) style = ` fill="${colours[code]}"`
      else if (code === '1') style = ' font-weight="bold"'
      else if (code === '2') style = ' fill="#888"'
      else style = ''
      return ''
    })
    .join('')
}

const [cell, row] = [8.4, 18]

/** What a terminal shows, as a picture. */
export function svg(text: string, columns: number): string {
  const lines = text.replace(/\n$/, '').split('\n')
  const [width, height] = [columns * cell + 24, lines.length * row + 24]
  const texts = lines.map((line, at) => `<text x="12" y="${at * row + 26}" xml:space="preserve">${spans(line)}</text>`)
  const font = 'font-family="DejaVu Sans Mono, Menlo, monospace" font-size="14"'
  return picture({ width, height }, 'ca-sync on a terminal', texts, font)
}

/** What is read, without its looks. */
export const plain = (text: string): string => text.replaceAll(new RegExp(sgr, 'g'), '')
