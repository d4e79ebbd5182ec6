import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  asInstalled,
  type Job,
  jobWords,
  notInstalled,
  ownTime,
  type Runs,
  type ScheduleFile,
  type Scheduler,
} from '../core/ports/schedule.ts'
import { twoDigits } from '../core/words/duration.ts'
import { must, type Run } from './run.ts'
import { escapeXml, unescapeXml } from './xml.ts'

const taskFile = 'ca-sync.xml'

/** Stands for the user's SID where it cannot be asked for; Windows knows it as "nobody". */
const nobodySid = 'S-1-0-0'

/**
 * The task (Task Scheduler schema 1.2; the order inside a trigger is the schema's). conhost shows no window where a console program
 * otherwise would; the battery flags are off since their defaults stop jobs on laptops; a logon trigger without a user means everyone,
 * which takes an administrator.
 */
export function windowsFile({ node, program, minute, second }: Job, sid: string): ScheduleFile {
  const words = ['--headless', `"${node}"`, `"${program}"`, ...jobWords].join(' ')
  const text = `<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>ca-sync: renew AWS CodeArtifact tokens for Poetry</Description>
  </RegistrationInfo>
  <Triggers>
    <TimeTrigger>
      <Enabled>true</Enabled>
      <StartBoundary>2024-01-01T00:${twoDigits(minute)}:${twoDigits(second)}</StartBoundary>
      <Repetition>
        <Interval>PT30M</Interval>
      </Repetition>
    </TimeTrigger>
    <LogonTrigger>
      <Enabled>true</Enabled>
      <UserId>${escapeXml(sid)}</UserId>
    </LogonTrigger>
    <SessionStateChangeTrigger>
      <Enabled>true</Enabled>
      <UserId>${escapeXml(sid)}</UserId>
      <StateChange>SessionUnlock</StateChange>
    </SessionStateChangeTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>${escapeXml(sid)}</UserId>
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <ExecutionTimeLimit>PT5M</ExecutionTimeLimit>
    <Enabled>true</Enabled>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>%SystemRoot%\\System32\\conhost.exe</Command>
      <Arguments>${escapeXml(words)}</Arguments>
    </Exec>
  </Actions>
</Task>
`
  return { name: taskFile, text }
}

/** As Task Scheduler reads it: UTF-16, little-endian, with a byte-order mark. */
export const encodeTask = (text: string): Buffer => Buffer.from(`\ufeff${text.replaceAll('\n', '\r\n')}`, 'utf16le')

export const decodeTask = (bytes: Buffer): string =>
  bytes
    .toString('utf16le')
    .replace(/^\ufeff/, '')
    .replaceAll('\r\n', '\n')

/** The SID out of `whoami /user /fo csv /nh`: `"machine\\name","S-1-5-21-…"`. */
export const sidIn = (answer: string): string | undefined => /"(S-[\d-]+)"\s*$/.exec(answer)?.[1]

export function windowsRuns(task: string): Runs | undefined {
  const words = unescapeXml(/<Arguments>([^<]*)<\/Arguments>/.exec(task)?.[1] ?? '')
  const [node, program] = [...words.matchAll(/"([^"]*)"/g)].map(([, text = '']) => text)
  return node === undefined || program === undefined ? undefined : { node, program, path: undefined }
}

/**
 * A task of Windows' Task Scheduler. Its answers are in the user's language: only exit codes are looked at.
 * @param folder - the state folder: Task Scheduler's own copy of a task is rewritten by it, so ours is what can be compared
 */
export function windowsScheduler(run: Run, folder: string): Scheduler {
  const file = join(folder, taskFile)
  const schtasks = (...args: string[]) => must(run, 'schtasks', args)
  const sid = async () => sidIn((await run('whoami', ['/user', '/fo', 'csv', '/nh'])).stdout.toString('latin1'))
  // Tasks of all users share one set of names.
  const task = async () => `\\ca-sync-${(await sid()) ?? nobodySid}`
  const exists = async () => (await run('schtasks', ['/Query', '/TN', await task()])).code === 0
  const text = async (job: Job) => windowsFile(job, (await sid()) ?? nobodySid).text
  const written = () => readFile(file).then(decodeTask, () => undefined)
  return {
    kind: 'windows',
    title: 'scheduled task',
    hint: 'Task Scheduler is a part of Windows; --print shows its file on any system.',
    available: async () => (await sid()) !== undefined,
    async render(job) {
      const own = await sid()
      const unknown = `Put your own SID (whoami /user) in the place of ${nobodySid}.`
      return {
        files: [windowsFile(job, own ?? nobodySid)],
        warnings: [...(own === undefined ? [unknown] : []), ...unrecorded(job)],
      }
    },
    async inspect(job) {
      const [active, found] = [await exists(), await written()]
      if (!active && found === undefined) return notInstalled
      const notes = active ? [] : ['Task Scheduler does not know the task.']
      const runs = windowsRuns(found ?? '')
      const state = found === (await text(asInstalled(job, runs))) ? 'installed' : 'differs'
      return { state, active, notes, runs }
    },
    async install(job) {
      await mkdir(folder, { recursive: true })
      await writeFile(file, encodeTask(await text(job)), { mode: 0o600 })
      await schtasks('/Create', '/TN', await task(), '/XML', file, '/F')
      return [file]
    },
    async uninstall() {
      const there = await exists()
      if (there) await schtasks('/Delete', '/TN', await task(), '/F')
      await rm(file, { force: true })
      return there
    },
  }
}

/** A task cannot hold variables; it gets those that are set for the user. */
function unrecorded({ env }: Job): string[] {
  const names = Object.keys(env).filter((name) => !['PATH', 'HOME', ownTime].includes(name))
  if (names.length === 0) return []
  return [`A task sees the variables of your user only. Set these for good (setx NAME VALUE): ${names.join(', ')}.`]
}
