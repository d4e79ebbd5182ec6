import { isFresh, renewAt } from '../../src/core/memory/freshness.ts'
import { ended } from '../../src/core/memory/record.ts'
import type { ProjectRecord, State } from '../../src/core/memory/state.ts'
import { emptyState } from '../../src/core/memory/state-shape.ts'
import { nextDue, nextUseful, retryDelay } from '../../src/core/plan/cadence.ts'
import { tokenRecord } from '../../src/core/plan/kept.ts'
import { type Target, tokenKey } from '../../src/core/plan/target.ts'
import { nextRun, type SchedulerKind, untilOwnSecond } from '../../src/core/ports/schedule.ts'
import { defaultRefreshBefore } from '../../src/core/words/duration.ts'
import { CaSyncError } from '../../src/core/words/errors.ts'
import { exponential, type Owner } from './people.ts'
import { askForToken, type World } from './world.ts'

const tokenMs = 12 * 3_600_000
const loginMs = 8 * 3_600_000
const promptMs = 120_000
/** What a run does before it asks: Node, the program, Poetry's Python, credentials. */
const startMs = { least: 300, more: 900 }
/** From its wake-up until a fifth of the machines has a network, in the middle. */
const networkMs = 15_000

const folder = '/project'
const refreshBefore = defaultRefreshBefore
const error = (code: 'AWS_THROTTLED' | 'AWS_FAILED' | 'AWS_UNREACHABLE'): CaSyncError =>
  new CaSyncError(code, code, { hint: '' })

/** A source of each domain. */
function targets(count: number): Target[] {
  return Array.from({ length: count }, (_, index) => {
    const place = { domain: `domain-${index}`, owner: '564131876131', region: 'us-east-1', repository: 'dev' }
    const url = `https://${place.domain}-${place.owner}.d.codeartifact.${place.region}.amazonaws.com/pypi/dev/`
    const identity = { base: { kind: 'default' } } as const
    const source = { ...place, name: place.domain, origin: 'plugin' } as const
    return {
      ...{ ...place, source, name: place.domain, url, identity, apiStamp: '', tokenKey: tokenKey(place, identity) },
      ...{ services: [], store: 'keyring', refreshBefore },
    }
  })
}

const byCount = new Map(Array.from({ length: 6 }, (_, count) => [count, targets(count)]))

function record(of: readonly Target[]): ProjectRecord {
  const sources = of.map(({ name, domain, owner, region, repository, url, identity }) => ({
    ...{ name, domain, owner, region, repository, url, identity },
  }))
  const poetry = { poetry: '', python: '', configDir: '', ruledDir: '' }
  return { sources, poetry, inputs: {}, environmentStamp: '', renewAt: 0, expiresAt: 0 }
}

export interface Machine {
  /** All its tokens live; of one that is off, and of one whose owner has to log in again, nobody asks. */
  isServed(): boolean
}

/** One machine of the fleet, which renews its tokens by the rules of the program. */
export function startMachine(world: World, owner: Owner): Machine {
  const { random, timeline } = world
  const of = byCount.get(owner.domains) ?? []
  const { habit, sessions } = owner
  let state: State = { ...emptyState, projects: { [folder]: record(of) } }
  let failures = 0

  const onAt = (time: number) => sessions.find(({ from, to }) => time >= from && time < to)
  const nextOn = (time: number) => sessions.find(({ from }) => from > time)?.from ?? Number.POSITIVE_INFINITY

  /** Writes what came of a run, as the program's own record of it. */
  function note(failed: CaSyncError | undefined): void {
    const now = timeline.now()
    const lives = of.map((one) => state.tokens[one.tokenKey])
    const dues = lives.map((life) => (life === undefined ? 0 : renewAt(life, refreshBefore)))
    const before = state.projects[folder] as ProjectRecord
    const settled = { ...before, renewAt: failed === undefined ? Math.min(...dues) : 0 }
    state = ended({ ...state, projects: { [folder]: settled } }, folder, { error: failed, now, random: random() })
    failures = failed === undefined ? 0 : failures + 1
    schedule()
  }

  function keep(one: Target): void {
    const now = timeline.now()
    const iso = (time: number) => new Date(time).toISOString()
    const began = onAt(now)?.from ?? now
    const token = {
      ...{ secret: '', issuedAt: iso(now), expiresAt: iso(now + tokenMs) },
      ...(owner.logsIn && { loginEndsAt: iso(began + loginMs) }),
    }
    const kept = tokenRecord({ token, targets: [one], tokenKey: one.tokenKey }, undefined, {
      ...{ keysStamp: undefined, random: random() },
    })
    state = { ...state, tokens: { ...state.tokens, [one.tokenKey]: kept } }
  }

  /** One run: what is due is asked for side by side. */
  function run(): void {
    const now = timeline.now()
    const due = of.filter(({ tokenKey: key }) => {
      const life = state.tokens[key]
      return life === undefined || !isFresh(life, refreshBefore, now)
    })
    const began = onAt(now)?.from ?? 0
    if (due.length === 0) note(undefined)
    else if (now < began + lateNetworkMs) note(error('AWS_UNREACHABLE'))
    else if (owner.logsIn && now > began + loginMs) timeline.at(nextOn(now), schedule)
    else askFor(due)
  }

  function askFor(due: readonly Target[]): void {
    let left = due.length
    let failed: CaSyncError | undefined
    const start = timeline.now() + startMs.least + random() * startMs.more
    for (const one of due)
      askForToken(world, start + random() * 50, (answer) => {
        if (answer === 'token') keep(one)
        else failed = error(answer === 'throttled' ? 'AWS_THROTTLED' : 'AWS_FAILED')
        left -= 1
        if (left === 0) note(failed)
      })
  }

  /** At the first prompt once a run is useful: the hook looks every 30 s, which a prompt rarely comes sooner than. */
  function byHook(useful: number): number {
    const at = useful + exponential(random, promptMs)
    return onAt(useful) && onAt(at) ? at : nextOn(useful) + exponential(random, promptMs)
  }

  /** At its minute; what was missed in sleep at the wake-up, but by cron. */
  function byJob(useful: number): number {
    const mark = markAfter(useful - 1)
    if (onAt(mark)) return mark
    const woken = nextOn(useful)
    return owner.scheduler === 'cron' ? markAfter(woken) : woken + random() * 5_000
  }

  function markAfter(time: number): number {
    const mark = nextRun(owner.minute, time)
    return mark + secondMs[owner.scheduler](mark)
  }

  const byWatch = (now: number): number =>
    failures > 0 ? now + retryDelay(failures, state, random()) : Math.max(now, nextDue(state, now))

  function schedule(): void {
    const now = timeline.now()
    const useful = Math.max(now, nextUseful(state, now) * 1000)
    const times = [
      ...(habit.hook ? [byHook(useful)] : []),
      ...(habit.job ? [byJob(useful)] : []),
      ...(habit.watch ? [byWatch(now)] : []),
    ]
    const next = Math.min(...times)
    if (Number.isFinite(next)) timeline.at(next, run)
  }

  // systemd spreads a timer over a minute, the same way each time (AccuracySec). cron and launchd start at the full minute, and the run waits.
  const systemdMs = random() * 60_000
  const waits = (mark: number) => untilOwnSecond(`${owner.minute}:${owner.second}`, mark)
  const secondMs: Record<SchedulerKind, (mark: number) => number> = {
    ...{ systemd: () => systemdMs, windows: () => owner.second * 1000, cron: waits, launchd: waits },
  }
  const lateNetworkMs = !habit.always && random() < 0.2 ? exponential(random, networkMs) : 0
  const first = habit.always ? timeline.now() + random() * (tokenMs / 2) : (sessions[0]?.from ?? 0)
  timeline.at(first, () => (habit.always ? run() : schedule()))
  const isAsked = (now: number): boolean => {
    const session = onAt(now)
    return session !== undefined && !(owner.logsIn && now > session.from + loginMs)
  }
  return {
    isServed: () => {
      const now = timeline.now()
      return !isAsked(now) || of.every(({ tokenKey: key }) => Date.parse(state.tokens[key]?.expiresAt ?? '') > now)
    },
  }
}
