// torture.ts [--seed N] [--tries N] [--minutes N] [--list] [PART | PART/TRY]...: attacks the built program, and says what held.
import { randomInt } from 'node:crypto'
import process from 'node:process'
import { parseArgs } from 'node:util'
import type { Part } from './part.ts'
import { parts } from './parts.ts'
import { type Outcome, runPart } from './runner.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: String(randomInt(1_000_000)) },
    tries: { type: 'string', default: 'Infinity' },
    minutes: { type: 'string', default: '10' },
    list: { type: 'boolean', default: false },
  },
})

const say = (text: string): void => void process.stdout.write(`${text}\n`)
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

interface Choice {
  readonly part: Part
  readonly only: string | undefined
}

function choose(word: string): Choice {
  const [name = '', ...rest] = word.split('/')
  const part = parts.find((one) => one.name === name)
  if (part === undefined)
    throw new Error(`there is no part ${name}; there are ${parts.map((one) => one.name).join(', ')}`)
  return { part, only: rest.length > 0 ? rest.join('/') : undefined }
}

function report({ name }: Part, { tried, broken, left }: Outcome, seconds: number): boolean {
  const cut = left > 0 ? `; ${left} more had no time` : ''
  say(`${name}: ${tried} tried, ${tried - broken.size} held${cut} (${Math.round(seconds)} s)`)
  for (const [title, problem] of broken) {
    say(`  did not hold: ${title}\n    ${problem.trim().replaceAll('\n', '\n    ')}`)
    say(`    again: ./scripts/torture --seed ${values.seed} ${quoted(`${name}/${title}`)}`)
  }
  return tried > 0 && broken.size === 0
}

/** Each part has its share of the time that is left: what one does not use, the next ones have. */
async function torture(choices: readonly Choice[]): Promise<boolean> {
  const end = performance.now() + Number(values.minutes) * 60_000
  let held = true
  say(`seed ${values.seed}`)
  for (const [index, { part, only }] of choices.entries()) {
    const start = performance.now()
    const later = choices.slice(index).reduce((sum, one) => sum + one.part.seconds, 0)
    const deadline = start + ((end - start) * part.seconds) / later
    const outcome = await runPart(part, { seed: values.seed, most: Number(values.tries), only, deadline })
    held = report(part, outcome, (performance.now() - start) / 1000) && held
  }
  return held
}

if (values.list) say(parts.map(({ name }) => name).join('\n'))
else {
  const choices = positionals.length > 0 ? positionals.map(choose) : parts.map((part) => ({ part, only: undefined }))
  process.exitCode = (await torture(choices)) ? 0 : 1
}
