import { styleText } from 'node:util'
import type { Host } from '../ports/host.ts'
import { unicodeKinds } from './quote.ts'

/** How text looks on a terminal. */
export interface Look {
  /** Columns. */
  readonly width: number
  /** With marks, too. */
  readonly colour: boolean
  /** ✓ and ✗; else what ASCII has. */
  readonly unicode: boolean
}

/** `NO_COLOR`: no-color.org. */
export function lookOf({ env, platform, width }: Pick<Host, 'env' | 'platform' | 'width'>): Look {
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

/** Letters of Europe, and the signs of our own texts: a column each. */
const narrow = /^[\0-\u02ff\u2010-\u2027\u2713\u2717]*$/

const wideScripts = ['sc=Han', 'sc=Hira', 'sc=Kana', 'sc=Hang', 'sc=Bopo', 'sc=Yiii']

/** Made when a text first needs them, as they cost a short run most of all. */
let measures: { readonly segmenter: Intl.Segmenter; readonly wide: RegExp; readonly unseen: RegExp } | undefined
const makeMeasures = () => ({
  segmenter: new Intl.Segmenter(undefined, { granularity: 'grapheme' }),
  // East Asian Wide and Fullwidth (Unicode, UAX #11), by their scripts, and what a terminal shows as a picture.
  wide: new RegExp(
    `(?![\\uff61-\\uffdc])(?:${unicodeKinds('Emoji_Presentation')}|\\ufe0f|[${unicodeKinds(...wideScripts)}\\u3000-\\u303e\\u3041-\\u30ff\\uff01-\\uff60\\uffe0-\\uffe6])`,
    'u',
  ),
  unseen: new RegExp(`^[${unicodeKinds('M', 'Cf')}]+$`, 'u'),
})

/** What a terminal shows as one character each. */
export function charactersOf(text: string): readonly string[] {
  if (narrow.test(text)) return [...text]
  measures ??= makeMeasures()
  return Array.from(measures.segmenter.segment(text), ({ segment }) => segment)
}

/** How many columns a text takes. */
export function columnsOf(text: string): number {
  const shown = text.replace(marks, '')
  if (narrow.test(shown)) return shown.length
  measures ??= makeMeasures()
  const { wide, unseen } = measures
  return charactersOf(shown).reduce((sum, one) => sum + (wide.test(one) ? 2 : unseen.test(one) ? 0 : 1), 0)
}

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

const labels = { error: 'red', warning: 'yellow', 'last run': 'yellow' } as const
const labelled = /^(error|warning|last run): /
/** What is to be typed stands at the end of its line. */
const typed =
  /^(.*?)(?:^|(?<=[\s(]))((?:[Tt]ype|[Rr]un)(?: once)?:) ((?:ca-sync|aws|poetry|pipx|uv|npm|unset|nvm|eval)\b.*)$/

/** The home folder as `~`, where a shell would read it so, too: Windows' do not. */
export function homely(text: string, { platform, home }: Pick<Host, 'platform' | 'home'>): string {
  if (home.length < 2 || platform === 'win32') return text
  const path = home.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return text.replaceAll(new RegExp(`(?<![\\w'"/.=-])${path}(?=[/\\s,.:;)]|$)`, 'g'), '~')
}

function dressedLine(line: string, look: Look): string {
  const [, indent = '', text = ''] = /^( *)(.*)$/.exec(line) ?? []
  const [, before = text, verb, command] = typed.exec(text) ?? []
  // A sentence of its own that only says "Type:" says nothing more than the command's own line does.
  const says = command === undefined || /(?:^|[.?!] )$/.test(before) ? before.trimEnd() : `${before}${verb}`
  const shown = wrap(`${indent}${says}`, look.width, `${indent}  `)
  const coloured = shown.replace(
    labelled,
    (_, label: keyof typeof labels) => `${painted(look, labels[label], `${label}:`)} `,
  )
  if (command === undefined) return coloured
  return [...(says === '' ? [] : [coloured]), commandLine(command, look)].join('\n')
}

/** What to type, alone on its line, for the mouse. */
export const commandLine = (command: string, look: Look): string =>
  `    ${wrap(command, look.width - 4, '    ')
    .split('\n')
    .map((part) => painted(look, 'cyan', part))
    .join('\n')}`

/** Whole lines of talk as a terminal shows them: as wide as it is, what is to be typed on lines of its own. */
export const dressed = (text: string, look: Look, around: Pick<Host, 'platform' | 'home'>): string =>
  homely(text, around)
    .split('\n')
    .map((line) => dressedLine(line, look))
    .join('\n')
