import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import process from 'node:process'
import { renew } from '../pages/generated.ts'
import { picture, text } from '../pictures/picture.ts'
import type { Contender } from './contenders.ts'
import type { Row } from './rows.ts'

/** What a row came to. */
export interface Found {
  readonly row: Row
  /** The worst. */
  readonly subject: Contender
  readonly value: number
  /** How long a round took, in the middle, and one of what it is compared with. */
  readonly wallMs: number
  readonly otherMs: number
}

const shown = (value: number, { digits, unit }: Row['measure']): string => `${value.toFixed(digits)}${unit}`

const line = ({ row: { what, limit, measure }, value }: Found): string =>
  `| ${what} | ${shown(value, measure)}${value <= limit ? '' : ' (!)'} | ${shown(limit, measure)} |`

const table = (found: readonly Found[]): string =>
  [
    '![How long a renewal takes with ca-sync, and with others](performance.svg)',
    '',
    `Node ${process.versions.node}, ${cpus().length} cores, 60 ms to AWS for each call.`,
    '',
    '| what | measured | at most |',
    '|---|--:|--:|',
    ...found.map(line),
  ].join('\n')

/** The bars of one row: what was measured, and its peer. */
interface Bars {
  readonly title: string
  /** By row name: whose times these are. */
  readonly rows: readonly string[]
}

const charts: readonly Bars[] = [
  { title: 'One source renewed', rows: ['login'] },
  { title: 'Ten domains renewed', rows: ['keyrings', 'loop'] },
]

const [left, right, height] = [250, 640, 20]

function bars({ title, rows }: Bars, found: readonly Found[], top: number): string[] {
  const of = rows.flatMap((name) => found.find(({ row }) => row.name === name) ?? [])
  const all = [
    ...of.slice(0, 1).map(({ subject, wallMs }) => ({ name: subject.name, ms: wallMs, fill: '#1f8ea3' })),
    ...of.map(({ row, otherMs }) => ({ name: row.against?.name ?? '', ms: otherMs, fill: '#b5b5a8' })),
  ]
  const scale = (right - left) / Math.max(...all.map(({ ms }) => ms))
  return [
    text(16, top, title, 'font-weight="bold"'),
    ...all.flatMap(({ name, ms, fill }, at) => {
      const y = top + 14 + at * (height + 6)
      const width = Math.max(2, ms * scale)
      return [
        text(left - 8, y + 15, name, 'text-anchor="end"'),
        `<rect x="${left}" y="${y}" width="${width.toFixed(0)}" height="${height}" rx="2" fill="${fill}"/>`,
        text(left + width + 8, y + 15, `${(ms / 1000).toFixed(1)} s`),
      ]
    }),
  ]
}

function drawn(found: readonly Found[]): string {
  const marks: string[] = []
  let top = 30
  for (const one of charts) {
    marks.push(...bars(one, found, top))
    top += 14 + (one.rows.length + 1) * (height + 6) + 30
  }
  return picture({ width: right + 80, height: top - 20 }, 'How long a renewal takes, beside what else there is', marks)
}

/** docs/performance.md with what was measured, and its chart. */
export function writePage(found: readonly Found[]): void {
  renew('docs/performance.md', { bench: table(found) })
  writeFileSync('docs/performance.svg', drawn(found))
}
