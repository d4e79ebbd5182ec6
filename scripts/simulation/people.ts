import type { SchedulerKind } from '../../src/core/ports/schedule.ts'
import { momentOf } from '../../src/schedule/job.ts'
import { pick, type Random } from '../random.ts'
import type { Span } from './quota.ts'

const minuteMs = 60_000
export const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs

/** What renews the tokens of a machine. */
interface Habit {
  readonly hook?: true
  readonly job?: true
  readonly watch?: true
  /** It runs day and night. */
  readonly always?: true
}

/** Of a hundred machines. */
const habits: readonly (readonly [number, Habit])[] = [
  [30, { hook: true }],
  [35, { hook: true, job: true }],
  [20, { job: true }],
  [5, { job: true, always: true }],
  [10, { watch: true, always: true }],
]
const kinds: readonly (readonly [number, SchedulerKind])[] = [
  [40, 'launchd'],
  [35, 'systemd'],
  [15, 'windows'],
  [10, 'cron'],
]
const domainCounts: readonly (readonly [number, number])[] = [
  [35, 1],
  [30, 2],
  [20, 3],
  [15, 5],
]

/** A machine as its owner uses it. */
export interface Owner {
  readonly habit: Habit
  readonly domains: number
  readonly scheduler: SchedulerKind
  /** The minute of each half hour at which its job runs, and its own second in it. */
  readonly minute: number
  readonly second: number
  /** When it is on, and its owner there. */
  readonly sessions: readonly Span[]
  /** Its AWS login ends 8 hours after the owner came. */
  readonly logsIn: boolean
}

const among = <T>(random: Random, table: readonly (readonly [number, T])[]): T =>
  pick(
    random,
    table.flatMap(([share, value]) => Array<T>(share).fill(value)),
  )

/** Normally distributed (Box and Muller). */
const around = (random: Random, mean: number, deviation: number): number =>
  mean + deviation * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

export const exponential = (random: Random, mean: number): number => -mean * Math.log(1 - random())

/** Nine to six, give or take a quarter of an hour: who comes at nine sharp comes with everybody else. */
const workday = (random: Random, midnight: number): Span => ({
  from: around(random, midnight + 9 * hourMs, 15 * minuteMs),
  to: around(random, midnight + 18 * hourMs, 30 * minuteMs),
})

/** @param only - where all have the same */
export function owner(random: Random, name: string, start: number, days: number, only: Partial<Owner>): Owner {
  const habit = only.habit ?? among(random, habits)
  const midnights = Array.from({ length: days }, (_, day) => start + day * dayMs)
  return {
    habit,
    domains: among(random, domainCounts),
    scheduler: among(random, kinds),
    ...momentOf(name),
    sessions: habit.always ? [{ from: 0, to: Number.POSITIVE_INFINITY }] : midnights.map((one) => workday(random, one)),
    logsIn: habit.always !== true && random() < 0.5,
    ...only,
  }
}
