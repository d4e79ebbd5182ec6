import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { asInstalled, notInstalled, type ScheduleFile, type Scheduler } from '../core/ports/schedule.ts'
import { CaSyncError } from '../core/words/errors.ts'
import { writeFile } from '../files/atomic.ts'
import { readText } from '../files/read.ts'
import { must, type Run } from './run.ts'
import { isOurUnit, loginUnits, pathUnit, serviceUnit, systemdFiles, systemdRuns, timerUnit } from './systemd.ts'

const unitFiles = [serviceUnit, timerUnit, pathUnit, ...loginUnits] as const
const isStarted = (name: string): boolean => !name.endsWith('.service')

/** What `enable` makes of `WantedBy=`. */
const links = [timerUnit, pathUnit, loginUnits[1]].map(
  (unit) => `${unit === timerUnit ? 'timers' : 'default'}.target.wants/${unit}`,
)

interface SystemdOptions {
  readonly run: Run
  /** Where the user's units may be, the likeliest first: a shell may have another XDG_CONFIG_HOME than systemd. */
  readonly folders: readonly string[]
  /** Where systemd notes the last start of a persistent timer (systemd.timer(5)). */
  readonly stamps: string
}

function openUnits({ run, folders }: SystemdOptions) {
  const systemctl = (...args: string[]) => run('systemctl', ['--user', ...args])
  const read = async (name: string) => readText(await at(name))
  const remove = async (name: string) => rm(await at(name), { force: true })

  let folder: Promise<string> | undefined
  const at = async (name: string) => {
    folder ??= findFolder()
    return join(await folder, name)
  }

  async function findFolder(): Promise<string> {
    const { stdout } = await systemctl('show', '--property=UnitPath', '--value')
    const known = stdout.toString('utf8').trim().split(' ')
    return folders.find((one) => known.includes(one)) ?? folders[0] ?? ''
  }

  async function show(names: readonly string[]): Promise<Unit[]> {
    const wanted = 'Id,ActiveState,UnitFileState,NeedDaemonReload,Result,ExecMainStatus'
    const { stdout } = await systemctl('show', `--property=${wanted}`, serviceUnit, ...names)
    return parseUnits(stdout.toString('utf8'))
  }

  /** Also where no manager answers: then there is nothing that runs, and the files go all the same. */
  async function stop(names: readonly string[]): Promise<void> {
    const active = names.filter(isStarted)
    if (active.length > 0) await systemctl('disable', '--now', ...active)
    for (const name of names) await remove(name)
    for (const link of links) if (names.some((name) => link.endsWith(`/${name}`))) await remove(link)
  }

  return { systemctl, at, read, show, stop }
}

const started = (files: readonly ScheduleFile[]) => files.map(({ name }) => name).filter(isStarted)

export function systemdScheduler(options: SystemdOptions): Scheduler {
  const { systemctl, at, read, show, stop } = openUnits(options)
  const succeed = (...args: string[]) => must(options.run, 'systemctl', ['--user', ...args])
  return {
    kind: 'systemd',
    title: 'systemd user timer',
    hint: "Your user's systemd does not answer: log in to a desktop or with ssh (not with su), or type: ca-sync schedule install --using cron",
    available: async () => (await systemctl('show', '--property=Version')).code === 0,
    render: async (job) => ({ files: systemdFiles(job), warnings: [] }),
    async inspect(job) {
      const texts = await Promise.all(unitFiles.map(read))
      const runs = systemdRuns(texts[0] ?? '')
      const wanted = systemdFiles(asInstalled(job, runs))
      if (texts.every((text) => text === undefined)) return notInstalled
      const same = unitFiles.every((unit, index) => wanted.find(({ name }) => name === unit)?.text === texts[index])
      const notes = notesOf(await show(started(wanted)))
      return { state: same ? 'installed' : 'differs', ...notes, runs }
    },
    async install(job) {
      const files = systemdFiles(job)
      for (const { name } of files) refuseForeign(await at(name), await read(name))
      await stop(unitFiles.filter((unit) => !files.some(({ name }) => name === unit)))
      for (const { name, text } of files) await writeFile(await at(name), text, { mode: 0o644 })
      await succeed('daemon-reload')
      await succeed('enable', ...started(files))
      // A timer that runs already goes by its new times only after this.
      await succeed('restart', ...started(files))
      return Promise.all(files.map(({ name }) => at(name)))
    },
    async uninstall() {
      const texts = await Promise.all(unitFiles.map(read))
      const ours = unitFiles.filter((_, index) => isOurUnit(texts[index] ?? ''))
      if (ours.length === 0) return false
      await stop(ours)
      await rm(join(options.stamps, `stamp-${timerUnit}`), { force: true }) // `systemctl clean` needs a session bus
      await systemctl('daemon-reload')
      await systemctl('reset-failed', ...ours)
      return true
    },
  }
}

type Unit = Readonly<Record<string, string>>

/** The answer of `systemctl show`: blocks of `Name=value`, one a unit. */
const parseUnits = (answer: string): Unit[] =>
  answer
    .trim()
    .split('\n\n')
    .map((block) => Object.fromEntries(block.split('\n').map((line) => line.split(/=(.*)/s).slice(0, 2))))

function notesOf(shown: readonly Unit[]): { active: boolean; notes: string[] } {
  const service = shown.find(({ Id }) => Id === serviceUnit)
  const timers = shown.filter(({ Id }) => Id !== serviceUnit && Id !== undefined)
  const idle = timers.filter(
    ({ ActiveState, UnitFileState }) => ActiveState !== 'active' || UnitFileState !== 'enabled',
  )
  const { Result = 'success', ExecMainStatus } = service ?? {}
  return {
    active: timers.length > 0 && idle.length === 0,
    notes: [
      ...(timers.length === 0 ? ["Your user's systemd does not answer."] : []),
      ...idle.map(({ Id, ActiveState, UnitFileState }) => `${Id} is ${ActiveState}, ${UnitFileState}.`),
      ...(shown.some(({ NeedDaemonReload }) => NeedDaemonReload === 'yes')
        ? ['The unit files were changed since systemd read them.']
        : []),
      ...(Result === 'success'
        ? []
        : [`The last run of the service failed: ${Result}, exit status ${ExecMainStatus}.`]),
    ],
  }
}

function refuseForeign(path: string, text: string | undefined): void {
  if (text === undefined || isOurUnit(text)) return
  const what = `${path} was not written by ca-sync.`
  throw new CaSyncError('SCHEDULER_FAILED', what, { hint: 'Move it away, then run this again.' })
}
