import { setTimeout as sleep } from 'node:timers/promises'
import { isFromFuture } from '../../core/memory/freshness.ts'
import { knownProjects } from '../../core/memory/state.ts'
import { nextDue, retryDelay } from '../../core/plan/cadence.ts'
import type { Host } from '../../core/ports/host.ts'
import type { ProjectPlace } from '../../core/ports/project.ts'
import { CaSyncError, caught, caughtNow, EXIT, type ExitCode } from '../../core/words/errors.ts'
import { orElse } from '../../core/words/or-else.ts'
import { markOf } from '../../files/places.ts'
import type { Machine } from '../../machine.ts'
import { giveBack, liveHolderOf, take, touch } from '../../state/holder.ts'
import type { WatchArguments } from '../arguments.ts'
import { withLock } from '../locked.ts'
import { ofProject, type Report } from '../report.ts'
import { syncAll } from '../sync/all.ts'
import { syncProject } from '../sync/project.ts'
import { logPlan, logSource, logWhole } from './log.ts'

type Parts = Pick<Machine, 'host' | 'progress' | 'projects' | 'store'>

const wish = { flags: {}, sources: undefined, force: false, dryRun: false, unattended: true, patient: false } as const

// Timers stand still while a laptop sleeps: the clock is looked at this often, and `status` is shown that the watch goes on.
const longestSleepMs = 50_000
const shortestSleepMs = 100

interface Round extends Pick<Report, 'sources' | 'warnings'> {
  /** What is wrong with more than one source. */
  readonly error?: CaSyncError
}

const emptyRound: Round = { sources: [], warnings: [] }

/** The project of the current folder, if it was not synced before. Once it is, only the state counts: a logout takes it out of there. */
interface Unsynced {
  project: ProjectPlace | undefined
}

const isSynced = ({ store }: Pick<Machine, 'store'>, { folder }: ProjectPlace): boolean =>
  knownProjects(store.read()).some(([known]) => known === folder)

/** @throws CaSyncError where there is nothing to watch: a mistake is told at once */
function findUnsynced(machine: Pick<Machine, 'projects' | 'store'>): Unsynced {
  const hasOthers = knownProjects(machine.store.read()).length > 0
  const project = caughtNow(() => machine.projects.find(undefined))
  if (project instanceof CaSyncError) {
    if (hasOthers) return { project: undefined }
    throw project
  }
  if (!hasOthers) machine.projects.read(project)
  return { project: isSynced(machine, project) ? undefined : project }
}

/** The project of the current folder, until it is synced; all others are known. */
async function syncHere(machine: Machine, { project: place }: Unsynced): Promise<Round> {
  if (place === undefined || isSynced(machine, place)) return emptyRound
  return ofProject(await syncProject(machine, place, { ...wish, all: false }), place)
}

const harmless = new Set(['PROJECT_NOT_FOUND', 'NO_SOURCES'])

/** A folder without a project is fine where there are others to watch, and nothing that is wrong here stops those. */
function failedHere({ store }: Pick<Machine, 'store'>, error: unknown): Round {
  if (!(error instanceof CaSyncError)) throw error
  const others = knownProjects(store.read()).length > 0
  return others && harmless.has(error.code) ? emptyRound : { ...emptyRound, error }
}

/** One look at everything, with the lock. */
const lookRound = (machine: Machine, args: WatchArguments, unsynced: Unsynced): Promise<Round> =>
  withLock(machine, { ...args, unattended: true }, async (giveWay) => {
    const here = await syncHere(machine, unsynced).catch((error: unknown) => failedHere(machine, error))
    if (unsynced.project && isSynced(machine, unsynced.project)) unsynced.project = undefined
    const { sources, warnings } = await syncAll(machine, { ...wish, all: true }, giveWay)
    return { ...here, sources: [...here.sources, ...sources], warnings: [...here.warnings, ...warnings] }
  })

/**
 * One turn. What is wrong with it does not end the watch.
 * @param told - warnings of the turns before
 * @returns whether everything is as it should be, and how long AWS asks to be left alone, in milliseconds
 */
async function turn(machine: Machine, args: WatchArguments, told: Set<string>, unsynced: Unsynced) {
  const round = await caught(() => lookRound(machine, args, unsynced))
  const { sources, warnings, error } = round instanceof CaSyncError ? { ...emptyRound, error: round } : round
  for (const source of sources) logSource(machine, args, source)
  // The run that holds the lock does this turn's work.
  if (error !== undefined && error.code !== 'BUSY') logWhole(machine, args, error)
  for (const text of warnings) {
    if (!told.has(text)) machine.warn(text)
    told.add(text)
  }
  const pauses = [error, ...sources.map((source) => source.error)].map((one) => one?.retryAfterSeconds ?? 0)
  return { well: error === undefined && sources.every(({ ready }) => ready), pauseMs: Math.max(...pauses) * 1000 }
}

/** Sleeps until a time of the wall clock, in epoch milliseconds; also right after the computer slept, and no longer once its clock was set back. */
async function sleepUntil(due: () => number, { host }: Pick<Machine, 'host'>, signal: AbortSignal, onLook: () => void) {
  const began = new Date(host.now()).toISOString()
  const isOver = (left: number) => left <= 0 || signal.aborted || isFromFuture(began, host.now())
  for (let left = due() - host.now(); !isOver(left); left = due() - host.now()) {
    onLook()
    const span = Math.max(shortestSleepMs, Math.min(left, longestSleepMs))
    await sleep(span, undefined, { signal }).catch(() => undefined)
  }
}

/**
 * Rotates in the foreground until stopped.
 * @param again - begins a run anew: what one turn looked up does not bind the next
 */
export async function watch(machine: Parts, args: WatchArguments, again: () => Machine): Promise<ExitCode> {
  const unsynced = findUnsynced(machine)
  const signal = machine.host.whenStopped()
  const told = new Set<string>()
  const { beat, end } = markWatching(machine.host)
  let failures = 0
  let isFirst = true
  while (!signal.aborted) {
    const now = again()
    const { well, pauseMs } = await turn(now, args, told, unsynced).finally(() => now.close())
    failures = well ? 0 : failures + 1
    const delay = well ? 0 : Math.max(pauseMs, retryDelay(failures, machine.store.recall(), machine.host.random()))
    const looked = machine.host.now()
    // Another run may have renewed meanwhile, so what is due is read anew.
    const due = () => (well ? nextDue(machine.store.recall(), looked) : looked + delay)
    const look = () => {
      beat()
      logPlan(machine, args, due(), isFirst)
      isFirst = false
    }
    await sleepUntil(due, machine, signal, look)
  }
  end()
  return EXIT.ok
}

/** Shows to `status` that a watch goes on. Where that cannot be written, it goes on all the same. */
export function markWatching(host: Host): { beat(): void; end(): void } {
  const path = markOf('watch', host)
  // The folder may be read-only, or full.
  const attempt = (work: () => unknown): void => void orElse(work, undefined)
  return {
    beat: () =>
      attempt(() => {
        const holder = liveHolderOf(path)
        if (holder?.pid === host.pid) touch(path, host.pid)
        else if (holder === undefined) take(path, host.pid)
      }),
    end: () => attempt(() => giveBack(path, host.pid)),
  }
}
