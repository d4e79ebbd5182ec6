import { commands } from '../../src/cli/commands.ts'
import { shells } from '../../src/core/ports/shell.ts'
import {
  awsLogin,
  bareNode,
  barePython,
  type Contender,
  caSync,
  firstSync,
  keyrings,
  renewal,
  shellLoop,
  tab,
} from './contenders.ts'
import type { Cost } from './cost.ts'
import { type Ground, spread } from './lab.ts'

/** How two costs are compared, or one is told; `digits` behind the point. */
interface Measure {
  readonly unit: string
  readonly digits: number
  readonly of: (cost: Cost, other: Cost) => number
}

const wallRatio: Measure['of'] = (cost, other) => cost.wallMs / other.wallMs

const measures = {
  cpu: { unit: ' × `node -e 0`', digits: 2, of: (cost, other) => cost.cpuMs / other.cpuMs },
  wall: { unit: ' ×', digits: 2, of: wallRatio },
  share: { unit: ' ×', digits: 3, of: wallRatio },
  more: { unit: ' s more', digits: 2, of: (cost, other) => (cost.wallMs - other.wallMs) / 1000 },
  seconds: { unit: ' s', digits: 1, of: ({ wallMs }) => wallMs / 1000 },
  memory: { unit: ' MiB more', digits: 0, of: (cost, other) => cost.peakMiB - other.peakMiB },
} as const satisfies Record<string, Measure>

/** One line of the table. */
export interface Row {
  /** By which it is asked for. */
  readonly name: string
  readonly what: string
  readonly measure: Measure
  /** The most that is allowed. */
  readonly limit: number
  /** The worst of these counts. */
  readonly subjects: readonly Contender[]
  /** Run in turn with the subject: a busy machine hits both alike. */
  readonly against?: Contender
  readonly rounds: number
}

const one: Ground = { sources: spread(1, 1) }
const ten: Ground = { sources: spread(10, 10) }
const three: Ground = { sources: spread(3, 1) }
const hundred: Ground = { sources: spread(100, 1) }
const slowAws: Ground = { sources: spread(10, 2), latencyMs: 300, isNew: true }
const copied = (copies: number): Ground => ({ ...three, copies })

const job = '--all --unattended --quiet'

const waits: readonly Row[] = [
  {
    ...{ name: 'login', what: 'one source renewed, against `aws codeartifact login --tool twine`', limit: 0.6 },
    ...{ measure: measures.wall, subjects: [renewal(one)], against: awsLogin(one), rounds: 7 },
  },
  {
    ...{ name: 'poetry', what: "one source renewed, against Poetry's bare Python with one keyring entry", limit: 0.45 },
    ...{ measure: measures.more, subjects: [renewal(one)], against: barePython(one), rounds: 7 },
  },
  {
    ...{ name: 'ten', what: 'ten domains renewed, against one', limit: 0.5 },
    ...{ measure: measures.more, subjects: [renewal(ten)], against: renewal(one), rounds: 7 },
  },
  {
    ...{ name: 'keyrings', what: 'ten domains, against ten look-ups of keyrings.codeartifact', limit: 1 / 6 },
    ...{ measure: measures.share, subjects: [renewal(ten)], against: keyrings(ten), rounds: 3 },
  },
  {
    ...{ name: 'loop', what: 'ten domains, against a shell loop of `aws` and `poetry config`', limit: 1 / 20 },
    ...{ measure: measures.share, subjects: [renewal(ten)], against: shellLoop(ten), rounds: 3 },
  },
  {
    ...{ name: 'first', what: 'three sources for the first time, against a renewal', limit: 1.5 },
    ...{ measure: measures.wall, subjects: [firstSync(three)], against: renewal(three), rounds: 7 },
  },
  {
    ...{ name: 'slow', what: 'ten sources in two domains for the first time, 300 ms to AWS', limit: 3 },
    ...{ measure: measures.seconds, subjects: [firstSync(slowAws)], rounds: 3 },
  },
  {
    ...{ name: 'hundred', what: '100 sources of one domain, unattended: first, and renewed', limit: 8 },
    ...{
      measure: measures.seconds,
      subjects: [firstSync, renewal].map((by) => by(hundred, '--unattended')),
      rounds: 3,
    },
  },
  {
    ...{ name: 'projects', what: 'the job with one token due in 121 projects, against 30', limit: 4 },
    ...{ measure: measures.wall, subjects: [renewal(copied(120), job)], against: renewal(copied(29), job), rounds: 3 },
  },
  {
    ...{ name: 'doctor', what: '`doctor`, three sources', limit: 3 },
    ...{ measure: measures.seconds, subjects: [caSync('doctor', three)], rounds: 3 },
  },
]

/** Against a bare start of Node. */
const cpu = (name: string, what: string, limit: number, rounds: number, subjects: readonly Contender[]): Row => ({
  ...{ name, what, limit, rounds, subjects, measure: measures.cpu },
  against: bareNode(subjects[0]?.ground ?? one),
})

const helps = commands.flatMap(({ name, actions = [] }) => [name, ...actions.map((one) => `${name} ${one.name}`)])
const inThree = (lines: readonly string[]): Contender[] => lines.map((line) => caSync(line, three))

const starts: readonly Row[] = [
  cpu('idle', 'nothing to do', 1.15, 101, inThree(['', '--quiet'])),
  cpu('job', 'nothing to do: the job (`--all --unattended --quiet`)', 1.15, 101, inThree([job])),
  cpu('jobs', 'nothing to do: the job, 20 projects', 1.5, 21, [caSync(job, copied(19))]),
  cpu('version', '`--version`', 1.15, 41, inThree(['--version'])),
  cpu(
    'help',
    '`--help`, and that of every command',
    1.5,
    11,
    inThree(['--help', ...helps.map((line) => `${line} --help`)]),
  ),
  cpu(
    'scripts',
    '`hook SHELL`, `completion SHELL`',
    1.8,
    15,
    inThree(shells.flatMap((shell) => [`hook ${shell}`, `completion ${shell}`])),
  ),
  cpu('status', '`status`, `sources`', 2.2, 21, inThree(['status', 'sources'])),
  cpu('offline', '`doctor --offline`, three sources', 12, 11, inThree(['doctor --offline'])),
  // The command lives long enough for all that it waited on to be counted.
  cpu('exec', '`exec`, a token in the keyring', 4, 15, inThree(['exec -- sleep 0.1'])),
  cpu('tab', 'a Tab for a command or an option', 0.4, 21, [tab(['st'], three), tab(['sync', '--f'], three)]),
  cpu('names', 'a Tab for a source', 1.5, 21, [tab(['--source', 's'], three)]),
]

const memory: readonly Row[] = [
  {
    ...{ name: 'memory', what: 'memory of a renewal (its largest process), against `node -e 0`', limit: 60 },
    ...{ measure: measures.memory, subjects: [renewal(one), renewal(ten)], against: bareNode(one), rounds: 3 },
  },
  {
    ...{ name: 'idle-memory', what: 'memory of nothing to do, against `node -e 0`', limit: 4 },
    ...{ measure: measures.memory, subjects: inThree(['', job]), against: bareNode(three), rounds: 5 },
  },
]

export const rows: readonly Row[] = [...waits, ...starts, ...memory]
