import { type Job, jobWords, type Runs } from '../core/ports/schedule.ts'
import { CaSyncError } from '../core/words/errors.ts'

const blockStart = '# >>> ca-sync schedule >>>'
const blockEnd = '# <<< ca-sync schedule <<<'

/** Vixie cron's limit of a command (MAX_COMMAND), measured: 998 bytes are taken, 999 are "command too long". */
const longest = 998

const systemFolders = new Set(['/usr/local/bin', '/usr/bin', '/bin', '/usr/local/sbin', '/usr/sbin', '/sbin'])

/** One word for the shell. Without a backslash: cron takes some of them away. */
const cronWord = (text: string): string => `'${text.replaceAll("'", `'"'"'`)}'`

function cronCommand({ node, program, env }: Pick<Job, 'node' | 'program' | 'env'>): string {
  const variables = Object.entries(env).map(([name, value]) => cronWord(`${name}=${value}`))
  const prefix = variables.length === 0 ? [] : ['/usr/bin/env', ...variables]
  const line = [...prefix, cronWord(node), cronWord(program), ...jobWords].join(' ')
  return line.replaceAll('%', '\\%') // a bare one ends the command
}

const tooLong = (job: Job): boolean => Buffer.byteLength(cronCommand(job)) > longest

/** PATH without one folder: Windows' ones of WSL first, then the last that is not the system's. */
function shorterPath(path: string): string {
  const folders = path.split(':')
  const index = folders.findIndex((folder) => folder.startsWith('/mnt/'))
  const last = folders.findLastIndex((folder) => !systemFolders.has(folder))
  return folders.toSpliced(index === -1 ? last : index, 1).join(':')
}

/** A job as a crontab can hold it, and what had to be left out. @throws CaSyncError SCHEDULE_REFUSED */
export function cronJob(job: Job): { job: Job; warnings: string[] } {
  const warnings: string[] = []
  const odd = Object.entries(job.env).filter(([, value]) => value.includes('\\'))
  for (const [name] of odd) warnings.push(`The job runs without ${name}: cron cannot hold the backslash in it.`)
  let fitting: Job = {
    ...job,
    env: withoutNames(
      job.env,
      odd.map(([name]) => name),
    ),
  }
  const cut: string[] = []
  while (tooLong(fitting)) {
    const path = fitting.env['PATH'] ?? ''
    const shorter = shorterPath(path)
    if (shorter === path || shorter === '') break
    cut.push(...path.split(':').filter((folder) => !shorter.split(':').includes(folder)))
    fitting = { ...fitting, env: { ...fitting.env, PATH: shorter } }
  }
  if (cut.length > 0) warnings.push(`cron takes no longer line, so the job's PATH goes without ${cut.join(', ')}.`)
  if (tooLong(fitting) || /\\/.test(job.node + job.program))
    throw new CaSyncError(
      'SCHEDULE_REFUSED',
      'cron cannot hold the line of the job: its paths are too long, or have a backslash in them.',
      { hint: 'Type: ca-sync schedule install --using systemd' },
    )
  return { job: fitting, warnings }
}

const withoutNames = (env: Job['env'], names: readonly string[]): Job['env'] =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(name)))

/** The lines that are ours. No variable lines: they would hold for all later lines of the user. */
export const cronBlock = (job: Job): string =>
  `${blockStart} (written by ca-sync; change with: ca-sync schedule)\n${job.minute},${job.minute + 30} * * * * ${cronCommand(job)}\n${blockEnd}\n`

const cronBlockPattern = new RegExp(
  `^${blockStart}[^\n]*\n(?:(?!${blockStart}|${blockEnd})[^\n]*\n)*${blockEnd}[^\n]*(?:\n|$)`,
  'gm',
)

/** Our lines in a crontab, if there are any. */
export const blockIn = (crontab: string): string | undefined => crontab.match(cronBlockPattern)?.[0]

/**
 * A crontab with our lines, where they were, or at its end; all else stays to the byte.
 * @throws CaSyncError CRONTAB_DAMAGED
 */
export function withCronBlock(crontab: string, ours: string): string {
  let placed = false
  const put = () => {
    const text = placed ? '' : ours
    placed = true
    return text
  }
  const text = checked(crontab.replace(cronBlockPattern, put), placed ? ours : '')
  if (placed) return text
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${ours}`
}

/** A crontab without our lines. @throws CaSyncError CRONTAB_DAMAGED */
export const withoutCronBlock = (crontab: string): string => checked(crontab.replace(cronBlockPattern, ''), '')

/** One marker without the other may be the work of an editor: which lines between are ours nobody can tell. */
function checked(crontab: string, ours: string): string {
  const rest = crontab.replace(ours, () => '').split('\n')
  if (rest.some((line) => line.startsWith(blockStart) || line.startsWith(blockEnd)))
    throw new CaSyncError(
      'CRONTAB_DAMAGED',
      `Your crontab has only one of the two lines "${blockStart}" and "${blockEnd}".`,
      {
        hint: 'Type crontab -e, remove that line and the one of ca-sync next to it, then run this again.',
      },
    )
  return crontab
}

/**
 * A crontab without the three lines that some crons put before it each time it is installed, and show as if they were the user's.
 * Debian's does not show them.
 */
export const withoutHeader = (crontab: string): string =>
  crontab.replace(/^# DO NOT EDIT THIS FILE - edit the master and reinstall\.\n# \([^\n]*\n# \([^\n]*\n/, '')

/** What our lines start. */
export function cronRuns(ours: string): Runs | undefined {
  const line = ours.split('\n')[1]?.replaceAll('\\%', '%') ?? ''
  const words = [...line.matchAll(/'(?:[^']|'"'"')*'/g)].map(([text]) => text.slice(1, -1).replaceAll(`'"'"'`, "'"))
  const [node, program] = words.slice(-2)
  if (node === undefined || program === undefined) return undefined
  return { node, program, path: words.find((word) => word.startsWith('PATH='))?.slice('PATH='.length) }
}
