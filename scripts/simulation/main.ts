// Ten thousand machines against the quota of AWS, on a clock that does not wait: whether the program's spread and back-off keep them below it.
import process from 'node:process'
import { type Fleet, type FleetOutcome, simulateFleet, simulatePipeline } from './fleet.ts'
import { writePages } from './page.ts'

const seed = process.argv[2] ?? 'fleet'
const machines = 10_000
/** The most throttled calls of ten thousand, and the most minutes after an outage. */
const most = { throttled: 1, minutes: 60 }

const job = { habit: { job: true } } as const
const scenarios: Readonly<Record<string, Fleet>> = {
  'a week, Monday to Friday': { machines, days: 5 },
  'AWS is gone from 8:30 to 9:30': { machines, days: 3, outage: { day: 1, from: 8.5, to: 9.5 } },
  'AWS is gone from 14:30 to 15:30': { machines, days: 3, outage: { day: 1, from: 14.5, to: 15.5 } },
  'hooks alone': { machines, days: 2, only: { habit: { hook: true } } },
  'jobs of cron alone': { machines, days: 2, only: { ...job, scheduler: 'cron' } },
  'jobs of systemd alone': { machines, days: 2, only: { ...job, scheduler: 'systemd' } },
  'jobs of launchd alone': { machines, days: 2, only: { ...job, scheduler: 'launchd' } },
  'jobs of Windows alone': { machines, days: 2, only: { ...job, scheduler: 'windows' } },
  '`watch` alone, day and night': { machines, days: 2, only: { habit: { watch: true, always: true } } },
}

const isGood = ({ calls, throttled, recoveredAfter = 0 }: FleetOutcome): boolean =>
  (throttled / calls) * 10_000 <= most.throttled && recoveredAfter <= most.minutes

const fleets = Object.entries(scenarios).map(([name, { days, ...fleet }]) => {
  const found = { name, days, ...simulateFleet({ days, ...fleet }, seed) }
  const { calls, throttled, peak, recoveredAfter } = found
  const recovered = recoveredAfter === undefined ? '' : `, all served ${recoveredAfter} min after`
  const told = `${calls} calls, ${throttled} throttled, at most ${peak} in a second${recovered}`
  process.stdout.write(`${isGood(found) ? 'ok  ' : 'OVER'} ${name}: ${told}\n`)
  return found
})

const pipelines = [
  { jobs: 200, within: 10, domains: 2 },
  { jobs: 1_000, within: 10, domains: 2 },
  { jobs: 5_000, within: 60, domains: 2 },
  { jobs: 20_000, within: 3_600, domains: 2 },
].map((pipeline) => {
  const found = { ...pipeline, ...simulatePipeline(pipeline, seed) }
  const told = `${found.calls} calls, ${found.throttled} throttled, ${found.failed} jobs failed`
  process.stdout.write(`     CI: ${pipeline.jobs} jobs within ${pipeline.within} s: ${told}\n`)
  return found
})

if (process.argv.length === 2) writePages(fleets, pipelines)
process.exitCode = fleets.every(isGood) ? 0 : 1
