import { setTimeout as sleep } from 'node:timers/promises'
import { pick, randomFrom, shuffled } from '../random.ts'
import { type Bench, openBench } from './bench.ts'
import { othersFiles } from './others.ts'
import type { Part, Try } from './part.ts'

export interface Manner {
  readonly seed: string
  /** The most tries of a part. */
  readonly most: number
  /** Only the try of this name. */
  readonly only?: string | undefined
  /** No try is begun after it, in milliseconds of `performance.now()`. */
  readonly deadline: number
}

export interface Outcome {
  readonly tried: number
  /** What did not hold, by the name of the try. */
  readonly broken: ReadonlyMap<string, string>
  /** Tries for which there was no time. */
  readonly left: number
}

const workers = 2
/** No try may take longer, in milliseconds: what hangs is broken. */
const longestMs = 180_000

/** Makes the tries of a part, in an order that the seed fixes, two at a time. */
export async function runPart(part: Part, manner: Manner): Promise<Outcome> {
  const random = randomFrom(`${manner.seed} ${part.name}`)
  const first = await openBench(part.stage)
  const all = shuffled(random, await part.tries(random, first, Number.isFinite(manner.most)))
  await first.close()
  const chosen = manner.only === undefined ? all.slice(0, manner.most) : all.filter(({ name }) => name === manner.only)
  const waiting = [...chosen]
  const broken = new Map<string, string>()
  let tried = 0
  const worker = async (): Promise<void> => {
    let bench: Bench | undefined
    for (let next = take(waiting, manner); next !== undefined; next = take(waiting, manner)) {
      bench ??= await openBench(part.stage)
      const { stands, problem } = await attempt(next, bench, manner.seed)
      tried += stands
      if (problem === undefined) continue
      broken.set(next.name, problem)
      await bench.close() // what broke it may still be there
      bench = undefined
    }
    await bench?.close()
  }
  await Promise.all(Array.from({ length: workers }, worker))
  return { tried, broken, left: waiting.length }
}

const take = (waiting: Try[], { deadline }: Manner): Try | undefined =>
  performance.now() < deadline ? waiting.shift() : undefined

interface Attempt {
  /** How many tries it stands for. */
  readonly stands: number
  /** What did not hold. */
  readonly problem?: string
}

async function attempt({ name, run }: Try, bench: Bench, seed: string): Promise<Attempt> {
  const random = randomFrom(`${seed} ${name}`)
  const hung = new AbortController()
  const late = sleep(longestMs, undefined, { signal: hung.signal }).then(() => {
    throw new Error(`it had not ended after ${longestMs / 1000} s`)
  })
  try {
    await bench.fresh(pick(random, othersFiles))
    return { stands: (await Promise.race([run(bench, random), late])) ?? 1 }
  } catch (error) {
    return { stands: 1, problem: `(${bench.others.title}) ${error instanceof Error ? error.message : String(error)}` }
  } finally {
    late.catch(() => undefined)
    hung.abort()
  }
}
