import type { Complaint } from '../words/errors.ts'
import type { Host } from './host.ts'

export const schedulerKinds = ['systemd', 'cron', 'launchd', 'windows'] as const
export type SchedulerKind = (typeof schedulerKinds)[number]

/** What every job runs, whatever the options were when it was installed: it never needs to change. */
export const jobWords = ['--all', '--unattended', '--quiet'] as const

/**
 * What the cache of `aws login` starts: the job, if that was not so within the last hour. For sh, which costs a hundredth of Node's start; the mark is in
 * a folder that is the user's own and goes when the machine is off.
 */
export const wakeWords = (words: readonly string[]): readonly string[] => [
  '/bin/sh',
  '-c',
  's=$XDG_RUNTIME_DIR; [ -n "$s" ] || s=$TMPDIR; s=$s/ca-sync-woken; [ -z "$(find "$s" -mmin -60 2>/dev/null)" ] || exit 0; : >"$s" && exec "$@"',
  'ca-sync',
  ...words,
]

/** Node, and the built program: what a job starts. */
export interface Programs {
  readonly node: string
  readonly program: string
}

/** What is scheduled, for one user. No secret is in it. */
export interface Job extends Programs {
  /** What the scheduler's own bare environment lacks. */
  readonly env: Readonly<Record<string, string>>
  /** It runs at this minute of each hour, and 30 minutes later: 0 to 29. */
  readonly minute: number
  /** And at this second, where the scheduler knows seconds. */
  readonly second: number
  readonly home: string
  /** The folder that `aws sso login` writes to, where this user has a `~/.aws`. */
  readonly watch: string | undefined
  /** The folder that `aws login` writes to, and again at each refresh of it, every 15 minutes or so. */
  readonly loginCache: string | undefined
}

export interface Runs extends Programs {
  /** The PATH in it; undefined when it sets none. */
  readonly path: string | undefined
}

/** A job to compare an installed one with: its PATH and its Node may be another shell's (a venv, another version) and right all the same. */
export const asInstalled = (job: Job, runs: Runs | undefined): Job => ({
  ...job,
  ...(runs !== undefined && { node: runs.node }),
  ...(runs?.path !== undefined && { env: { ...job.env, PATH: runs.path } }),
})

/** One file of a schedule, as it is written (Windows: before it is encoded as UTF-16). */
export interface ScheduleFile {
  readonly name: string
  readonly text: string
}

interface Rendered {
  readonly files: readonly ScheduleFile[]
  /** What of the job does not fit this scheduler, as whole sentences. */
  readonly warnings: readonly string[]
}

export interface Installed {
  readonly state: 'installed' | 'differs' | 'missing'
  readonly active: boolean
  /** Why it will not, or what is odd about it. */
  readonly notes: readonly string[]
  /** Why the machine starts no such job now; beside the notes. */
  readonly stopped?: Complaint | undefined
  readonly runs: Runs | undefined
}

export const notInstalled: Installed = { state: 'missing', active: false, notes: [], runs: undefined }

/** One scheduler of an operating system, for the user's own jobs. Every wait for its tools is bounded. */
export interface Scheduler {
  readonly kind: SchedulerKind
  /** In the words of a message: `systemd user timer`. */
  readonly title: string
  /** What to do where it is not available. */
  readonly hint: string
  available(): Promise<boolean>
  render(job: Job): Promise<Rendered>
  inspect(job: Job): Promise<Installed>
  /** Installing what is installed changes nothing. Gives the places that it wrote. Throws CaSyncError SCHEDULER_* or FILE_UNWRITABLE. */
  install(job: Job): Promise<readonly string[]>
  /** Gives whether anything was there. Throws CaSyncError SCHEDULER_* */
  uninstall(): Promise<boolean>
}

/** What is noted of an installed job, so that only a crontab has to be asked for: its kind, its file (but for a crontab), its minute and its second. */
export const jobNote = (kind: SchedulerKind, places: readonly string[], minute: number, second = 0): string =>
  `${kind}\n${places.find((place) => /[\\/]/.test(place)) ?? ''}\n${minute}\n${startSecond(kind, second)}`

/** Of its minute, the second in which a job looks whether there is anything to do: only Windows starts it in its own. */
export const startSecond = (kind: SchedulerKind, second: number): number => (kind === 'windows' ? second : 0)

export interface JobNote {
  readonly kind: SchedulerKind | undefined
  readonly file: string
  readonly minute: number | undefined
  readonly second: number
}

export function readJobNote(note: string): JobNote {
  const [kind, file = '', minute = '', second = ''] = note.split('\n')
  return {
    kind: schedulerKinds.find((one) => one === kind),
    file,
    minute: /^\d+$/.test(minute) ? Number(minute) : undefined,
    second: /^\d+$/.test(second) ? Number(second) : 0,
  }
}

/** When a job runs next, in epoch milliseconds: schedulers go by the minutes of the local clock. @param second - see `startSecond` */
export function nextRun(minute: number, now: number, second = 0): number {
  const date = new Date(now - second * 1000)
  const past = date.getMinutes() % 30
  const wait = ((minute - past + 29) % 30) + 1
  return date.setMinutes(date.getMinutes() + wait, second, 0)
}

/** The variable that tells a job its own minute and second: cron and launchd start those of all machines at the full minute. */
export const ownTime = 'CA_SYNC_AT'

// A run that starts later was not started by the minute: it came of a login, or of a wake-up.
const punctualMs = 5_000

/** How long a job that was started at the full minute waits for its own second, in milliseconds. @param at - `7:23` */
export function untilOwnSecond(at: string, now: number): number {
  const [minute = Number.NaN, second = 0] = at.split(':').map(Number)
  const mark = nextRun(minute, now - punctualMs)
  return mark <= now ? Math.max(0, mark + Math.min(second, 59) * 1000 - now) : 0
}

/** Folders of a Mac's user into which a program gets by the user's leave only: the Terminal's is not that of a job (Apple calls this TCC). */
const asked = ['Desktop', 'Documents', 'Downloads', 'Library/Mobile Documents', 'Library/CloudStorage']

/** What macOS may keep a job out of, as people call it; undefined for a folder that is like any other. */
export function privatePlace(folder: string, { platform, home }: Pick<Host, 'platform' | 'home'>): string | undefined {
  if (platform !== 'darwin') return undefined
  if (folder.startsWith('/Volumes/')) return '/Volumes'
  const name = asked.find((one) => `${folder}/`.startsWith(`${home}/${one}/`))
  return name === undefined ? undefined : `~/${name}`
}

/** What lets it in. @param node - the Node that the job runs */
export const privacyHint = (node: string): string =>
  `To let it in: System Settings > Privacy & Security > Full Disk Access, and add ${node} there.`
