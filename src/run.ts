import { textStamp } from './core/memory/text-stamp.ts'
import type { Host } from './core/ports/host.ts'
import { printableLines } from './core/words/quote.ts'
import { apiStamp, environmentStamp } from './state/stamp.ts'
import { cleaner, withProgress } from './terminal.ts'
import { inPassing } from './vault/guard.ts'

/** What the options of a command say about talking and waiting. */
export interface Manner {
  readonly quiet: boolean
  readonly verbose: boolean
  readonly unattended: boolean
  /** The command only prepares another one. */
  readonly inPassing: boolean
}

/** What belongs to one run: what it may say, what it has said and learned, and as what it started. */
export type Run = ReturnType<typeof openRun>
export type Scheduling = Awaited<ReturnType<Run['scheduling']>>
export type StartupFiles = Awaited<ReturnType<Run['startup']>>

/** How long a run may wait, in milliseconds: by hand a person may be typing a password; a job must end soon. */
const limits = {
  byHand: { aws: 30_000, handover: 110_000, vault: { limitMs: 4_000, budgetMs: 8_000 }, lock: 60_000 },
  unattended: { aws: 15_000, handover: 13_000, vault: { limitMs: 3_000, budgetMs: 6_000 }, lock: 0 },
  // A program waits to be started, and nothing may prompt.
  inPassing: { aws: 30_000, handover: 0, vault: inPassing, lock: 10_000 },
}

export function limitsOf(manner: Manner): (typeof limits)['byHand'] {
  if (manner.inPassing) return limits.inPassing
  return manner.unattended ? limits.unattended : limits.byHand
}

/** Begins a run. @param secrets - what `plain`'s output is free of; the run's tokens are added to it */
export function openRun(plain: Host, { quiet }: Manner, secrets: Set<string>) {
  const { env, isTerminal } = plain
  const { host, progress, wipe } = withProgress(plain, isTerminal && env['TERM'] !== 'dumb' && !quiet)
  const warnings: string[] = []
  return {
    /** Its output is free of every secret of this run. */
    host,
    secrets,
    /** Takes the secrets of the run out of a text that is kept. */
    clean: cleaner(plain, secrets),
    /** Keys of the tokens that this run has asked AWS for. */
    renewed: new Set<string>(),
    warnings: warnings as readonly string[],
    /** The same warning is printed once. */
    warn(text: string): void {
      if (!warnings.includes(text)) host.stderr(`warning: ${printableLines(text)}\n`)
      warnings.push(text)
    },
    /** What is going on, for a person who waits. */
    progress,
    environmentStamp: environmentStamp(env),
    /** Of the access key in the environment, if there is one. */
    keysStamp: env['AWS_ACCESS_KEY_ID'] ? textStamp(env['AWS_ACCESS_KEY_ID']) : undefined,
    apiStamp: apiStamp(env),
    scheduling: async () => (await import('./schedule/scheduling.ts')).createScheduling(host),
    startup: async () => (await import('./shell/startup-files.ts')).createStartupFiles(host),
    close: wipe,
  }
}
