import { randomFrom } from '../random.ts'
import { startMachine } from './machine.ts'
import { dayMs, hourMs, type Owner, owner } from './people.ts'
import { openQuota, type Quota, type Second } from './quota.ts'
import { timeline } from './timeline.ts'
import { askForToken, type World } from './world.ts'

/** A Monday. */
export const start = Date.UTC(2026, 0, 5)

/** So many machines for some days from a Monday on. */
export interface Fleet {
  readonly machines: number
  readonly days: number
  /** When AWS answers nobody: a day, 0 for Monday, and hours of it. */
  readonly outage?: { readonly day: number; readonly from: number; readonly to: number }
  /** What all machines have alike. */
  readonly only?: Partial<Owner>
  /** Calls a second that AWS takes, if not its own quota. */
  readonly perSecond?: number
}

export interface Outcome {
  readonly calls: number
  readonly throttled: number
  /** The most calls in one second. */
  readonly peak: number
  /** By epoch second. */
  readonly seconds: ReadonlyMap<number, Second>
}

export interface FleetOutcome extends Outcome {
  /** Minutes from the end of the outage until every machine that is on has living tokens. */
  readonly recoveredAfter?: number
}

function outcome({ seconds }: Quota): Outcome {
  const all = [...seconds.values()]
  return {
    calls: all.reduce((sum, { calls }) => sum + calls, 0),
    throttled: all.reduce((sum, { throttled }) => sum + throttled, 0),
    peak: all.reduce((most, { calls }) => Math.max(most, calls), 0),
    seconds,
  }
}

/** The same seed gives the same outcome. */
export function simulateFleet(fleet: Fleet, seed: string): FleetOutcome {
  const { machines: count, days, outage, only = {}, perSecond } = fleet
  const at = (hours: number) => start + (outage?.day ?? 0) * dayMs + hours * hourMs
  const span = outage && { from: at(outage.from), to: at(outage.to) }
  const world = { random: randomFrom(seed), timeline: timeline(start), quota: openQuota(span, perSecond) }
  const machines = Array.from({ length: count }, (_, index) =>
    startMachine(world, owner(world.random, `machine-${index}`, start, days, only)),
  )
  const end = start + days * dayMs
  const recoveredAfter = span && recovery(world, span.to, end, () => machines.every((one) => one.isServed()))
  world.timeline.runUntil(end)
  return { ...outcome(world.quota), ...(recoveredAfter !== undefined && { recoveredAfter }) }
}

/** How many minutes after a time something is so. */
function recovery({ timeline: time }: World, from: number, end: number, isWell: () => boolean): number {
  for (let minute = 1; from + minute * 60_000 < end; minute += 1) {
    time.runUntil(from + minute * 60_000)
    if (isWell()) return minute
  }
  return Number.POSITIVE_INFINITY
}

/** Jobs of a CI, each in a container of its own, which knows nothing of the others. */
export interface Pipeline {
  readonly jobs: number
  readonly domains: number
  /** They start within so many seconds. */
  readonly within: number
}

export interface PipelineOutcome extends Outcome {
  /** Jobs that got no token in three tries. */
  readonly failed: number
}

/** `ca-sync exec` in each job, where no token is at hand. */
export function simulatePipeline({ jobs, domains, within }: Pipeline, seed: string): PipelineOutcome {
  const world = { random: randomFrom(seed), timeline: timeline(start), quota: openQuota(undefined) }
  const failed = new Set<number>()
  for (let job = 0; job < jobs; job += 1) {
    const began = start + world.random() * within * 1000
    for (let domain = 0; domain < domains; domain += 1)
      askForToken(world, began + world.random() * 50, (answer) => answer !== 'token' && failed.add(job))
  }
  world.timeline.runUntil(start + dayMs)
  return { ...outcome(world.quota), failed: failed.size }
}
