import { type Job, jobWords, type Runs, type ScheduleFile } from '../core/ports/schedule.ts'
import { twoDigits } from '../core/words/duration.ts'
import { escapeXml, unescapeXml } from './xml.ts'

export const taskFile = 'ca-sync.xml'

/** Stands for the user's SID where it cannot be asked for; Windows knows it as "nobody". */
export const nobodySid = 'S-1-0-0'

/**
 * The task (Task Scheduler schema 1.2; the order inside a trigger is the schema's). conhost shows no window where a console program
 * otherwise would; the battery flags are off since their defaults stop jobs on laptops; a logon trigger without a user means everyone,
 * which takes an administrator.
 */
export function windowsFile({ node, program, minute }: Job, sid: string): ScheduleFile {
  const words = ['--headless', `"${node}"`, `"${program}"`, ...jobWords].join(' ')
  const text = `<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>ca-sync: renew AWS CodeArtifact tokens for Poetry</Description>
  </RegistrationInfo>
  <Triggers>
    <TimeTrigger>
      <Enabled>true</Enabled>
      <StartBoundary>2024-01-01T00:${twoDigits(minute)}:00</StartBoundary>
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

/** What the text of a task starts. */
export function windowsRuns(task: string): Runs | undefined {
  const words = unescapeXml(/<Arguments>([^<]*)<\/Arguments>/.exec(task)?.[1] ?? '')
  const [node, program] = [...words.matchAll(/"([^"]*)"/g)].map(([, text = '']) => text)
  return node === undefined || program === undefined ? undefined : { node, program, path: undefined }
}
