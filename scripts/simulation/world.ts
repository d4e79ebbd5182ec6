import type { Random } from '../random.ts'
import type { Answer, Quota } from './quota.ts'
import type { Timeline } from './timeline.ts'

/** What all machines live in. */
export interface World {
  readonly random: Random
  readonly timeline: Timeline
  readonly quota: Quota
}

/** The SDK's own tries: three, each wait drawn from 0 to twice the last most (@smithy/core, DefaultRetryBackoffStrategy and Retry). */
const tries = 3
const waitMs = { throttled: 1_000, failed: 50 }

/** Asks AWS for a token at some time, as the SDK does. @param done - is told the last answer */
export function askForToken({ random, timeline, quota }: World, time: number, done: (answer: Answer) => void): void {
  const ask = (attempt: number): void => {
    const answer = quota.ask(timeline.now())
    if (answer === 'token' || attempt + 1 === tries) done(answer)
    else timeline.at(timeline.now() + random() * waitMs[answer] * 2 ** attempt, () => ask(attempt + 1))
  }
  timeline.at(time, () => ask(0))
}
