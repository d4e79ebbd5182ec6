import type { Host } from '../ports/host.ts'
import { type Look, painted, wrap } from './look.ts'

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
