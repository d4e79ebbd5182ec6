import process from 'node:process'
import { run } from '../../testbed/run.ts'
import { must } from '../invariant.ts'
import { type Life, livesOf } from '../lives.ts'
import type { Part, Try } from '../part.ts'

const days = 30

/** A life in a process of its own, since its clock is; each look at whether Poetry's token lives is a try. */
const living = ({ title }: Life, days: number): Try => ({
  name: `${title}, ${days} days`,
  async run({ env }, random) {
    const words = ['scripts/run.mjs', 'scripts/attack/soak.ts', title, String(days), String(random())]
    const { code, stdout, stderr } = await run(process.execPath, words, { env, timeoutMs: 170_000 })
    must(code === 0, `it ended with ${code}: ${stderr}`)
    const { looks, gaps, first } = JSON.parse(stdout) as { looks: number; gaps: number; first: readonly string[] }
    must(gaps === 0, `no token lived in ${gaps} of ${looks} minutes, beginning with ${first.join('; ')}`)
    return looks
  },
})

export const soak: Part = {
  name: 'soak',
  seconds: 20,
  tries: (random) => livesOf(random).map((life) => living(life, days)),
}
