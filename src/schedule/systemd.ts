import { type Job, jobWords, type Runs, type ScheduleFile, wakeWords } from '../core/ports/schedule.ts'
import { CaSyncError } from '../core/words/errors.ts'

/** By this a unit is known as ours; a comment would do, but for `--print`, which has one before each file. */
const description = 'Description=ca-sync: renew AWS CodeArtifact tokens for Poetry'

export const serviceUnit = 'ca-sync.service'
export const timerUnit = 'ca-sync.timer'
export const pathUnit = 'ca-sync.path'

/** `aws login` has units of its own: its cache changes every 15 minutes. */
export const loginUnits = ['ca-sync-login.service', 'ca-sync-login.path'] as const

export const isOurUnit = (text: string): boolean => text.includes(description)

/** systemd.unit(5): a quoted word, `%` doubled. */
const unitWord = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%')}"`

/** A word of ExecStart after the first, where `$` stands for a variable. */
const argument = (text: string): string => unitWord(text).replaceAll('$', '$$$$')

/** @throws CaSyncError SCHEDULE_REFUSED where systemd has no way to write a program's path */
function executable(path: string): string {
  if (!/["'\\]/.test(path)) return path
  const what = `systemd starts no program whose path has quotes or backslashes in it: ${path}`
  throw new CaSyncError('SCHEDULE_REFUSED', what, { hint: 'Type: ca-sync schedule install --using cron' })
}

/**
 * The user units. Exit codes of a run that did its best (no login, keyring locked, offline) do not turn the unit red every 30
 * minutes: the state and `ca-sync status` tell it. A bug (1), a wrong command line (2) and a Node that is gone (203) do.
 */
export function systemdFiles({ node, program, env, minute, home, watch, loginCache }: Job): ScheduleFile[] {
  const variables = Object.entries(env).map(([name, value]) => `Environment=${unitWord(`${name}=${value}`)}\n`)
  const command = [unitWord(executable(node)), argument(program), ...jobWords].join(' ')
  const wake = wakeWords([node, program, ...jobWords])
    .map(argument)
    .join(' ')
  const service = (start: string) => `[Unit]
${description}
StartLimitIntervalSec=0

[Service]
Type=oneshot
ExecStart=${start}
${variables.join('')}TimeoutStartSec=5min
SuccessExitStatus=3 4 5 6
`
  const timer = `[Unit]
${description}

[Timer]
OnCalendar=*:${minute}/30
Persistent=true

[Install]
WantedBy=timers.target
`
  const path = (folder: string) => `[Unit]
${description}

[Path]
PathChanged=${watched(folder, env['HOME'] === undefined ? home : undefined)}

[Install]
WantedBy=default.target
`
  return [
    { name: serviceUnit, text: service(command) },
    { name: timerUnit, text: timer },
    ...(watch === undefined ? [] : [{ name: pathUnit, text: path(watch) }]),
    ...(loginCache === undefined
      ? []
      : [
          { name: loginUnits[0], text: service(wake) },
          { name: loginUnits[1], text: path(loginCache) },
        ]),
  ]
}

/** `%h` is the home that the user manager knows. */
function watched(folder: string, managersHome: string | undefined): string {
  const isBelow = managersHome !== undefined && folder.startsWith(`${managersHome}/`)
  const [start, rest] = isBelow ? ['%h', folder.slice(managersHome.length)] : ['', folder]
  return start + rest.replaceAll('%', '%%')
}

export function systemdRuns(service: string): Runs | undefined {
  const [node, program] = unitWords(/^ExecStart=(.*)$/m.exec(service)?.[1] ?? '')
  if (node === undefined || program === undefined) return undefined
  const [path] = unitWords(/^Environment=("PATH=.*)$/m.exec(service)?.[1] ?? '')
  return { node, program: program.replaceAll('$$', '$'), path: path?.slice('PATH='.length) }
}

const unitWords = (line: string): string[] =>
  [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word = '']) => word.replace(/\\(.)/g, '$1').replaceAll('%%', '%'))
