// What ca-sync costs, row by row against the limits that the project sets itself. All rows: written to docs/performance.md, too.
import process from 'node:process'
import { type Contender, labs } from './contenders.ts'
import type { Cost } from './cost.ts'
import { type Found, writePage } from './page.ts'
import { type Row, rows } from './rows.ts'

const [, , ...names] = process.argv
const unknown = names.filter((name) => rows.every((row) => row.name !== name))
if (unknown.length > 0) {
  process.stderr.write(`No such row: ${unknown.join(', ')}. There are: ${rows.map(({ name }) => name).join(', ')}\n`)
  process.exit(2)
}

const { lab, close } = labs()

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

const ready = async (contender: Contender) => contender.ready(await lab(contender.ground))

/** Rounds of both in turn. */
async function compare({ against, rounds }: Row, subject: Contender) {
  const run = await ready(subject)
  const runOther = against && (await ready(against))
  const pairs: [Cost, Cost][] = []
  for (let round = 0; round < rounds; round += 1) {
    const cost = await run()
    pairs.push([cost, (await runOther?.()) ?? cost])
  }
  return pairs
}

async function measure(row: Row): Promise<Found> {
  const found = []
  for (const subject of row.subjects) {
    const pairs = await compare(row, subject)
    const [wallMs, otherMs] = [0, 1].map((at) => median(pairs.map((pair) => pair[at as 0 | 1].wallMs)))
    found.push({ row, subject, wallMs, otherMs, value: median(pairs.map((pair) => row.measure.of(...pair))) })
  }
  const worst = Math.max(...found.map(({ value }) => value))
  return found.find(({ value }) => value === worst) as Found
}

function tell({ row, subject, value }: Found): void {
  const { name, what, limit, measure } = row
  const [shown, most] = [value, limit].map((number) => number.toFixed(measure.digits))
  const worst = row.subjects.length > 1 ? `, worst: ${subject.name}` : ''
  const mark = value <= limit ? 'ok  ' : 'OVER'
  process.stdout.write(`${mark} ${name.padEnd(12)}${shown}${measure.unit} (at most ${most})  ${what}${worst}\n`)
}

const found: Found[] = []
try {
  for (const row of rows.filter(({ name }) => names.length === 0 || names.includes(name))) {
    const one = await measure(row)
    tell(one)
    found.push(one)
  }
} finally {
  await close()
}
if (names.length === 0) writePage(found)
process.exitCode = found.every(({ row, value }) => value <= row.limit) ? 0 : 1
