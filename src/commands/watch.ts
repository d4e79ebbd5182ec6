import { setTimeout as sleep } from 'node:timers/promises'
import type { Context } from '../context.ts'
import { nextDue, retryDelay } from '../core/cadence.ts'
import { CaSyncError, EXIT, type ExitCode } from '../core/errors.ts'
import { syncAll } from './all.ts'
import { tellDesktop } from './desktop.ts'
import { openProject, syncProject, type Wish } from './project.ts'
import { errorDocument, type SourceReport } from './report.ts'

export interface WatchArguments {
  readonly json: boolean
  readonly quiet: boolean
  readonly verbose: boolean
  /** Nothing may prompt while nobody looks. */
  readonly unattended: true
}

const wish = {
  flags: {},
  sources: undefined,
  force: false,
  dryRun: false,
  unattended: true,
  patient: false,
} as const

// Timers stand still while a laptop sleeps: the clock is looked at this often.
const longestSleepMs = 60_000
const shortestSleepMs = 100

/** The project of the current folder, where it is one that was never synced; all others are known. */
async function syncHere(context: Context): Promise<readonly SourceReport[]> {
  const place = context.findProject(undefined)
  if (context.store.read().projects[place.folder] !== undefined) return []
  const here: Wish = { ...wish, all: false }
  const { sources } = await syncProject(context, place.folder, () => openProject(context, place, false), here)
  return sources.map((source) => ({ ...source, project: place.folder }))
}

const harmless = new Set(['PROJECT_NOT_FOUND', 'NO_SOURCES'])

/** A folder without a project is fine where there are others to watch. */
function noneHere({ store }: Context, error: unknown): readonly SourceReport[] {
  const others = Object.keys(store.read().projects).length > 0
  if (others && error instanceof CaSyncError && harmless.has(error.code)) return []
  throw error
}

/** One look at everything, with the lock. */
async function look(context: Context, verbose: boolean, first: boolean): Promise<readonly SourceReport[]> {
  const release = await context.lock()
  const before = context.store.read()
  try {
    const here = first ? await syncHere(context).catch((error: unknown) => noneHere(context, error)) : []
    const { sources } = await syncAll(context, { ...wish, all: true })
    return [...here, ...sources]
  } finally {
    release()
    await tellDesktop(context, before, verbose)
  }
}

/** One line an event: a source that was renewed, or one that failed. */
function logSource({ host }: Context, { json }: WatchArguments, source: SourceReport): void {
  const { name, project, expiresAt, error } = source
  if (error === null && source.steps.length === 0) return
  const time = new Date(host.now()).toISOString()
  const event = error === null ? 'renewed' : 'failed'
  const line = json
    ? JSON.stringify({ time, event, project, name, expiresAt, error: error && errorDocument(error) })
    : `${time} ${event} ${name} of ${project}: ${error === null ? `token until ${expiresAt}` : `${error.message} ${error.hint}`}`
  host.stdout(`${line.replaceAll('\n', ' ')}\n`)
}

function logWhole({ host }: Context, { json }: WatchArguments, error: CaSyncError): void {
  const time = new Date(host.now()).toISOString()
  const text = `${time} failed: ${error.message} ${error.hint}`.replaceAll('\n', ' ')
  host.stdout(`${json ? JSON.stringify({ time, event: 'failed', error: errorDocument(error) }) : text}\n`)
}

/** One turn; gives whether everything is as it should be. What is wrong with one turn does not end the watch. */
async function turn(context: Context, args: WatchArguments, first: boolean): Promise<boolean> {
  try {
    const sources = await look(context, args.verbose, first)
    if (!args.quiet) for (const source of sources) logSource(context, args, source)
    return sources.every(({ ready }) => ready)
  } catch (error) {
    if (!(error instanceof CaSyncError)) throw error
    // The run that holds the lock does this turn's work.
    if (error.code !== 'BUSY') logWhole(context, args, error)
    return false
  }
}

/** Sleeps until a time of the wall clock, in epoch milliseconds; also right after the computer slept or its clock jumped. */
async function sleepUntil(due: () => number, { host }: Context, signal: AbortSignal): Promise<void> {
  for (let left = due() - host.now(); left > 0 && !signal.aborted; left = due() - host.now()) {
    const span = Math.max(shortestSleepMs, Math.min(left, longestSleepMs))
    await sleep(span, undefined, { signal }).catch(() => undefined)
  }
}

/** Rotates in the foreground until stopped. */
export async function watch(context: Context, args: WatchArguments): Promise<ExitCode> {
  // With nothing to watch, a mistake is told at once.
  if (Object.keys(context.store.read().projects).length === 0) context.readProject(context.findProject(undefined))
  const signal = context.host.whenStopped()
  let failures = 0
  for (let first = true; !signal.aborted; first = false) {
    const now = context.again()
    const well = await turn(now, args, first).finally(() => now.close())
    failures = well ? 0 : failures + 1
    const retryAt = context.host.now() + (well ? 0 : retryDelay(failures, context.store.read()))
    // Another run may have renewed meanwhile, so what is due is read anew.
    await sleepUntil(() => (well ? nextDue(context.store.read()) : retryAt), context, signal)
  }
  return EXIT.ok
}
