import { styleText } from 'node:util'
import type { Host } from '../ports/host.ts'

/** How text looks on a terminal. */
export interface Look {
  /** Columns. */
  readonly width: number
  /** With marks, too. */
  readonly colour: boolean
  /** ✓ and ✗; else what ASCII has. */
  readonly unicode: boolean
}

type Seen = Pick<Host, 'env' | 'platform' | 'width'>

/** `NO_COLOR`: no-color.org. */
export function lookOf({ env, platform, width }: Seen): Look {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || ''
  return {
    width: width(),
    colour: !env['NO_COLOR'] && env['TERM'] !== 'dumb',
    unicode: platform === 'linux' ? /utf-?8/i.test(locale) : platform !== 'win32' || Boolean(env['WT_SESSION']),
  }
}

const paints = ['green', 'yellow', 'red', 'cyan', 'bold', 'dim'] as const
type Paint = (typeof paints)[number]

// Until text leaves the program, paint is characters of no meaning (private use), which every check of that text lets pass as one.
const first = 0xf700
const end = String.fromCharCode(first + paints.length)
const marks = new RegExp(`[${String.fromCharCode(first)}-${end}]`, 'g')

/** @param look - undefined where there is no terminal, and no paint */
export const painted = (look: Look | undefined, paint: Paint, text: string): string =>
  look?.colour ? String.fromCharCode(first + paints.indexOf(paint)) + text + end : text

const painting = new RegExp(
  `([${String.fromCharCode(first)}-${String.fromCharCode(first + paints.length - 1)}])([^${end}]*)${end}`,
  'g',
)

/** The paint of a text as the escapes of a terminal. @param safe - what is done to all that is no paint */
export const inked = (text: string, safe: (part: string) => string): string =>
  text
    .split(painting)
    .map((part, at, parts) => {
      if (at % 3 === 0) return safe(part)
      if (at % 3 === 1) return ''
      const paint = paints[(parts[at - 1] ?? '').charCodeAt(0) - first] ?? 'bold'
      return styleText(paint, safe(part), { validateStream: false })
    })
    .join('')

/** How many columns a text takes. */
export const columnsOf = (text: string): number => text.replace(marks, '').length

export type Health = 'ok' | 'warning' | 'fault'

const signs = {
  ok: { paint: 'green', sign: '✓', ascii: 'v' },
  warning: { paint: 'yellow', sign: '!', ascii: '!' },
  fault: { paint: 'red', sign: '✗', ascii: 'x' },
} as const

/** What a line begins with: a mark, or where there is no colour a word of the same width for all. */
export function leadOf(look: Look | undefined, health: Health): string {
  if (!look?.colour) return `${health.padEnd(7)}  `
  const { paint, sign, ascii } = signs[health]
  return `${painted(look, paint, look.unicode ? sign : ascii)} `
}

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
