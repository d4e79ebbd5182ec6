import { writeFileSync } from 'node:fs'
import { renew } from '../pages/generated.ts'
import { picture, text } from '../pictures/picture.ts'
import { type FleetOutcome, type Pipeline, type PipelineOutcome, start } from './fleet.ts'
import { dayMs } from './people.ts'
import { callsPerSecond } from './quota.ts'

type Named = FleetOutcome & { readonly name: string; readonly days: number }

const count = (number: number): string => Math.round(number).toLocaleString('en-US')

const fleetTable = (fleets: readonly Named[]): string =>
  [
    '| 10,000 machines | calls a day | throttled | most in a second | after the outage all are served in |',
    '|---|--:|--:|--:|--:|',
    ...fleets.map(({ name, days, calls, throttled, peak, recoveredAfter }) => {
      const after = recoveredAfter === undefined ? '' : `${recoveredAfter} min`
      return `| ${name} | ${count(calls / days)} | ${throttled} | ${peak} | ${after} |`
    }),
  ].join('\n')

const within = (seconds: number): string => (seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`)

const pipelineTable = (pipelines: readonly (Pipeline & PipelineOutcome)[]): string =>
  [
    '| jobs of a CI, two domains each | calls, throttled ones too | jobs without a token |',
    '|---|--:|--:|',
    ...pipelines.map(
      ({ jobs, within: seconds, calls, failed }) =>
        `| ${count(jobs)} within ${within(seconds)} | ${count(calls)} | ${count(failed)} |`,
    ),
  ].join('\n')

const [left, right, top, bottom] = [50, 830, 40, 260]
const minutesADay = 1_440
const stepMinutes = 5
const days = [
  { day: 2, name: 'a usual day', stroke: '#1f8ea3' },
  { day: 1, name: 'AWS is gone from 8:30 to 9:30', stroke: '#d4453b' },
] as const

const xOf = (minute: number): number => left + (minute / minutesADay) * (right - left)
const yOf = (calls: number): number => Math.round(bottom - (calls / (callsPerSecond + 20)) * (bottom - top))

/** The most calls in a second, for each five minutes of a day. */
function curve({ seconds }: FleetOutcome, day: number): string {
  const first = (start + day * dayMs) / 1000
  return Array.from({ length: minutesADay / stepMinutes }, (_, step) => {
    const from = first + step * stepMinutes * 60
    const calls = Array.from({ length: stepMinutes * 60 }, (__, second) => seconds.get(from + second)?.calls ?? 0)
    return `${xOf(step * stepMinutes).toFixed(1)},${yOf(Math.max(...calls))}`
  }).join(' ')
}

function chart(outage: FleetOutcome): string {
  const lines = days.map(
    ({ day, stroke }) => `<polyline points="${curve(outage, day)}" fill="none" stroke="${stroke}" stroke-width="1.5"/>`,
  )
  const legend = days.map(({ name, stroke }, at) => text(left + 12 + at * 120, 24, name, `fill="${stroke}"`))
  const hours = [0, 3, 6, 9, 12, 15, 18, 21, 24]
  const axis = hours.map((hour) => text(xOf(hour * 60), bottom + 20, `${hour}:00`, 'text-anchor="middle" fill="#777"'))
  const scale = [0, 10, 20, 30, callsPerSecond].flatMap((calls) => [
    `<path d="M${left} ${yOf(calls)}H${right}" stroke="${calls === callsPerSecond ? '#333' : '#ddd'}"/>`,
    text(left - 8, yOf(calls) + 4, `${calls}`, 'text-anchor="end" fill="#777"'),
  ])
  const quota = text(right, yOf(callsPerSecond) - 6, 'the quota of AWS', 'text-anchor="end"')
  const title = 'Calls of 10,000 machines: the most in a second, for each five minutes of a day'
  return picture({ width: 860, height: 320 }, title, [
    ...scale,
    ...axis,
    ...lines,
    ...legend,
    quota,
    text((left + right) / 2, bottom + 46, title, 'text-anchor="middle"'),
  ])
}

/** docs/performance.md with what came of it, and its chart. */
export function writePages(fleets: readonly Named[], pipelines: readonly (Pipeline & PipelineOutcome)[]): void {
  renew('docs/performance.md', { fleet: fleetTable(fleets), pipelines: pipelineTable(pipelines) })
  const [, outage] = fleets
  if (outage !== undefined) writeFileSync('docs/fleet.svg', chart(outage))
}
