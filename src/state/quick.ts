import { readFileSync, statSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { isHeld } from '../core/memory/failure.ts'
import { isFromFuture } from '../core/memory/freshness.ts'
import type { ProjectRecord, State } from '../core/memory/state.ts'
import { noneDueText, nothingToDoText } from '../core/words/duration.ts'
import { orElse } from '../core/words/or-else.ts'
import { type Surroundings, statePlace } from '../files/places.ts'
import { realFolder } from '../files/spelling.ts'
import { fileStamp } from '../files/stamp.ts'
import { onPath } from '../programs/find.ts'
import { mostBytes, sealedState } from './seal.ts'
import { environmentStamp } from './stamp.ts'

const plainWords = new Set(['sync', '-q', '--quiet', '--unattended', '--all'])
const quiet = new Set(['-q', '--quiet'])

export function nearestProject(folder: string): string | undefined {
  // Whatever is called so is the project's, as for Poetry; that it is no file, only a closer look says.
  if (statSync(join(folder, 'pyproject.toml'), { throwIfNoEntry: false }) !== undefined)
    return sep === '\\' ? realFolder(folder) : folder // elsewhere the current folder's path is its real one
  const parent = dirname(folder)
  return parent === folder ? undefined : nearestProject(parent)
}

/** @throws Error where there is no home; the error that says so costs a start, and the program has it */
function inState(around: Surroundings, name: string): string {
  const folder = statePlace(around)
  if (folder === undefined) throw new Error('no home')
  return join(folder, name)
}

/**
 * What is remembered, if it is as a run left it: whatever else it may be, a closer look mends it.
 * @throws Error where there is no file
 */
export function soundState(around: Surroundings): State | undefined {
  const file = inState(around, 'state.json')
  const found = statSync(file)
  if (!found.isFile() || found.size > mostBytes) return undefined
  return sealedState(readFileSync(file))
}

export const sameFiles = ({ inputs }: Pick<ProjectRecord, 'inputs'>): boolean =>
  Object.entries(inputs).every(([path, stamp]) => fileStamp(path) === stamp)

/** Another Poetry on PATH may have another keyring. None at all, as in a job, is the one of the record. */
function samePoetry({ poetry: { poetry } }: ProjectRecord, around: Surroundings): boolean {
  const places = around.env['CA_SYNC_POETRY'] ? [] : onPath('poetry', around)
  const found = places.find((path) => fileStamp(path) !== '-')
  return found === undefined || found === poetry
}

/** @param byHand - a failure is not left standing: a person was told that ca-sync clears it */
const isIdle = ({ renewAt, ranAt, failure }: ProjectRecord, seconds: number, byHand: boolean): boolean =>
  seconds < renewAt && !isFromFuture(ranAt, seconds * 1000) && !(byHand && failure)

function idleHere(state: State, cwd: string, seconds: number, around: Surroundings, byHand: boolean) {
  const folder = nearestProject(cwd)
  const record = folder === undefined ? undefined : state.projects[folder]
  if (record === undefined || !isIdle(record, seconds, byHand)) return undefined
  const same = record.environmentStamp === environmentStamp(around.env) && samePoetry(record, around)
  return same && sameFiles(record) ? [record] : undefined
}

/**
 * A job's environment is another than the shell's that synced: each project keeps what was recorded.
 * @param patient - a failure whose retry is not due yet is left alone
 */
function idleAll({ projects }: State, seconds: number, byHand: boolean, patient: boolean) {
  const records = Object.values(projects).filter(({ untried }) => !untried)
  const waits = (record: ProjectRecord) => patient && isHeld(record, seconds)
  const idle = (record: ProjectRecord) => (isIdle(record, seconds, byHand) || waits(record)) && sameFiles(record)
  return records.length > 0 && records.every(idle) ? records : undefined
}

/** The names of a project's sources, one a line, where its pyproject.toml is as a run left it that was about all of them; else undefined. */
export const quickNames = (folder: string, around: Surroundings): string | undefined =>
  orElse(() => {
    const project = nearestProject(folder) ?? folder
    const { renewAt = 0, without, inputs, sources } = soundState(around)?.projects[project] ?? {}
    const file = join(project, 'pyproject.toml')
    const isWhole = renewAt > 0 && without === undefined && inputs?.[file] === fileStamp(file)
    return isWhole ? sources?.map(({ name }) => `${name}\n`).join('') : undefined
  }, undefined)

/** Hooks go by it: one that is past though nothing is due (a run was killed, or it was changed by hand) would start a run at each look. */
const isNextAhead = (around: Surroundings, seconds: number): boolean =>
  Number(orElse(() => readFileSync(inState(around, 'next'), 'latin1'), 'Infinity')) > seconds

/** @param projects - what each is of is said by its folder; undefined where there is one, whose folder it is */
function describeIdle(records: readonly ProjectRecord[], seconds: number, projects: State['projects'] | undefined) {
  const synced = records.filter(({ expiresAt }) => expiresAt > 0)
  const sources = synced.flatMap((record) => record.sources)
  if (sources.length === 0) return noneDueText
  const folders = new Map(Object.entries(projects ?? {}).map(([folder, record]) => [record, `${folder}: `]))
  const partly = synced.flatMap((record) => record.partly?.map((one) => `${folders.get(record) ?? ''}${one}`) ?? [])
  const unusable = synced.reduce((sum, record) => sum + (record.unusable ?? 0), 0)
  const first = Math.min(...synced.map(({ expiresAt }) => expiresAt))
  return nothingToDoText(sources.length, first - seconds, partly, unusable)
}

/** What the run before had to warn of, and still is so. */
const warningsOf = (records: readonly ProjectRecord[]): string =>
  records.flatMap(({ notes = [] }) => notes.map((note) => `warning: ${note}\n`)).join('')

/** What is remembered, where nothing is typed but what a look at that may answer. */
export const plainState = (argv: readonly string[], around: Surroundings): State | undefined =>
  argv.every((word) => plainWords.has(word)) ? orElse(() => soundState(around), undefined) : undefined

/**
 * The whole answer of a plain `ca-sync` or `ca-sync --all` that has nothing to do, or undefined when the program must look
 * closer. Compares the inputs with the state: no parser, no network, no keyring.
 * @param now - epoch milliseconds @param state - what `plainState` gave
 */
export function nothingToDo(
  argv: readonly string[],
  cwd: string,
  now: number,
  around: Surroundings,
  state: State | undefined,
) {
  if (state === undefined) return undefined
  try {
    const seconds = now / 1000
    const isQuiet = argv.some((word) => quiet.has(word))
    // What waits is not ready, and nothing else may be said of it.
    const byHand = !argv.includes('--unattended')
    const patient = isQuiet && !byHand
    const isAll = argv.includes('--all')
    const idle = isAll ? idleAll(state, seconds, byHand, patient) : idleHere(state, cwd, seconds, around, byHand)
    if (idle === undefined || (patient && isAll && !isNextAhead(around, seconds))) return undefined
    // In its own folder a person is told each time; a run about all of them, and a job, is not.
    const stderr = isAll ? '' : warningsOf(idle)
    return { stdout: isQuiet ? '' : describeIdle(idle, seconds, isAll ? state.projects : undefined), stderr }
  } catch {
    return undefined
  }
}
